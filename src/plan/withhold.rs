//! What one attempt at a plan teaches the next: declarations that are left as they are as a whole, because what they want is
//! still somebody else's; sites that turned out to stay as they are; images that nobody will run.

use std::collections::{BTreeMap, BTreeSet};

use super::build::{Builder, Fate};
use super::takings::{self, Taking};
use super::{Refusal, guard};
use crate::desired::observed::Observed;
use crate::desired::{Desired, ObjectId, ObjectKind};

/// What is known before an attempt.
#[derive(Default)]
pub(super) struct Known<'a> {
    /// Declarations of which nothing changes, by identity.
    pub(super) withheld: BTreeMap<&'a str, Refusal>,
    /// Sites that are there and are left out, by identity: they keep what leads to them.
    pub(super) left: BTreeSet<String>,
    /// Routes that keep what another one is to get, and cannot get yet: by the other's.
    pub(super) kept: BTreeMap<ObjectId, ObjectId>,
    /// Images of which every user is left out: they are not pulled.
    pub(super) idle: BTreeSet<ObjectId>,
}

/// Attempts a plan until everything that is taken in it is given in it. Whoever takes what is not given is left out, and so
/// gives nothing itself.
pub(super) fn build<'a>(
    desired: &'a Desired,
    observed: &'a Observed,
    attempt: impl Fn(&Known<'a>) -> Builder<'a>,
) -> Builder<'a> {
    let takings = takings::find(desired, observed);
    let mut known = Known { withheld: guard::renamed::find(desired, observed), ..Known::default() };
    known.withheld.extend(guard::another_tenant::find(desired, observed));
    loop {
        let mut builder = attempt(&known);
        let size =
            |known: &Known<'_>| known.withheld.len() + known.left.len() + known.kept.len() + known.idle.len();
        let before = size(&known);
        // Who waits itself is told why already.
        let waits =
            |taking: &&Taking<'_>| known.kept.get(taking.holder).is_some_and(|to| to.of == taking.taker);
        let refused = takings.iter().filter(|taking| !taking.is_given(&builder));
        for taking in refused.filter(|taking| !waits(taking)).collect::<Vec<_>>() {
            known
                .withheld
                .entry(taking.taker)
                .or_insert_with(|| guard::name_not_free::refuse(desired, observed, taking));
        }
        known.kept.extend(kept(&builder, &takings));
        known.left.extend(left(&builder));
        known.idle.extend(idle(&builder));
        if size(&known) == before {
            takings::order(&mut builder, &takings);
            return builder;
        }
    }
}

/// Routes of which a name goes to one that waits for something: who has it goes on answering until then.
fn kept(builder: &Builder<'_>, takings: &BTreeSet<Taking<'_>>) -> Vec<(ObjectId, ObjectId)> {
    let waits = |taker: &ObjectId| builder.waiting.values().any(|waiting| waiting.contains(taker));
    let given = takings.iter().filter(|taking| taking.is_given(builder));
    given
        .map(|taking| (taking.holder.clone(), ObjectId::new(taking.taker, ObjectKind::Route, "")))
        .filter(|(_, taker)| waits(taker))
        .collect()
}

/// Sites that are there, and are left out themselves or by their route.
fn left<'b>(builder: &'b Builder<'_>) -> impl Iterator<Item = String> + 'b {
    let there = builder.observed.present().map(|(id, _)| id);
    let routes = there.filter(|id| id.kind == ObjectKind::Route && id.of.starts_with("site."));
    let is_out = |id: &ObjectId| matches!(builder.fates.get(id), Some(Fate::Out(_)));
    routes
        .filter(move |id| is_out(id) || is_out(&ObjectId::new(&id.of, ObjectKind::Site, "")))
        .map(|id| id.of.clone())
}

/// Images that would be pulled, and of which every user is left out.
fn idle(builder: &Builder<'_>) -> BTreeSet<ObjectId> {
    let pulled = builder.changes.iter().map(|pending| &pending.change.id);
    let mut idle: BTreeSet<ObjectId> = pulled.filter(|id| id.kind == ObjectKind::Image).cloned().collect();
    if idle.is_empty() {
        return idle;
    }
    for (id, entry) in &builder.desired.objects {
        if !matches!(builder.fates.get(id), Some(Fate::Out(_))) {
            for need in &entry.needs {
                idle.remove(need);
            }
        }
    }
    idle
}
