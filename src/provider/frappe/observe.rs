//! Benches and sites, read by one command a bench that never calls `bench`.

pub mod judge;
pub mod listing;
pub mod lost;
mod read;

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use serde_json::Value;

use super::parts::HOME;
use super::secret;
use crate::desired::content::Content;
use crate::desired::observed::{Observation, Observed, Present};
use crate::desired::{Desired, Entry, Object, ObjectId, ObjectKind};
use crate::provider::Error;
use crate::provider::inside::Inside;
use crate::provider::site_tables::Server;
use crate::world::secret::Opener;

/// In the arguments of commands that only read: they are no step's, so nobody waits for them.
const LOOK: &str = "reads-bench";

/// Looks at every bench of a host; `seen` is what was seen of its containers, volumes, databases and accounts, `servers`
/// what their servers told of the sites, by the server's container.
pub async fn observe(
    inside: &dyn Inside,
    host: &str,
    desired: &Desired,
    seen: &Observed,
    servers: &BTreeMap<ObjectId, Server>,
    opener: &Opener<'_>,
) -> BTreeMap<ObjectId, Observation> {
    let benches = benches(host, desired, seen);
    let looks = benches.iter().map(|backend| async move {
        let listing = match reach(backend, desired, seen) {
            Reach::Ask(present) => {
                listing::ask(inside, &present.handle, LOOK, false).await.map_err(|error| words(&error))
            }
            Reach::Nothing => Ok(listing::Listing::default()),
            Reach::Not(why) => Err(why),
        };
        let seal = |value: &Value| Content::Sealed(secret::fingerprint(value, opener));
        match listing {
            Ok(listing) => judge::judge(judge::Bench {
                backend,
                host,
                listing: &listing,
                desired,
                seen,
                servers,
                seal: &seal,
            }),
            Err(why) => unreadable(backend, &lost::Seen { desired, seen, servers }, &why),
        }
    });
    let mut objects = gather(join_all(looks).await, desired);
    lost::add(&mut objects, host, &lost::Seen { desired, seen, servers });
    objects
}

fn words(error: &Error) -> String {
    match &error.advice {
        Some(advice) => format!("{error} ({advice})"),
        None => error.to_string(),
    }
}

/// The backends of a host: of benches that are wanted, and of those that were seen.
#[must_use]
pub fn benches(host: &str, desired: &Desired, seen: &Observed) -> BTreeSet<ObjectId> {
    let wanted = desired.objects.iter().filter(|(_, entry)| entry.host == host).map(|(id, _)| id);
    let wanted = wanted
        .filter(|id| id.kind == ObjectKind::BenchConfig)
        .map(|id| ObjectId::new(&id.of, ObjectKind::Container, "backend"));
    let there = seen.objects.iter().filter(|(id, observation)| {
        id.kind == ObjectKind::Container
            && id.role == "backend"
            && id.of.starts_with("bench.")
            && observation.present().is_some_and(|present| present.host == host)
    });
    wanted.chain(there.map(|(id, _)| id.clone())).collect()
}

/// Whether a bench can be asked.
#[derive(Debug)]
pub enum Reach<'a> {
    /// This container answers.
    Ask(&'a Present),
    /// There is nothing to ask for: what would hold it is not there.
    Nothing,
    /// Not now, and why.
    Not(String),
}

/// Whether a bench can be asked; `backend` is its container.
#[must_use]
pub fn reach<'a>(backend: &ObjectId, desired: &Desired, seen: &'a Observed) -> Reach<'a> {
    match seen.objects.get(backend) {
        Some(Observation::Present(present)) if present.is_busy() => {
            Reach::Not("a command of an interrupted run still works on it".to_owned())
        }
        // An interrupted change of the container leaves two.
        Some(Observation::Present(present)) if present.serving().status.running => {
            Reach::Ask(present.serving())
        }
        Some(Observation::Present(_)) => Reach::Not("the container that holds it does not run".to_owned()),
        Some(Observation::Unreadable { why, .. }) => Reach::Not(why.clone()),
        Some(Observation::Foreign { .. } | Observation::Lost(_) | Observation::Absent) | None => {
            if has_volume(backend, desired, seen) {
                Reach::Not("the container that holds it is not there".to_owned())
            } else {
                Reach::Nothing
            }
        }
    }
}

fn has_volume(backend: &ObjectId, desired: &Desired, seen: &Observed) -> bool {
    let Some(Object::Container(container)) = desired.objects.get(backend).map(|entry| &entry.object) else {
        return false;
    };
    let Some(mount) = container.volumes.get(&format!("{HOME}/sites")) else { return false };
    desired.objects.iter().any(|(id, entry)| {
        matches!(&entry.object, Object::Volume(volume) if volume.name == mount.volume)
            && !matches!(seen.objects.get(id), Some(Observation::Absent) | None)
    })
}

/// Everything that is wanted on a bench that cannot be asked. While a command is at work on it also the accounts of its
/// sites: `bench new-site` logs in with a password for once, which is not to be replaced under its hands. Where no command
/// can be at work, a site whose database has none of Frappe's tables is none: it is absent, as it is before it is made.
#[must_use]
pub fn unreadable(backend: &ObjectId, cx: &lost::Seen<'_>, why: &str) -> BTreeMap<ObjectId, Observation> {
    let (desired, seen) = (cx.desired, cx.seen);
    let config = ObjectId::new(&backend.of, ObjectKind::BenchConfig, "");
    let is_here = |entry: &Entry| judge::bench_of(entry) == Some(backend.of.as_str());
    let sites = desired.objects.iter().filter(|(id, entry)| id.kind == ObjectKind::Site && is_here(entry));
    let container = seen.objects.get(backend).and_then(Observation::present);
    let is_busy = container.is_some_and(Present::is_busy);
    let stands_still = container.is_none_or(|container| !container.serving().status.running) && !is_busy;
    let accounts = sites.clone().flat_map(|(_, entry)| &entry.needs);
    let accounts = accounts.filter(|need| is_busy && need.kind == ObjectKind::Account);
    let wanted = desired.objects.contains_key(&config).then_some(&config);
    let sites = sites.filter(|(id, entry)| !(stands_still && cx.was_never_made(id, entry)));
    wanted
        .into_iter()
        .chain(sites.map(|(id, _)| id))
        .chain(accounts)
        .map(|id| {
            let behind = Some(backend.clone());
            (id.clone(), Observation::Unreadable { behind, why: why.to_owned() })
        })
        .collect()
}

/// What several benches told. A site that was found counts before one that is missing where it is wanted, or of which that
/// bench can't say anything: one that is only half made, say.
#[must_use]
pub fn gather(
    benches: Vec<BTreeMap<ObjectId, Observation>>,
    desired: &Desired,
) -> BTreeMap<ObjectId, Observation> {
    let mut objects = BTreeMap::new();
    let mut elsewhere = Vec::new();
    for (id, observation) in benches.into_iter().flatten() {
        let bench = desired.objects.get(&id).and_then(judge::bench_of);
        let is_there = observation.present().and_then(|present| present.handle.split_once('/'));
        match (bench, is_there) {
            (Some(wanted), Some((found, _))) if wanted != found => elsewhere.push((id, observation)),
            _ => {
                objects.insert(id, observation);
            }
        }
    }
    for (id, observation) in elsewhere {
        match objects.get(&id) {
            Some(Observation::Present(_)) => {}
            _ => {
                objects.insert(id, observation);
            }
        }
    }
    objects
}
