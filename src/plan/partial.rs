//! A plan without some of its changes: they go, with everything that waits for them, and the rest stays as it was shown.

use std::collections::{BTreeMap, BTreeSet};

use super::{Plan, Refusal, guard};
use crate::desired::ObjectId;
use crate::desired::call::{Arg, Call, StepId};
use crate::desired::change::{Change, Step};
use crate::provider::diff;

impl Plan {
    /// The plan without the changes of these objects, each refused with its reason, and without what waits for them.
    #[must_use]
    pub fn without(mut self, out: &BTreeMap<ObjectId, String>) -> Self {
        let mut gone: BTreeSet<ObjectId> = self
            .changes
            .iter()
            .map(|change| &change.id)
            .filter(|id| out.contains_key(*id))
            .cloned()
            .collect();
        if gone.is_empty() {
            return self;
        }
        let mut dropped;
        loop {
            dropped = dropped_steps(&self.changes, &gone);
            let waits = |id: &StepId| {
                self.step(*id).is_some_and(|step| step.after.iter().any(|after| dropped.contains(after)))
            };
            let more = self.changes.iter().filter(|change| {
                !gone.contains(&change.id) && change.steps.iter().any(|id| !dropped.contains(id) && waits(id))
            });
            let more: Vec<ObjectId> = more.map(|change| change.id.clone()).collect();
            if more.is_empty() {
                break;
            }
            gone.extend(more);
        }
        let (left, kept): (Vec<Change>, Vec<Change>) =
            std::mem::take(&mut self.changes).into_iter().partition(|change| gone.contains(&change.id));
        for change in left {
            if let Some(why) = out.get(&change.id) {
                self.refusals.push(Refusal {
                    diagnostic: guard::moved::refuse(&change.address, why),
                    object: Some(change.id),
                    fatal: false,
                });
            } else {
                self.notes.push(format!("`{}` waits for what is left out", change.address));
                self.waiting.insert(change.id);
            }
        }
        let steps = std::mem::take(&mut self.steps);
        let ids = renumbered(&steps, &dropped);
        self.steps = steps.into_iter().filter_map(|step| moved(step, &ids, &gone)).collect();
        self.changes = kept;
        for change in &mut self.changes {
            change.steps = change.steps.iter().filter_map(|id| ids.get(id)).copied().collect();
        }
        self
    }
}

/// The steps that only changes need which are gone.
fn dropped_steps(changes: &[Change], gone: &BTreeSet<ObjectId>) -> BTreeSet<StepId> {
    let of = |is_gone: bool| {
        let those = changes.iter().filter(move |change| gone.contains(&change.id) == is_gone);
        those.flat_map(|change| change.steps.iter().copied())
    };
    let needed: BTreeSet<StepId> = of(false).collect();
    of(true).filter(|id| !needed.contains(id)).collect()
}

/// The new ids of the steps that stay, by their old ones.
fn renumbered(steps: &[Step], dropped: &BTreeSet<StepId>) -> BTreeMap<StepId, StepId> {
    let kept = steps.iter().map(|step| step.id).filter(|id| !dropped.contains(id));
    kept.zip(0..).map(|(old, new)| (old, StepId(new))).collect()
}

/// A step under its new id. Where one call does the work of several changes, the work of those that are gone is left out.
fn moved(mut step: Step, ids: &BTreeMap<StepId, StepId>, gone: &BTreeSet<ObjectId>) -> Option<Step> {
    step.id = *ids.get(&step.id)?;
    step.after = step.after.iter().filter_map(|id| ids.get(id)).copied().collect();
    if let Some(Arg::Output(of)) = step.call.container_mut()
        && let Some(new) = ids.get(of)
    {
        *of = *new;
    }
    if let Call::Routes { set, remove, .. } = &mut step.call {
        set.retain(|key, _| !gone.contains(&diff::owner_of_route(key)));
        remove.retain(|key| !gone.contains(&diff::owner_of_route(key)));
    }
    Some(step)
}
