//! 7. Desired and Observed to Plan: what will change and by which calls. Pure; apply decides nothing.

pub mod approval;
mod build;
mod deletions;
mod facts;
pub mod file;
mod felt_by;
mod finish;
pub mod fold;
mod guard;
mod guest;
mod moves;
mod partial;
mod pending;
mod rejoin;
mod shares;
mod silent;
mod stays;
mod steps;
mod taken;
mod takings;
pub mod told;
mod unread;
mod uses;
pub mod values;
mod withhold;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::desired::ObjectId;
use crate::desired::call::StepId;
use crate::desired::change::{Action, Change, Step};
use crate::desired::fields::Consequence;
use crate::diag::Diagnostic;

pub use approval::Approval;
pub use build::build;

/// What will change.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The fleet's id.
    pub fleet: String,
    /// The changes that will be made, in the order of their first steps.
    pub changes: Vec<Change>,
    /// The calls that make them; a step's id is its place here.
    pub steps: Vec<Step>,
    /// What is wanted and will not be done; each with its way out. Nothing that depends on it is in `changes`.
    pub refusals: Vec<Refusal>,
    /// What cannot be seen before something else is there; apply plans it again then.
    pub deferred: Vec<Deferred>,
    /// What would change, and waits for something that is left out or deferred.
    pub waiting: BTreeSet<ObjectId>,
    /// Fields that could not be compared, and why.
    pub not_compared: Vec<NotCompared>,
    /// Things people should know that change nothing: an unhealthy container, objects that are compiled and not applied.
    pub notes: Vec<String>,
    /// How many objects of each kind were looked at.
    pub looked_at: BTreeMap<String, usize>,
}

/// Something that is wanted and will not be done.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// Why, and the way out.
    pub diagnostic: Diagnostic,
    /// The object; `None` for the plan as a whole.
    pub object: Option<ObjectId>,
    /// Whether nothing at all may be applied, or only this is left out.
    pub fatal: bool,
}

/// Something that cannot be seen yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deferred {
    /// The object.
    pub id: ObjectId,
    /// What people call it.
    pub address: String,
    /// What must be there first.
    pub behind: ObjectId,
    /// Why.
    pub why: String,
}

/// A field that could not be compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotCompared {
    /// The object.
    pub id: ObjectId,
    /// The field.
    pub path: String,
    /// Why.
    pub why: String,
}

/// How many changes of each sort, as the last line of a plan counts them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Created, or made anew.
    pub add: usize,
    /// Changed in place.
    pub change: usize,
    /// Deleted, or made anew.
    pub destroy: usize,
}

impl Counts {
    /// Counted as Terraform does: a replacement is one to add and one to destroy.
    #[must_use]
    pub fn of<'a>(changes: impl IntoIterator<Item = &'a Change>) -> Self {
        let mut counts = Self::default();
        for change in changes {
            match change.action {
                Action::Create => counts.add += 1,
                Action::Update => counts.change += 1,
                Action::Delete => counts.destroy += 1,
                Action::Replace => {
                    counts.add += 1;
                    counts.destroy += 1;
                }
            }
        }
        counts
    }
}

impl Plan {
    /// All changes, counted.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts::of(&self.changes)
    }

    /// One of its steps.
    #[must_use]
    pub fn step(&self, id: StepId) -> Option<&Step> {
        self.steps.get(id.0 as usize)
    }

    /// Whether there is nothing to do: no change, no refusal, nothing deferred.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.refusals.is_empty() && self.deferred.is_empty()
    }

    /// The worst that people will notice.
    #[must_use]
    pub fn consequence(&self) -> Consequence {
        self.changes.iter().map(|c| c.consequence).max().unwrap_or(Consequence::None)
    }

    /// How many objects it deletes or makes anew: what its budget counts.
    #[must_use]
    pub fn destroys(&self) -> usize {
        let gone = |change: &&Change| matches!(change.action, Action::Delete | Action::Replace);
        self.changes.iter().filter(gone).count()
    }

    /// Whether a refusal forbids applying any of it.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.refusals.iter().any(|r| r.fatal)
    }
}

/// Leave to do what a plan would refuse, and limits on how much one plan may do.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// The fleet may begin on a host that bears another fleet's marks and none of ours.
    pub new_fleet: bool,
    /// The most objects that one apply may delete or replace; `None` is the default budget.
    pub max_destroy: Option<usize>,
    /// Addresses of what may begin anew although it was there once and is lost.
    pub anew: BTreeSet<String>,
    /// How many of them earlier rounds of the same apply have deleted or replaced.
    pub spent: usize,
    /// What was approved, for later rounds of the same apply: what goes beyond is refused.
    pub approved: Option<Approval>,
}
