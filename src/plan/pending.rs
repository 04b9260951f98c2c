//! A change on its way into a plan.

use std::collections::BTreeSet;

use super::steps::Place;
use crate::desired::change::{Action, Change, FieldChange};
use crate::desired::{ObjectId, Owner};
use crate::provider::docker;
use crate::provider::proposal::Draft;

/// A change whose steps have no ids yet.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) change: Change,
    pub(super) places: Vec<Place>,
    /// The first that is its own; before it only others are waited for.
    pub(super) first: Option<Place>,
}

/// What became of a wanted object.
#[derive(Debug, Clone)]
pub(super) enum Fate {
    /// It stays as it is. What those that need it must wait for, through it.
    Stays(BTreeSet<Place>),
    /// It changes.
    Changes {
        /// The step after which it can be used.
        ready: BTreeSet<Place>,
        /// What happens after that: nobody may be left who still uses the old one.
        cleanup: Vec<Place>,
        /// Its last step.
        last: Place,
        /// Whether its address may be another one afterwards.
        restarts: bool,
    },
    /// It is left out, because of this object.
    Out(ObjectId),
}

/// Whose change it is.
pub(super) struct Head<'h> {
    pub(super) id: &'h ObjectId,
    pub(super) address: &'h str,
    pub(super) physical: String,
    pub(super) owner: Owner,
    pub(super) host: &'h str,
    pub(super) causes: Vec<String>,
}

/// The steps of a change that were added.
pub(super) struct Own {
    pub(super) places: Vec<Place>,
    /// The one that makes the object.
    pub(super) made: Option<Place>,
}

impl Draft {
    /// Whether the step makes the object.
    pub(super) fn makes(&self, id: &ObjectId) -> bool {
        docker::diff::makes(&self.call).is_some_and(|made| made == id)
    }
}

/// Creations and deletions have no fields worth telling: everything is new, or gone.
pub(super) fn shown(action: Action, fields: Vec<FieldChange>) -> Vec<FieldChange> {
    match action {
        Action::Create | Action::Delete => Vec::new(),
        Action::Update | Action::Replace => fields,
    }
}
