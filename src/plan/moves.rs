//! What would have to move, and its data with it. Looked for before anything is planned: what is refused keeps everything
//! that it needs, down to the containers and the network of its bench.

use std::collections::{BTreeMap, BTreeSet};

use super::build::Builder;
use super::guard::{self, declaration};
use super::silent;
use crate::desired::observed::{Observation, Present};
use crate::desired::{Entry, Object, ObjectId, ObjectKind};
use crate::provider::diff;
use crate::provider::proposal::Obstacle;

/// Finds it, refuses it and leaves its declarations as they are.
pub(super) fn find(builder: &mut Builder<'_>) {
    hosts(builder);
    benches(builder);
    silent::sites(builder);
    sites(builder);
    silent::unknown(builder);
    needed(builder);
    edges(builder);
}

/// A declaration whose data is on another host than it is wanted on.
struct Moved<'a> {
    id: &'a ObjectId,
    entry: &'a Entry,
    from: &'a str,
    /// What goes with it, and is not told by itself.
    with: BTreeSet<String>,
}

/// Declarations that are wanted on another host than their data is on. A server is told with its benches, a bench with its
/// sites.
fn hosts(builder: &mut Builder<'_>) {
    let (desired, observed) = (builder.desired, builder.observed);
    let mut moved: BTreeMap<&str, Moved<'_>> = BTreeMap::new();
    for (id, all) in &observed.elsewhere {
        let is_there = matches!(observed.objects.get(id), Some(Observation::Present(_)));
        if id.kind != ObjectKind::Volume || is_there || !diff::holds_data(id) {
            continue;
        }
        let (Some(entry), Some(seen)) = (desired.objects.get(id), all.first()) else { continue };
        moved.entry(&id.of).or_insert(Moved { id, entry, from: &seen.host, with: BTreeSet::new() });
    }
    for (from, id, entry) in
        silent::moved(desired, observed).filter(|(_, id, _)| id.kind == ObjectKind::Volume)
    {
        moved.entry(&id.of).or_insert(Moved { id, entry, from, with: BTreeSet::new() });
    }
    let mut told: BTreeMap<&str, &str> = BTreeMap::new();
    for (id, entry) in &desired.objects {
        let with = match id.kind {
            ObjectKind::Container if moved.contains_key(id.of.as_str()) => ObjectKind::Container,
            ObjectKind::Site => ObjectKind::BenchConfig,
            _ => continue,
        };
        let other = entry
            .needs
            .iter()
            .find(|need| need.kind == with && need.of != id.of && moved.contains_key(need.of.as_str()));
        if let Some(other) = other {
            told.insert(&id.of, &other.of);
        }
    }
    for (of, other) in &told {
        let first = told.get(other).unwrap_or(other);
        let mut named = desired.objects.range(ObjectId::new(*of, ObjectKind::Image, "")..);
        let name = named.next().map_or(*of, |(_, entry)| declaration(entry));
        if let Some(root) = moved.get_mut(first) {
            root.with.insert(name.to_owned());
            let id = root.id;
            builder.stays.leave(of, id);
        }
    }
    for (of, Moved { id, entry, from, with }) in moved {
        if !told.contains_key(of) {
            let from = (from, observed.silent.contains_key(from));
            builder.refuse(id, guard::moves::host(entry, builder.desired, from, &with));
            builder.stays.leave(of, id);
        }
    }
}

/// Benches that would be taken off the data of their sites, or whose sites would lose what they run on.
fn benches(builder: &mut Builder<'_>) {
    let desired = builder.desired;
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut rewired: BTreeSet<&str> = BTreeSet::new();
    for (id, entry) in desired.objects.iter().filter(|(id, _)| id.kind == ObjectKind::Network) {
        if !seen.insert(&id.of) || builder.stays.root(&id.of).is_some() {
            continue;
        }
        let Some(obstacle) = diff::bench_stays(&id.of, &builder.context) else { continue };
        let root = ObjectId::new(&id.of, ObjectKind::Container, "backend");
        let (root, entry) = desired.objects.get_key_value(&root).unwrap_or((id, entry));
        builder.refuse(root, guard::obstacle(entry, &obstacle, desired));
        builder.stays.leave(&id.of, root);
        if matches!(obstacle, Obstacle::DatabaseChanges { .. }) {
            rewired.insert(&id.of);
        }
    }
    let on = desired.objects.iter().filter(|(id, _)| id.kind == ObjectKind::Site);
    for (id, entry) in on {
        let bench = entry.needs.iter().find(|need| need.kind == ObjectKind::BenchConfig);
        // Where its data is, nothing of it is where it would be looked for.
        let bench = bench.filter(|bench| rewired.contains(bench.of.as_str()));
        if let Some(root) = bench.and_then(|bench| builder.stays.root(&bench.of)).cloned() {
            builder.stays.leave(&id.of, &root);
        }
    }
}

/// Sites that would have to move.
fn sites(builder: &mut Builder<'_>) {
    let desired = builder.desired;
    for (id, entry) in desired.objects.iter().filter(|(id, _)| id.kind == ObjectKind::Site) {
        if builder.stays.root(&id.of).is_some() {
            continue;
        }
        let moves = diff::site_moves(id, entry, &builder.context);
        if !moves.is_empty() {
            builder.refuse(id, guard::site::refuse(entry, &moves));
            builder.stays.leave(&id.of, id);
        }
    }
}

/// Whether a site keeps running although nobody wants it, or not where it is.
fn is_left(builder: &Builder<'_>, id: &ObjectId) -> bool {
    builder.stays.root(&id.of).is_some()
        || builder.left.contains(&id.of)
        || !builder.desired.objects.contains_key(id)
}

/// What sites need that stay: nothing of their benches goes.
fn needed(builder: &mut Builder<'_>) {
    let observed = builder.observed;
    for (id, present) in observed.present().filter(|(id, _)| id.kind == ObjectKind::Site) {
        if is_left(builder, id)
            && let Some((bench, _)) = diff::bench_of(present)
        {
            builder.stays.need(bench);
        }
    }
}

/// Edges that would take the ports of one through which sites that stay are reached.
fn edges(builder: &mut Builder<'_>) {
    let (desired, observed) = (builder.desired, builder.observed);
    for (id, seen) in observed.present().filter(|(id, _)| diff::serves_routes(id)) {
        let is_wanted = |(_, entry): (_, &Entry)| seen.is_at(entry);
        if desired.objects.get_key_value(id).is_some_and(is_wanted) {
            continue;
        }
        let behind = observed.present().filter(|(route, present)| {
            route.kind == ObjectKind::Route
                && present.host == seen.host
                && present.within.as_ref() == Some(id)
                && is_left(builder, &ObjectId::new(&route.of, ObjectKind::Site, ""))
                && route.of.starts_with("site.")
        });
        let sites: BTreeSet<String> = behind.map(|(route, _)| route.of.clone()).collect();
        if sites.is_empty() {
            continue;
        }
        builder.stays.need(&id.of);
        let heir = desired.objects.iter().find(|(heir, entry)| {
            diff::serves_routes(heir) && entry.host == seen.host && takes_ports(entry, seen)
        });
        if let Some((heir, entry)) = heir {
            builder.refuse(heir, guard::moves::edge(entry, id, &sites));
            builder.stays.leave(&heir.of, heir);
        }
    }
}

fn takes_ports(wanted: &Entry, seen: &Present) -> bool {
    match (&wanted.object, &seen.object) {
        (Object::Container(new), Object::Container(old)) => {
            new.ports.iter().any(|port| old.ports.iter().any(|held| held.host_port == port.host_port))
        }
        _ => false,
    }
}
