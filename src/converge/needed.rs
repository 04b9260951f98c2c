//! What a plan will have to open, tried before its first step: half a site is worse than none.

use std::collections::{BTreeMap, BTreeSet};

use crate::desired::Desired;
use crate::desired::content::{Content, Part};
use crate::plan::Plan;
use crate::world::secret::{Opener, SecretRef};

/// The secrets that cannot be opened, by the reason.
pub type Missing = BTreeMap<String, BTreeSet<SecretRef>>;

/// What cannot be opened of all that a plan's steps need; with `desired` also of what those objects will need that the
/// next round plans.
#[must_use]
pub fn missing(plan: &Plan, desired: Option<&Desired>, opener: &Opener<'_>) -> Missing {
    let later = plan.deferred.iter().map(|deferred| &deferred.id).chain(&plan.waiting);
    let later = later.filter_map(|id| desired?.objects.get(id)).flat_map(|entry| entry.object.contents());
    let now = plan.steps.iter().flat_map(|step| step.call.contents());
    let mut missing = Missing::new();
    for reference in now.chain(later).flat_map(references) {
        if let Err(error) = opener.open(reference) {
            missing.entry(error.to_string()).or_default().insert(reference.clone());
        }
    }
    missing
}

fn references(content: &Content) -> impl Iterator<Item = &SecretRef> {
    let parts = match content {
        Content::Secret(parts) => parts.as_slice(),
        Content::Text(_) | Content::Sealed(_) | Content::Unopened(_) => &[],
    };
    parts.iter().filter_map(|part| match part {
        Part::Secret(reference) => Some(reference),
        Part::Text(_) => None,
    })
}
