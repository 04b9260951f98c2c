//! What would move data: a site elsewhere, a bench taken off the database of its sites, or off its release.

use std::collections::BTreeSet;

use super::{changes_release, image_of, recorded, unread_sites, wanted_config};
use crate::desired::frappe::Site;
use crate::desired::observed::{Observation, Present};
use crate::desired::{Entry, Object, ObjectId, ObjectKind};
use crate::provider::diff::Context;
use crate::provider::frappe::wiring;
use crate::provider::names::MARIADB;
use crate::provider::proposal::Obstacle;

/// The bench of a site that was seen, and the site's directory.
#[must_use]
pub fn bench_of(present: &Present) -> Option<(&str, &str)> {
    present.handle.split_once('/').filter(|(of, _)| of.starts_with("bench."))
}

/// The sites that were seen on a bench: which, and their directories.
pub(super) fn sites<'a>(of: &str, cx: &Context<'a>) -> Vec<(&'a ObjectId, &'a str, &'a Site)> {
    let there = cx.observed.present().filter(|(id, _)| id.kind == ObjectKind::Site);
    there
        .filter_map(|(id, present)| {
            let (bench, directory) = bench_of(present)?;
            let Object::Site(site) = &present.object else { return None };
            (bench == of).then_some((id, directory, &**site))
        })
        .collect()
}

/// Why everything of a bench stays as it is.
#[must_use]
pub fn bench_stays(of: &str, cx: &Context<'_>) -> Option<Obstacle> {
    let backend = ObjectId::new(of, ObjectKind::Container, "backend");
    let seen = cx.observed.objects.get(&backend).and_then(Observation::present).map(Present::serving);
    let there = sites(of, cx);
    let mut names: BTreeSet<String> = there.iter().map(|(_, directory, _)| (*directory).to_owned()).collect();
    let Some(entry) = cx.desired.objects.get(&backend) else {
        return release_gone(of, names, seen, cx);
    };
    let wanted =
        entry.needs.iter().find(|need| need.kind == ObjectKind::Container && need.role == MARIADB)?;
    let mut servers: Vec<ObjectId> = there
        .iter()
        .filter_map(|(id, ..)| {
            let schema = ObjectId::new(&id.of, ObjectKind::Schema, "");
            wiring::server_of(&schema, cx.observed).cloned()
        })
        .collect();
    if let Some(Present { object: Object::Container(container), host, .. }) = seen {
        let wired = wiring::servers(container, host, cx.observed);
        // On both: it is on its way, and where the data is its databases tell.
        if !wired.contains(wanted) {
            if wired.is_empty() {
                servers.extend(wiring::unread(host, cx));
            }
            servers.extend(wired);
        }
    }
    // What could not be read may be there.
    names.extend(unread_sites(of, cx));
    match servers.into_iter().find(|server| server != wanted) {
        Some(from) if !names.is_empty() => {
            Some(Obstacle::DatabaseChanges { from: from.of, to: wanted.of.clone(), sites: names })
        }
        _ => changes_release(of, &wanted_config(of, cx)?.image, None, cx),
    }
}

/// A bench without a release has no containers for its sites.
fn release_gone(
    of: &str,
    sites: BTreeSet<String>,
    seen: Option<&Present>,
    cx: &Context<'_>,
) -> Option<Obstacle> {
    let config = cx.observed.objects.get(&ObjectId::new(of, ObjectKind::BenchConfig, ""));
    let is_read = matches!(config, Some(Observation::Present(_)));
    if sites.is_empty() && (seen.is_none() || is_read) {
        return None;
    }
    let from = recorded(of, cx).or_else(|| seen.and_then(image_of)).unwrap_or_default();
    Some(Obstacle::ReleaseGone { from: from.to_owned(), sites })
}

/// What says that a site would have to go elsewhere; each in words.
#[must_use]
pub fn site_moves(id: &ObjectId, entry: &Entry, cx: &Context<'_>) -> Vec<String> {
    let Object::Site(wanted) = &entry.object else { return Vec::new() };
    let seen = cx.observed.places(id).next();
    let mut moves = seen.map(|present| moved(entry, wanted, present)).unwrap_or_default();
    let schema = entry.needs.iter().find(|need| need.kind == ObjectKind::Schema);
    let server = schema
        .and_then(|schema| cx.desired.objects.get(schema))
        .and_then(|schema| schema.needs.iter().find(|need| need.kind == ObjectKind::Container));
    let holds = schema.and_then(|schema| wiring::server_of(schema, cx.observed));
    if let (Some(wanted), Some(seen)) = (server, holds)
        && wanted != seen
    {
        moves.push(format!("its database is in `{}`, and wanted in `{}`", seen.of, wanted.of));
    }
    moves
}

fn moved(entry: &Entry, wanted: &Site, present: &Present) -> Vec<String> {
    let Object::Site(seen) = &present.object else { return Vec::new() };
    let mut moved = Vec::new();
    let is_wanted =
        |of: &str| entry.needs.iter().any(|need| need.kind == ObjectKind::BenchConfig && need.of == of);
    if let Some((bench, _)) = bench_of(present).filter(|(bench, _)| !is_wanted(bench)) {
        moved.push(format!("it is on `{bench}`, and wanted on another bench"));
    }
    if seen.directory != wanted.directory {
        moved.push(match (seen.directory.split_once('.'), wanted.directory.split_once('.')) {
            // In the same words for every site: it is one change of `sites-under`, and is told once.
            (Some((name, from)), Some((same, to))) if name == same => {
                format!("its name ends with `.{from}`, and would end with `.{to}`")
            }
            _ => format!("it lies in sites/{}, and would lie in sites/{}", seen.directory, wanted.directory),
        });
    }
    if seen.database != wanted.database {
        let database = if seen.database.is_empty() { "no database" } else { &seen.database };
        moved.push(format!("its site_config.json names {database}, and its database is {}", wanted.database));
    }
    moved
}
