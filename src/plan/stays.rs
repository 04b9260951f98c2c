//! What stays where and as it is: declarations that would have to move with their data, and those that keep what they have
//! because somebody else does.

use std::collections::{BTreeMap, BTreeSet};

use crate::desired::ObjectId;

/// By the declaration's identity.
#[derive(Debug, Default)]
pub(super) struct Stays {
    /// Nothing of it is made or changed; because of this object.
    whole: BTreeMap<String, ObjectId>,
    /// Nothing of it is removed.
    needed: BTreeSet<String>,
}

impl Stays {
    /// Leaves a declaration as a whole as it is.
    pub(super) fn leave(&mut self, of: &str, root: &ObjectId) {
        self.whole.entry(of.to_owned()).or_insert_with(|| root.clone());
    }

    /// Keeps everything that there is of a declaration: what stays needs it.
    pub(super) fn need(&mut self, of: &str) {
        self.needed.insert(of.to_owned());
    }

    /// Why nothing of a declaration is made or changed, where that is so.
    pub(super) fn root(&self, of: &str) -> Option<&ObjectId> {
        self.whole.get(of)
    }

    /// Whether nothing of a declaration is removed, wanted or not.
    pub(super) fn keeps(&self, of: &str) -> bool {
        self.whole.contains_key(of) || self.needed.contains(of)
    }
}
