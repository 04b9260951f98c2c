//! The last of a plan: steps in order, changes by their first step, notes and counts.

use std::collections::BTreeMap;

use super::build::Builder;
use super::{Plan, guard};
use crate::desired::observed::Observation;
use crate::desired::{Object, ObjectId, ObjectKind};
use crate::provider::diff;

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
    plan.notes.extend(guard::disk_space::notes(&plan, builder.observed));
    plan.notes.extend(super::felt_by::notes(&plan, builder.desired, builder.observed));
    plan.looked_at = looked_at;
    let present = builder.observed.objects.values().filter(|one| one.present().is_some()).count();
    guard::weak_key::check_change(&mut plan, builder.desired, builder.observed, builder.context.opener);
    guard::networks::check(&mut plan, builder.observed);
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
    notes.extend(other_images(builder));
    notes.extend(diff::notes(builder.desired, builder.observed));
    notes
}

/// Containers whose image's name means another image by now: somebody pulled or built one of that name since.
fn other_images(builder: &Builder<'_>) -> Vec<String> {
    let mut behind: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for (id, entry) in &builder.desired.objects {
        let Object::Container(wanted) = &entry.object else { continue };
        let Some(present) = builder.observed.objects.get(id).and_then(Observation::present) else { continue };
        let Object::Container(seen) = &present.object else { continue };
        let image = ObjectId::new(&entry.host, ObjectKind::Image, &wanted.image);
        let image = builder.observed.objects.get(&image).and_then(Observation::present);
        if let (Some(image), Some(from)) = (image, &present.status.image)
            && seen.image == wanted.image
            && image.handle != *from
        {
            let host = builder.observed.hosts.get(&entry.host).map_or("", |host| &host.name);
            behind.entry((host, &wanted.image)).or_default().push(format!("`{}`", entry.address));
        }
    }
    let told = behind.into_iter().map(|((host, image), names)| {
        let (verb, it) = if names.len() == 1 { ("runs", "it was") } else { ("run", "they were") };
        format!(
            "{} {verb} the image that `{image}` named on `{host}` when {it} made; the name means another one by now, which is used \
             where a container is made anew. Releases stay what they are under names of their own: a new tag, or `name@sha256:…`",
            shortened(&names)
        )
    });
    told.collect()
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
