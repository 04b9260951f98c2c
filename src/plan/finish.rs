//! The last of a plan: steps in order, changes by their first step, notes and counts.

use std::collections::BTreeMap;

use super::build::Builder;
use super::{Plan, guard};
use crate::desired::observed::Observation;
use crate::desired::{ObjectId, ObjectKind};
use crate::provider::diff;

/// Puts everything in its place.
pub(super) fn finish(mut builder: Builder<'_>) -> Plan {
    let looked_at = looked_at(&builder);
    let notes = notes(&builder);
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
    let mut ids: Vec<&ObjectId> = builder
        .desired
        .objects
        .iter()
        .filter(|(_, entry)| diff::is_applied(&entry.object))
        .map(|(id, _)| id)
        .chain(builder.observed.objects.iter().filter(|(_, one)| one.present().is_some()).map(|(id, _)| id))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let mut counts = BTreeMap::new();
    for id in ids {
        *counts.entry(id.kind.word().to_owned()).or_default() += 1;
    }
    counts
}

fn notes(builder: &Builder<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    for (root, waiting) in &builder.waiting {
        let names: Vec<String> = waiting.iter().map(|id| format!("`{}`", address(builder, id))).collect();
        let verb = if names.len() == 1 { "waits" } else { "wait" };
        notes.push(format!("{} {verb} for `{}`", shortened(&names), address(builder, root)));
    }
    for (id, observation) in &builder.observed.objects {
        if let Observation::Present(present) = observation
            && builder.desired.objects.contains_key(id)
            && present.status.running
            && present.status.health.as_deref() == Some("unhealthy")
        {
            notes.push(format!("`{}` is unhealthy: {}", address(builder, id), present.status.text));
        }
    }
    let parts: Vec<String> = builder.not_applied.iter().map(|(kind, count)| counted(*count, *kind)).collect();
    if let Some((last, rest)) = parts.split_last() {
        let list = if rest.is_empty() { last.clone() } else { format!("{} and {last}", rest.join(", ")) };
        let total: usize = builder.not_applied.values().sum();
        let verb = if total == 1 { "is" } else { "are" };
        notes.push(format!("{list} {verb} compiled and not applied yet by this version"));
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

/// `2 databases`.
fn counted(count: usize, kind: ObjectKind) -> String {
    let (one, many) = match kind {
        ObjectKind::Image => ("image", "images"),
        ObjectKind::Network => ("network", "networks"),
        ObjectKind::Volume => ("volume", "volumes"),
        ObjectKind::Container => ("container", "containers"),
        ObjectKind::Route => ("route", "routes"),
        ObjectKind::Schema => ("database", "databases"),
        ObjectKind::Account => ("account", "accounts"),
        ObjectKind::BenchConfig => ("bench configuration", "bench configurations"),
        ObjectKind::Site => ("site", "sites"),
    };
    format!("{count} {}", if count == 1 { one } else { many })
}
