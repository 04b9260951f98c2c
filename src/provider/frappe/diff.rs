//! Benches and sites, seen and wanted.

mod jobs;
mod moves;
pub mod older;
mod site;

use std::collections::BTreeSet;

use crate::desired::call::{Arg, Call};
use crate::desired::change::Action;
use crate::desired::compare::compare;
use crate::desired::docker::Container;
use crate::desired::fields::Consequence;
use crate::desired::frappe::BenchConfig;
use crate::desired::observed::{Observation, Observed, Present};
use crate::desired::{Entry, Object, ObjectId, ObjectKind};
use crate::provider::diff::Context;
use crate::provider::proposal::{Comparison, Draft, Obstacle, Proposal};
use crate::value::covers;

pub use jobs::let_jobs_end;
pub use moves::{bench_of, bench_stays, site_moves};
pub use site::site;

/// The nginx of a bench's frontend looks up its upstreams once, when it starts: behind a backend that was made anew it
/// answers 502 until it starts again. Redis is none of them.
#[must_use]
pub fn looks_up_once(id: &ObjectId, need: &ObjectId) -> bool {
    id.kind == ObjectKind::Container
        && id.role == "frontend"
        && id.of.starts_with("bench.")
        && need.of == id.of
        && matches!(need.role.as_str(), "backend" | "websocket")
}

/// Whether visitors of a bench are not answered while a container of it is down. Jobs and open desks can wait.
#[must_use]
pub fn answers_visitors(id: &ObjectId) -> bool {
    id.of.starts_with("bench.") && matches!(id.role.as_str(), "backend" | "frontend" | "redis-cache")
}

/// Whether the document that a process of a bench waits for was written once: the frontend is made when those behind it
/// answer. Where the bench cannot be asked now, they need not wait until it can.
#[must_use]
pub fn has_had(id: &ObjectId, need: &ObjectId, observed: &Observed) -> bool {
    if id.kind != ObjectKind::Container || need.kind != ObjectKind::BenchConfig {
        return false;
    }
    let frontend = ObjectId::new(&need.of, ObjectKind::Container, "frontend");
    observed.objects.get(&frontend).is_some_and(|frontend| frontend.present().is_some())
}

/// Why a container of a bench does not get the image of another release: the bench has sites.
#[must_use]
pub fn release_change(
    id: &ObjectId,
    wanted: &Container,
    present: Option<&Present>,
    cx: &Context<'_>,
) -> Option<Obstacle> {
    let release = wanted_config(&id.of, cx)?;
    // Redis has an image of its own, which may change.
    if wanted.image != release.image {
        return None;
    }
    let seen = present.filter(|present| !present.status.fresh).and_then(image_of);
    changes_release(&id.of, &release.image, seen, cx)
}

/// Looks into the volume of a bench that could not be asked before its backend starts: for which release its sites were made is
/// not known yet.
pub fn look_before_start(id: &ObjectId, wanted: &Container, proposal: &mut Proposal, cx: &Context<'_>) {
    let config = ObjectId::new(&id.of, ObjectKind::BenchConfig, "");
    let is_unread = matches!(cx.observed.objects.get(&config), Some(Observation::Unreadable { .. }));
    if id.role != "backend" || !is_unread || wanted_config(&id.of, cx).is_none() {
        return;
    }
    let start = proposal.drafts.iter().find_map(|draft| match &draft.call {
        Call::StartContainer { container } => Some(container.clone()),
        _ => None,
    });
    // Before the old one stops: if they were made for another release, it goes on serving.
    let ends = |call: &Call| matches!(call, Call::StartContainer { .. } | Call::StopContainer { .. });
    let place = proposal.drafts.iter().position(|draft| ends(&draft.call));
    let (Some(container), Some(place)) = (start, place) else { return };
    let look = Call::VerifyMadeFor { container, image: wanted.image.clone() };
    proposal.drafts.insert(place, Draft::new(look, "the bench could not be asked"));
    proposal.ready += usize::from(place < proposal.ready);
}

