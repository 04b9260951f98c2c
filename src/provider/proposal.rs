//! What a backend proposes to do about one object.

use std::collections::BTreeSet;

use crate::desired::ObjectId;
use crate::desired::call::Call;
use crate::desired::change::{Action, FieldChange};
use crate::desired::fields::Consequence;
use crate::provider::forward::Way;

/// What comes of comparing one object.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// What should happen.
    pub verdict: Verdict,
    /// Fields that could not be compared, and why.
    pub not_compared: Vec<(String, String)>,
}

impl Comparison {
    /// Everything is as it should be.
    pub const UNCHANGED: Self = Self { verdict: Verdict::Unchanged, not_compared: Vec::new() };

    /// Something must be done.
    #[must_use]
    pub const fn change(proposal: Proposal) -> Self {
        Self { verdict: Verdict::Change(proposal), not_compared: Vec::new() }
    }

    /// Whether it makes a container.
    #[must_use]
    pub fn makes_anew(&self) -> bool {
        match &self.verdict {
            Verdict::Change(proposal) => {
                proposal.drafts.iter().any(|draft| matches!(draft.call, Call::CreateContainer { .. }))
            }
            Verdict::Unchanged | Verdict::Refused(_) => false,
        }
    }

    /// Nothing may be done.
    #[must_use]
    pub const fn refused(obstacle: Obstacle) -> Self {
        Self { verdict: Verdict::Refused(obstacle), not_compared: Vec::new() }
    }
}

/// What should happen to an object.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Nothing: it is as it should be.
    Unchanged,
    /// This.
    Change(Proposal),
    /// Something that Tenantry never does by itself.
    Refused(Obstacle),
}

/// Why a wanted change is never made.
#[derive(Debug, Clone, PartialEq)]
pub enum Obstacle {
    /// A volume would have to be made anew, and what is in it would be lost.
    VolumeDiffers(Vec<FieldChange>),
    /// What the image holds is not what the release says: each difference in words.
    ReleaseDiffers(Vec<String>),
    /// A bench with sites would get another release: the one it has, and the sites.
    ReleaseChanges {
        /// Image that its sites were made for.
        from: String,
        /// Image of the release that is declared.
        to: String,
        /// Its sites.
        sites: BTreeSet<String>,
    },
    /// A bench with sites would lose its release: the one it has, and the sites.
    ReleaseGone {
        /// Image that its sites were made for; empty where that could not be read.
        from: String,
        /// Its sites; empty where they could not be read.
        sites: BTreeSet<String>,
    },
    /// A bench would be taken off the database of its sites.
    DatabaseChanges {
        /// The server that has their data, by declaration.
        from: String,
        /// The one that is declared.
        to: String,
        /// Its sites.
        sites: BTreeSet<String>,
    },
    /// A site would have to move, and its data with it: each difference in words.
    SiteMoves(Vec<String>),
    /// An app would be removed from a site, and its data with it.
    AppRemoved(BTreeSet<String>),
    /// An image is missing and may not be pulled.
    ImageMissing(String),
    /// An older server would run on what a newer one has opened.
    OlderServer(Way),
    /// A network would have to be made anew under containers that are not ours, by engine id.
    StrangersOnNetwork(BTreeSet<String>),
}

/// A change before it has its place in a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// What happens.
    pub action: Action,
    /// Which fields change.
    pub fields: Vec<FieldChange>,
    /// Its calls, each after the one before it. In them [`crate::desired::call::Arg::Object`] with the object's own
    /// id is the thing that will be it afterwards.
    pub drafts: Vec<Draft>,
    /// How many of the calls must be done before the object can be used: the rest cleans up, after those that use it
    /// have turned to the new one.
    pub ready: usize,
    /// The engine's id of the thing that will be the object afterwards; `None` when a call makes it.
    pub keeps: Option<String>,
}

impl Proposal {
    /// A change all of whose calls must be done before the object can be used.
    #[must_use]
    pub fn new(action: Action, fields: Vec<FieldChange>, drafts: Vec<Draft>, keeps: Option<String>) -> Self {
        Self { action, fields, ready: drafts.len(), drafts, keeps }
    }

    /// The worst of its calls and fields.
    #[must_use]
    pub fn consequence(&self) -> Consequence {
        let calls = self.drafts.iter().map(|draft| draft.consequence);
        calls.max().unwrap_or(Consequence::None)
    }
}

/// A step before it has its place in a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The object that it works on, where that is not the one of the change.
    pub object: Option<ObjectId>,
    /// The call.
    pub call: Call,
    /// What people notice.
    pub consequence: Consequence,
    /// Why, in a few words.
    pub reason: String,
    /// How many such steps may be under way at the same time, where they take turns.
    pub at_once: u64,
}

impl Draft {
    /// A step that nobody notices.
    pub fn new(call: Call, reason: impl Into<String>) -> Self {
        Self { object: None, call, consequence: Consequence::None, reason: reason.into(), at_once: 1 }
    }

    /// Says what people notice.
    #[must_use]
    pub const fn felt(mut self, consequence: Consequence) -> Self {
        self.consequence = consequence;
        self
    }
}
