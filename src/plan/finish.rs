//! The last of a plan: steps in order, changes by their first step, notes and counts.

use std::collections::BTreeMap;

use super::build::Builder;
use super::{Plan, guard};
use crate::desired::observed::Observation;
use crate::desired::{ObjectId, ObjectKind};

/// Puts everything in its place.
pub(super) fn finish(mut builder: Builder<'_>) -> Plan {
    super::shares::one_cause(&mut builder.changes);
    let looked_at = looked_at(&builder);
    let notes = notes(&builder);
    builder.plan.waiting = builder.waiting.values().flatten().cloned().collect();
    let (steps, ids) = std::mem::take(&mut builder.steps).finish(&builder.containers);
    let mut plan = builder.plan;
    plan.changes = builder
        .changes
        .into_iter()
        .map(|pending| {
            let mut change = pending.change;
            change.steps = pending.places.iter().filter_map(|place| ids.get(*place)).copied().collect();
            change.steps.sort_unstable();
            change.steps.dedup();
            change
        })
        .collect();
    plan.changes.sort_by(|a, b| (a.steps.first(), &a.id).cmp(&(b.steps.first(), &b.id)));
    plan.steps = steps;
    plan.notes.extend(notes);
    plan.looked_at = looked_at;
    let present = builder.observed.objects.values().filter(|one| one.present().is_some()).count();
    guard::budget::check(&mut plan, present, builder.policy);
    plan
}

fn looked_at(builder: &Builder<'_>) -> BTreeMap<String, usize> {
    let wanted = &builder.desired.objects;
    let present =
        builder.observed.objects.iter().filter(|(_, one)| one.present().is_some()).map(|(id, _)| id);
    let mut counts: BTreeMap<ObjectKind, usize> = BTreeMap::new();
    for id in wanted.keys().chain(present.filter(|id| !wanted.contains_key(*id))) {
        *counts.entry(id.kind).or_default() += 1;
    }
    counts.into_iter().map(|(kind, n)| (kind.word().to_owned(), n)).collect()
}

fn notes(builder: &Builder<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    for (root, waiting) in &builder.waiting {
        let names: Vec<String> = waiting.iter().map(|id| format!("`{}`", address(builder, id))).collect();
        let verb = if names.len() == 1 { "waits" } else { "wait" };
        notes.push(format!("{} {verb} for `{}`", shortened(&names), address(builder, root)));
    }
    notes.extend(guard::lost::not_lost(builder.policy, builder.desired, builder.observed));
    for (id, observation) in &builder.observed.objects {
        if let Observation::Present(present) = observation
            && builder.desired.objects.contains_key(id)
            && present.status.running
            && present.status.health.as_deref() == Some("unhealthy")
        {
            notes.push(format!("`{}` is unhealthy: {}", address(builder, id), present.status.text));
        }
    }
    notes
}

fn address(builder: &Builder<'_>, id: &ObjectId) -> String {
    builder.desired.objects.get(id).map_or_else(|| id.to_string(), |entry| entry.address.clone())
}

/// At most three names, and how many more there are.
fn shortened(names: &[String]) -> String {
    match names {
        all if all.len() <= 3 => all.join(", "),
        [a, b, rest @ ..] => format!("{a}, {b} and {} more", rest.len()),
        _ => String::new(),
    }
}