/// The obstacle where a bench has sites and was made with another image: the one in its mark, or where that cannot be
/// read the one that its backend runs, in which they were made.
fn changes_release(of: &str, to: &str, running: Option<&str>, cx: &Context<'_>) -> Option<Obstacle> {
    let backend = cx.observed.objects.get(&ObjectId::new(of, ObjectKind::Container, "backend"));
    let backend = backend.and_then(Observation::present).map(Present::serving);
    let backend = backend.filter(|backend| !backend.status.fresh).and_then(image_of);
    let from = recorded(of, cx).or(backend).or(running).filter(|from| *from != to)?;
    let config = cx.observed.objects.get(&ObjectId::new(of, ObjectKind::BenchConfig, ""));
    let sites: BTreeSet<String> = if matches!(config, Some(Observation::Unreadable { .. })) {
        // What could not be read may be there.
        unread_sites(of, cx)
    } else {
        // Nobody could ever log in to one that is half made: it is made anew.
        let complete = moves::sites(of, cx).into_iter().filter(|(.., site)| site.complete);
        complete.map(|(_, directory, _)| directory.to_owned()).collect()
    };
    (!sites.is_empty()).then(|| Obstacle::ReleaseChanges { from: from.to_owned(), to: to.to_owned(), sites })
}

/// The image that a bench's mark names.
fn recorded<'a>(of: &str, cx: &Context<'a>) -> Option<&'a str> {
    let config = cx.observed.objects.get(&ObjectId::new(of, ObjectKind::BenchConfig, ""));
    match &config?.present()?.object {
        Object::BenchConfig(config) => Some(config.image.as_str()).filter(|image| !image.is_empty()),
        _ => None,
    }
}

/// The image of a container that was seen.
fn image_of(present: &Present) -> Option<&str> {
    match &present.object {
        Object::Container(container) => Some(&container.image),
        _ => None,
    }
}

fn wanted_config<'a>(of: &str, cx: &Context<'a>) -> Option<&'a BenchConfig> {
    match &cx.desired.objects.get(&ObjectId::new(of, ObjectKind::BenchConfig, ""))?.object {
        Object::BenchConfig(config) => Some(config),
        _ => None,
    }
}

/// The sites that are wanted on a bench and could not be read, and those that left the files and may be on it: their databases
/// are there, and no bench that could be asked has them.
fn unread_sites(of: &str, cx: &Context<'_>) -> BTreeSet<String> {
    let bench = ObjectId::new(of, ObjectKind::BenchConfig, "");
    let is_found = |of: &str| cx.observed.places(&ObjectId::new(of, ObjectKind::Site, "")).next().is_some();
    let is_unread = matches!(cx.observed.objects.get(&bench), Some(Observation::Unreadable { .. }));
    let gone = cx.observed.objects.iter().filter(|(id, one)| {
        is_unread
            && id.kind == ObjectKind::Schema
            && one.present().is_some()
            && !cx.desired.objects.contains_key(*id)
            && !is_found(&id.of)
    });
    let gone = gone.map(|(id, _)| id.of.clone());
    let wanted = cx.desired.objects.iter().filter(|(_, entry)| entry.needs.contains(&bench));
    wanted
        .filter_map(|(id, entry)| match &entry.object {
            Object::Site(site)
                if matches!(cx.observed.objects.get(id), Some(Observation::Unreadable { .. })) =>
            {
                Some(site.directory.clone())
            }
            _ => None,
        })
        .chain(gone)
        .collect()
}

