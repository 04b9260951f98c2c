//! What may be on a host that does not answer: it is not made a second time, empty, on another one.

use super::build::Builder;
use super::guard::{self, declaration};
use crate::desired::observed::{Observation, Observed};
use crate::desired::{Desired, Entry, ObjectId, ObjectKind};

/// What was on a host that does not answer now, and is wanted on another one.
pub(super) fn moved<'a>(
    desired: &'a Desired,
    observed: &'a Observed,
) -> impl Iterator<Item = (&'a str, &'a ObjectId, &'a Entry)> {
    observed.silent.iter().flat_map(move |(host, held)| {
        let wanted = held.iter().flatten().filter_map(|id| desired.objects.get_key_value(id));
        let moves = wanted.filter(move |(id, entry)| {
            entry.host != *host && observed.objects.get(*id).is_none_or(|one| one.present().is_none())
        });
        moves.map(|(id, entry)| (host.as_str(), id, entry))
    })
}

/// Sites that were on a host that does not answer now.
pub(super) fn sites(builder: &mut Builder<'_>) {
    let desired = builder.desired;
    let sites = moved(desired, builder.observed).filter(|(_, id, _)| id.kind == ObjectKind::Site);
    for (host, id, entry) in sites {
        if builder.stays.root(&id.of).is_none() {
            builder.refuse(id, guard::site::silent(entry, desired, host));
            builder.stays.leave(&id.of, id);
        }
    }
}

/// Sites that may be on a host that does not answer: nobody knows what is there, and nothing is made twice.
pub(super) fn unknown(builder: &mut Builder<'_>) {
    let (desired, observed, policy) = (builder.desired, builder.observed, builder.policy);
    let new = new_sites(desired, observed);
    for (host, _) in observed.silent.iter().filter(|(_, held)| held.is_none()) {
        let elsewhere = new.iter().filter(|(_, entry)| entry.host != *host);
        let unsure: Vec<&(&ObjectId, &Entry)> =
            elsewhere.filter(|(_, entry)| !policy.anew.contains(declaration(entry))).collect();
        let Some((root, entry)) = unsure.first().copied() else { continue };
        let names = unsure.iter().map(|(_, entry)| declaration(entry).to_owned()).collect();
        if let Some(target) = desired.hosts.get(host) {
            builder.refuse(root, guard::site::unknown(entry, target, &names));
        }
        for (id, _) in unsure {
            builder.stays.leave(&id.of, root);
        }
    }
}

/// Sites of which nothing was found, on a fleet of which something was.
fn new_sites<'a>(desired: &'a Desired, observed: &'a Observed) -> Vec<(&'a ObjectId, &'a Entry)> {
    let is_absent = |id: &ObjectId| matches!(observed.objects.get(id), None | Some(Observation::Absent));
    let answers =
        |entry: &Entry| observed.hosts.get(&entry.host).is_some_and(|facts| facts.unreadable.is_none());
    if !observed.present().any(|(id, _)| id.kind != ObjectKind::Image) {
        return Vec::new();
    }
    let sites = desired.objects.iter().filter(|(id, _)| id.kind == ObjectKind::Site);
    sites
        .filter(|(id, entry)| {
            let schema = ObjectId::new(&id.of, ObjectKind::Schema, "");
            answers(entry) && is_absent(id) && is_absent(&schema)
        })
        .collect()
}
