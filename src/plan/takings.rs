//! Names that go from one declaration to another. Giving up comes before taking: Traefik would answer for either.

use std::collections::{BTreeMap, BTreeSet};

use super::build::{Builder, Fate};
use super::steps::Place;
use crate::desired::change::FieldChange;
use crate::desired::fields::Consequence;
use crate::desired::observed::{Observation, Observed};
use crate::desired::{Desired, ObjectId, ObjectKind, Owner};
use crate::provider::diff;

/// A name that a declaration wants and another one has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Taking<'a> {
    /// Identity of who wants it.
    pub(super) taker: &'a str,
    /// What has it.
    pub(super) holder: &'a ObjectId,
    /// The name.
    pub(super) name: &'a str,
}

/// Every name that would go from one to another. What has a name already takes it from nobody.
pub(super) fn find<'a>(desired: &'a Desired, observed: &'a Observed) -> BTreeSet<Taking<'a>> {
    let mut takers: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (id, entry) in desired.objects.iter().filter(|(id, _)| has_names(id.kind)) {
        let seen = observed.objects.get(id).and_then(Observation::present);
        // Most are as they should be: a large fleet has too many to take apart.
        if seen.is_some_and(|present| present.object == entry.object) {
            continue;
        }
        for name in diff::names(&entry.object) {
            takers.entry(name).or_default().insert(&id.of);
        }
    }
    let mut takings = BTreeSet::new();
    if takers.is_empty() {
        return takings;
    }
    let mut own: BTreeSet<(&str, &str)> = BTreeSet::new();
    for (id, present) in observed.present().filter(|(id, _)| has_names(id.kind)) {
        for one in std::iter::once(present).chain(&present.spare) {
            for name in diff::names(&one.object) {
                for taker in takers.get(name).into_iter().flatten() {
                    if *taker == id.of {
                        own.insert((name, taker));
                    } else {
                        takings.insert(Taking { taker, holder: id, name });
                    }
                }
            }
        }
    }
    takings.retain(|taking| !own.contains(&(taking.name, taking.taker)));
    takings
}

const fn has_names(kind: ObjectKind) -> bool {
    matches!(kind, ObjectKind::Route | ObjectKind::Site)
}

impl Taking<'_> {
    /// Whether a plan takes the name from who has it: its route changes or goes. A directory keeps its name.
    pub(super) fn is_given(&self, builder: &Builder<'_>) -> bool {
        self.holder.kind == ObjectKind::Route
            && builder.changes.iter().any(|pending| pending.change.id == *self.holder)
    }
}

/// A name on its way from one route to another; both by their places among the changes.
struct Move<'a> {
    from: usize,
    to: usize,
    name: &'a str,
}

/// Makes each step that takes a name wait for the one that gives it, and tells where it goes.
pub(super) fn order(builder: &mut Builder<'_>, takings: &BTreeSet<Taking<'_>>) {
    let moves = moves(builder, takings);
    for one in &moves {
        let [before, after] = [one.from, one.to].map(|at| who(builder, at));
        let path = one.name.to_owned();
        let (before, after) = (before.into(), after.into());
        builder.changes[one.to].change.fields.push(FieldChange {
            path,
            before,
            after,
            consequence: Consequence::Reload,
        });
    }
    let apart = apart(builder, &moves);
    let moves: Vec<&Move<'_>> = moves.iter().filter(|one| apart.contains(&one.from)).collect();
    let mut given: BTreeMap<usize, Place> = BTreeMap::new();
    for from in moves.iter().map(|one| one.from).collect::<BTreeSet<_>>() {
        let gives = || moves.iter().filter(|one| one.from == from);
        let takes = moves.iter().any(|one| one.to == from);
        let waits = gives().any(|one| waits_for(builder, from, one.to));
        let names: BTreeSet<&str> = gives().map(|one| one.name).collect();
        // Who gets names itself, or waits for the other, gives up in a step of its own: two that swap wait for neither.
        let own = if takes || waits { give_up(builder, from, &names) } else { None };
        given.extend(own.or_else(|| builder.changes[from].places.last().copied()).map(|place| (from, place)));
    }
    for one in moves {
        if let (Some(first), Some(place)) = (builder.changes[one.to].first, given.get(&one.from)) {
            builder.steps.wait(first, [*place]);
        }
    }
}

fn moves<'a>(builder: &Builder<'_>, takings: &BTreeSet<Taking<'a>>) -> Vec<Move<'a>> {
    if takings.is_empty() {
        return Vec::new();
    }
    let routes =
        builder.changes.iter().enumerate().filter(|(_, one)| one.change.id.kind == ObjectKind::Route);
    let routes: BTreeMap<&ObjectId, usize> = routes.map(|(at, one)| (&one.change.id, at)).collect();
    let moves = takings.iter().filter_map(|taking| {
        let to = *routes.get(&ObjectId::new(taking.taker, ObjectKind::Route, ""))?;
        Some(Move { from: *routes.get(taking.holder)?, to, name: taking.name })
    });
    moves.collect()
}

/// `site.globex of tenant globex`.
fn who(builder: &Builder<'_>, at: usize) -> String {
    let change = &builder.changes[at].change;
    let declaration = change.address.split('/').next().unwrap_or_default();
    match &change.owner {
        Owner::Platform => declaration.to_owned(),
        Owner::Tenant(tenant) => format!("{declaration} of tenant {tenant}"),
    }
}

/// Changes whose names do not all go within one call: that writes a file at once, and nobody sees it half done.
fn apart(builder: &Builder<'_>, moves: &[Move<'_>]) -> BTreeSet<usize> {
    let call = |at: usize| {
        let pending = &builder.changes[at];
        let place = pending.first.filter(|first| pending.places.last() == Some(first))?;
        Some((builder.steps.file(place)?, builder.steps.after(place)))
    };
    let mut apart = BTreeSet::new();
    for one in moves {
        let (from, to) = (call(one.from), call(one.to));
        if from.is_none() || from != to {
            apart.extend([one.from, one.to]);
        }
    }
    loop {
        let before = apart.len();
        for one in moves {
            if apart.contains(&one.from) || apart.contains(&one.to) {
                apart.extend([one.from, one.to]);
            }
        }
        if apart.len() == before {
            return apart;
        }
    }
}

/// Whether the first step of a change waits for a step of another.
fn waits_for(builder: &Builder<'_>, at: usize, other: usize) -> bool {
    let after = builder.changes[at].first.map(|first| builder.steps.after(first)).unwrap_or_default();
    builder.changes[other].places.iter().any(|place| after.contains(place))
}

/// Adds the step in which a route gives names up before anything else of its change.
fn give_up(builder: &mut Builder<'_>, at: usize, names: &BTreeSet<&str>) -> Option<Place> {
    let id = builder.changes[at].change.id.clone();
    let present = builder.observed.objects.get(&id).and_then(Observation::present)?;
    let edge = builder.edge(&present.host)?;
    let draft = diff::give_up(present, names, edge)?;
    let after = match builder.fates.get(edge) {
        Some(Fate::Changes { ready, .. } | Fate::Stays(ready)) => ready.clone(),
        Some(Fate::Out(_)) | None => BTreeSet::new(),
    };
    let place = builder.steps.add(&id, &present.host, draft, after);
    if let Some(first) = builder.changes[at].first {
        builder.steps.wait(first, [place]);
    }
    builder.changes[at].places.insert(0, place);
    Some(place)
}
