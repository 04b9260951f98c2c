//! What a plan refuses, each with its way out. One file a code.

pub(super) mod another_tenant;
mod app;
mod blank;
pub(super) mod budget;
pub(super) mod ceiling;
pub(super) mod disk_space;
mod fleet;
pub(super) mod foreign_object;
mod host;
mod host_left;
mod image;
pub(super) mod lost;
pub(super) mod moved;
pub(super) mod moves;
pub(super) mod name_not_free;
pub(super) mod networks;
mod release;
pub(super) mod renamed;
mod server;
pub(super) mod site;
mod strangers;
pub(super) mod tombstone;
pub(super) mod unreadable;
mod volume;
pub(super) mod weak_key;

use std::collections::BTreeSet;

use super::Refusal;
use super::build::Builder;
use crate::desired::{Desired, Entry};
use crate::diag::Diagnostic;
use crate::provider::proposal::Obstacle;

/// Looks at the world as a whole before anything is planned.
pub(super) fn world(builder: &mut Builder<'_>) {
    let (desired, observed) = (builder.desired, builder.observed);
    let unreadable = host::check(desired, observed);
    let fatal = host_left::check(desired, observed)
        .into_iter()
        .chain(blank::check(desired, observed))
        .chain(fleet::check(desired, observed, builder.policy));
    let refusals = fatal
        .map(|diagnostic| Refusal { diagnostic, object: None, fatal: true })
        .chain(unreadable.into_iter().map(|diagnostic| Refusal { diagnostic, object: None, fatal: false }));
    builder.plan.refusals.extend(refusals);
    match weak_key::check(desired, observed, builder.context.opener) {
        Ok(told) => builder.plan.notes.extend(told),
        Err(refused) => {
            builder.plan.refusals.push(Refusal { diagnostic: *refused, object: None, fatal: true });
        }
    }
}

/// What a backend said it never does.
pub(super) fn obstacle(entry: &Entry, obstacle: &Obstacle, desired: &Desired) -> Diagnostic {
    match obstacle {
        Obstacle::VolumeDiffers(fields) => volume::refuse(entry, fields),
        Obstacle::ReleaseDiffers(differences) => release::differs(entry, differences),
        Obstacle::ReleaseChanges { from, to, sites } => release::changes(entry, from, to, sites),
        Obstacle::ReleaseGone { from, sites } => release::gone(entry, from, sites),
        Obstacle::DatabaseChanges { from, to, sites } => moves::database(entry, desired, (from, to), sites),
        Obstacle::SiteMoves(differences) => site::refuse(entry, differences),
        Obstacle::AppRemoved(apps) => app::refuse(entry, apps),
        Obstacle::ImageMissing(reference) => image::refuse(entry, reference),
        Obstacle::OlderServer(way) => server::refuse(entry, way),
        Obstacle::StrangersOnNetwork(handles) => strangers::refuse(entry, handles),
    }
}

/// What people call the declaration of an object.
pub(super) fn declaration(entry: &Entry) -> &str {
    entry.address.split_once('/').map_or(&entry.address, |(of, _)| of)
}

/// The way out for those whose machine will never answer again.
fn gone_for_good(host: &str) -> String {
    format!(
        "host `{host}` is gone for good, with everything on it: take it out of the files, and `--without-host {host}`"
    )
}

/// At most three names, and how many more there are.
fn listed(names: &BTreeSet<String>) -> String {
    let named = names.iter().take(3).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(3) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

/// Shows the declaration that an object comes from.
fn caused(diagnostic: Diagnostic, entry: &Entry, label: &str) -> Diagnostic {
    match entry.causes.first() {
        Some(span) => diagnostic.at(*span, label),
        None => diagnostic,
    }
}