/// Verifies the release, then writes what differs.
#[must_use]
pub fn bench_config(
    id: &ObjectId,
    entry: &Entry,
    wanted: &BenchConfig,
    present: Option<&Present>,
    cx: &Context<'_>,
) -> Comparison {
    let Some(backend) = backend(entry) else { return Comparison::UNCHANGED };
    let running = cx.observed.objects.get(backend).and_then(Observation::present);
    let running = running.map(Present::serving).and_then(image_of);
    if let Some(obstacle) = changes_release(&id.of, &wanted.image, running, cx) {
        return Comparison::refused(obstacle);
    }
    let seen = match present.map(|present| &present.object) {
        Some(Object::BenchConfig(seen)) => Some(seen),
        _ => None,
    };
    let wanted = &with_apps_of_sites(&id.of, wanted, cx);
    let Some(seen) = seen else {
        return Comparison::change(proposal(Action::Create, backend, id, wanted, None));
    };
    // A container that is about to be made anew shows another image than the one that will be there.
    if running == Some(wanted.image.as_str()) {
        let differences = differences(wanted, seen);
        if !differences.is_empty() {
            return Comparison::refused(Obstacle::ReleaseDiffers(differences));
        }
    }
    let seen = BenchConfig { frappe: wanted.frappe.clone(), missing: BTreeSet::new(), ..seen.clone() };
    if seen == *wanted {
        return Comparison::UNCHANGED;
    }
    Comparison::change(proposal(Action::Update, backend, id, wanted, Some(&seen)))
}

/// What is wanted of a bench, with the apps of the sites that are on it: Frappe runs no code of an app that `apps.txt` does not
/// name, and a site keeps what it has.
fn with_apps_of_sites(of: &str, wanted: &BenchConfig, cx: &Context<'_>) -> BenchConfig {
    let mut wanted = wanted.clone();
    for (.., site) in moves::sites(of, cx) {
        for app in site.apps.iter().chain(&site.unfinished) {
            if !wanted.apps.contains(app) {
                wanted.apps.push(app.clone());
            }
        }
    }
    wanted
}

/// How an image differs from its release, in words.
fn differences(wanted: &BenchConfig, seen: &BenchConfig) -> Vec<String> {
    let mut differences = Vec::new();
    if !seen.missing.contains("frappe") && !covers(&wanted.frappe, &seen.frappe) {
        let has = if seen.frappe.is_empty() { "does not tell its version" } else { &seen.frappe };
        differences.push(format!("the release says Frappe {}, the image has {has}", wanted.frappe));
    }
    differences
        .extend(seen.missing.iter().map(|app| format!("the release says app `{app}`, the image lacks it")));
    differences
}

fn proposal(
    action: Action,
    backend: &ObjectId,
    id: &ObjectId,
    wanted: &BenchConfig,
    seen: Option<&BenchConfig>,
) -> Proposal {
    let container = || Arg::Object(backend.clone());
    let verify = Call::VerifyRelease {
        container: container(),
        frappe: wanted.frappe.clone(),
        apps: wanted.apps.iter().cloned().collect(),
    };
    let there = seen.into_iter().flat_map(|seen| seen.config.keys());
    let write = Call::WriteBenchConfig {
        container: container(),
        id: id.clone(),
        image: wanted.image.clone(),
        set: wanted
            .config
            .iter()
            .filter(|(_, v)| !v.is_null())
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect(),
        remove: there
            .chain(wanted.config.iter().filter(|(_, value)| value.is_null()).map(|(key, _)| key))
            .filter(|key| wanted.config.get(*key).is_none_or(serde_json::Value::is_null))
            .cloned()
            .collect(),
        apps: wanted.apps.clone(),
    };
    let (reason, felt) = match seen {
        None => ("not there yet", Consequence::None),
        Some(_) => ("differs from what is wanted", Consequence::Reload),
    };
    let drafts = vec![
        Draft::new(verify, "nothing is made with an image that is not what the release says"),
        Draft::new(write, reason).felt(felt),
    ];
    Proposal::new(action, seen.map(|seen| compare(seen, wanted)).unwrap_or_default(), drafts, None)
}

/// The container in which a bench's commands run.
fn backend(entry: &Entry) -> Option<&ObjectId> {
    entry.needs.iter().find(|need| need.kind == ObjectKind::Container && need.role == "backend")
}
