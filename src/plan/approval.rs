//! What was shown and approved: later rounds of the same apply do that, and nothing worse.

use std::collections::{BTreeMap, BTreeSet};

use super::Plan;
use crate::desired::ObjectId;
use crate::desired::change::Change;
use crate::desired::fields::Consequence;

/// A set of objects, each with the worst that was shown of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Approval {
    shown: BTreeMap<ObjectId, Consequence>,
    /// Those that nobody could see yet. They were shown by name, so whatever they need was approved with the name.
    named: BTreeSet<ObjectId>,
}

impl Approval {
    /// Approves what a plan shows.
    pub fn add(&mut self, plan: &Plan) {
        for change in &plan.changes {
            let most = self.shown.entry(change.id.clone()).or_insert(change.consequence);
            *most = change.consequence.max(*most);
        }
        self.named.extend(plan.deferred.iter().map(|deferred| deferred.id.clone()));
        self.named.extend(plan.waiting.iter().cloned());
    }

    /// Whether so much of an object was approved. A reload is nothing that anybody notices.
    #[must_use]
    pub fn covers(&self, id: &ObjectId, consequence: Consequence) -> bool {
        consequence <= Consequence::Reload
            || self.named.contains(id)
            || self.shown.get(id).is_some_and(|most| consequence <= *most)
    }

    /// What a plan wants beyond it.
    pub fn beyond<'p>(&self, plan: &'p Plan) -> impl Iterator<Item = &'p Change> {
        plan.changes.iter().filter(|change| !self.covers(&change.id, change.consequence))
    }
}
