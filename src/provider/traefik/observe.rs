//! The routes that a host's Traefik has, read from the directory it watches, whether it runs or not.

use std::collections::BTreeMap;

use super::await_routes;
use super::dynamic::{self, Entries};
use super::lower::DYNAMIC;
use crate::desired::docker::Container;
use crate::desired::observed::{Observation, Observed, Present, Status};
use crate::desired::traefik::Route;
use crate::desired::{Desired, Object, ObjectId, ObjectKind};
use crate::provider::Error;
use crate::provider::inside::Inside;

/// Looks at the routes of a host; `seen` is what was seen of its containers and volumes.
pub async fn observe(
    inside: &dyn Inside,
    host: &str,
    desired: &Desired,
    seen: &Observed,
) -> Vec<(ObjectId, Observation)> {
    let mut objects = Vec::new();
    for (edge, traefik) in edges(host, desired, seen) {
        match seen.objects.get(edge) {
            Some(Observation::Present(container)) => match read(inside, &container.handle).await {
                Ok((files, broken)) => {
                    let mut found = present((host, edge), desired, &container.handle, &files);
                    if container.status.is_ready() {
                        unserved(inside, &container.handle, &mut found).await;
                    }
                    objects.extend(found);
                    objects.extend(dynamic::unreadable(host, edge, desired, &broken));
                }
                Err(error) => objects.extend(unreadable(host, desired, None, &error.to_string())),
            },
            Some(Observation::Unreadable { why, .. }) => {
                objects.extend(unreadable(host, desired, Some(edge), why));
            }
            Some(Observation::Foreign { .. } | Observation::Lost(_) | Observation::Absent) | None => {
                // Its routes went with the volume; while that is there, only Traefik's container can show them.
                if has_volume(traefik, desired, seen) {
                    let why = "the container that holds them is not there";
                    objects.extend(unreadable(host, desired, Some(edge), why));
                }
            }
        }
    }
    objects
}

/// The containers on a host that watch a directory of routes: those that are wanted there, and those that were seen, which
/// may still serve somebody.
#[must_use]
pub fn edges<'a>(
    host: &str,
    desired: &'a Desired,
    seen: &'a Observed,
) -> BTreeMap<&'a ObjectId, &'a Container> {
    let wanted = desired.objects.iter().filter(|(_, entry)| entry.host == host);
    let wanted = wanted.map(|(id, entry)| (id, &entry.object));
    let there = seen.objects.iter().filter_map(|(id, one)| Some((id, &one.present()?.object)));
    // The wanted fields count where both are there.
    there
        .chain(wanted)
        .filter_map(|(id, object)| match object {
            Object::Container(container) if container.volumes.contains_key(DYNAMIC) => {
                Some((id, &**container))
            }
            _ => None,
        })
        .collect()
}

fn has_volume(traefik: &Container, desired: &Desired, seen: &Observed) -> bool {
    let name = traefik.volumes.get(DYNAMIC).map(|mount| mount.volume.as_str());
    desired.objects.iter().any(|(id, entry)| {
        matches!(&entry.object, Object::Volume(volume) if Some(volume.name.as_str()) == name)
            && matches!(seen.objects.get(id), Some(Observation::Present(_) | Observation::Unreadable { .. }))
    })
}

fn unreadable(
    host: &str,
    desired: &Desired,
    behind: Option<&ObjectId>,
    why: &str,
) -> Vec<(ObjectId, Observation)> {
    let wanted =
        desired.objects.iter().filter(|(id, entry)| id.kind == ObjectKind::Route && entry.host == host);
    wanted
        .map(|(id, _)| {
            let observation = Observation::Unreadable { behind: behind.cloned(), why: why.to_owned() };
            (id.clone(), observation)
        })
        .collect()
}

/// Every file's entries, and why those that cannot be read can't.
async fn read(
    inside: &dyn Inside,
    container: &str,
) -> Result<(BTreeMap<String, Entries>, BTreeMap<String, String>), Error> {
    let files = inside.get(container, DYNAMIC).await?.unwrap_or_default();
    let (mut read, mut broken) = (BTreeMap::new(), BTreeMap::new());
    for (path, stored) in files {
        let Some(name) = path.strip_prefix(DYNAMIC).map(|name| name.trim_start_matches('/')) else {
            continue;
        };
        if dynamic::is_watched(name) {
            match dynamic::parse(&stored.bytes) {
                Ok(entries) => drop(read.insert(name.to_owned(), entries)),
                Err(why) if dynamic::is_ours(name) => drop(broken.insert(name.to_owned(), why)),
                Err(_) => {}
            }
        }
    }
    Ok((read, broken))
}

/// Says of each route whether Traefik runs it.
async fn unserved(inside: &dyn Inside, handle: &str, found: &mut BTreeMap<ObjectId, Observation>) {
    let routes =
        found.values().filter_map(Observation::present).filter_map(|present| match &present.object {
            Object::Route(route) => Some(&route.entries),
            _ => None,
        });
    let all: Entries = routes.flatten().map(|(key, value)| (key.clone(), value.clone())).collect();
    let Some(missing) = await_routes::unserved(inside, handle, &all).await else { return };
    for observation in found.values_mut() {
        if let Observation::Present(present) = observation
            && let Object::Route(route) = &present.object
            && let Some(key) = route.entries.keys().find(|key| missing.contains(*key))
        {
            present.status.running = false;
            present.status.text = format!("Traefik does not run {key}");
        }
    }
}

/// Entries, gathered by declaration. Those in another file than the declared one are a route of their own: the
/// declared file's comes first, the others are its spares.
fn present(
    place: (&str, &ObjectId),
    desired: &Desired,
    handle: &str,
    files: &BTreeMap<String, Entries>,
) -> BTreeMap<ObjectId, Observation> {
    let mut routes = BTreeMap::<ObjectId, BTreeMap<&str, Entries>>::new();
    for (file, entries) in files {
        for (key, value) in entries {
            let id = dynamic::owner(key);
            if !dynamic::is_of_ours(file, &id, desired) {
                continue;
            }
            let of = routes.entry(id).or_default();
            of.entry(file).or_default().insert(key.clone(), value.clone());
        }
    }
    routes
        .into_iter()
        .filter_map(|(id, by_file)| {
            let wanted = match desired.objects.get(&id).map(|entry| &entry.object) {
                Some(Object::Route(route)) => Some(route.file.as_str()),
                _ => None,
            };
            let mut all: Vec<Present> = by_file
                .into_iter()
                .map(|(file, entries)| one(place, handle, Route { file: file.to_owned(), entries }))
                .collect();
            all.sort_by_key(|p| !matches!(&p.object, Object::Route(r) if Some(r.file.as_str()) == wanted));
            let mut all = all.into_iter();
            let mut primary = all.next()?;
            primary.spare = all.collect();
            Some((id, Observation::Present(Box::new(primary))))
        })
        .collect()
}

fn one((host, edge): (&str, &ObjectId), handle: &str, route: Route) -> Present {
    Present {
        host: host.to_owned(),
        object: Object::Route(route),
        handle: handle.to_owned(),
        provided: crate::desired::docker::Provided::default(),
        status: Status { running: true, ..Status::default() },
        attached: BTreeMap::new(),
        spare: Vec::new(),
        within: Some(edge.clone()),
    }
}
