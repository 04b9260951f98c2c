//! What a plan will have to open, tried before its first step: half a site is worse than none.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::desired::Desired;
use crate::desired::content::{Content, Part};
use crate::plan::Plan;
use crate::world::secret::{Opener, SecretRef};

/// Why a secret is no help to a plan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It could not be opened.
    Unopened(String),
    /// Whoever gets it does not take it.
    Unfit(String),
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Unopened(why) | Self::Unfit(why)) = self;
        f.write_str(why)
    }
}

/// The secrets that a plan needs and cannot use, by the reason.
pub type Missing = BTreeMap<Why, BTreeSet<SecretRef>>;

/// What cannot be opened, or is not taken where it goes, of all that a plan's steps need; with `desired` also of what those
/// objects will need that the next round plans.
#[must_use]
pub fn missing(plan: &Plan, desired: Option<&Desired>, opener: &Opener<'_>) -> Missing {
    let later = plan.deferred.iter().map(|deferred| &deferred.id).chain(&plan.waiting);
    let later = later.filter_map(|id| desired?.objects.get(id)).flat_map(|entry| entry.object.contents());
    let now = plan.steps.iter().flat_map(|step| step.call.contents());
    let mut missing = Missing::new();
    for (content, takes) in now.chain(later) {
        let mut whole = true;
        for reference in references(content) {
            if let Err(error) = opener.open(reference) {
                whole = false;
                missing.entry(Why::Unopened(error.to_string())).or_default().insert(reference.clone());
            }
        }
        // What was derived fits everywhere.
        let written = |one: &&SecretRef| matches!(one, SecretRef::Env(_) | SecretRef::File(_));
        let opened = if whole { content.open(opener).ok() } else { None };
        if let Some(why) = opened.and_then(|bytes| takes.refuses(bytes.expose())) {
            let references = references(content).filter(written).cloned();
            missing.entry(Why::Unfit(why)).or_default().extend(references);
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
