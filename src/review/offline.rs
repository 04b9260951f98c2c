//! The world as the base would have made it, as far as the files can tell.

use std::collections::BTreeSet;

use crate::desired::observed::{HostFacts, LeftHost, Observation, Observed, Present};
use crate::desired::{Desired, Object, ObjectId, ObjectKind};
use crate::provider::forward::MARIADB_VERSION as VERSION;

/// What `plan` would see on the hosts of `head` if all of `base` were there; and what nobody can know from the files.
/// Takes the objects of the base as they are: a large fleet has too many to copy.
pub(super) fn assumed(base: Desired, head: &Desired) -> (Observed, Vec<String>) {
    let mut notes = Vec::new();
    let mut observed = Observed::default();
    for (identity, host) in &head.hosts {
        let mut facts = HostFacts { name: host.name.clone(), ..HostFacts::default() };
        if base.fleet != head.fleet && base.hosts.contains_key(identity) {
            facts.other_fleets.insert(base.fleet.clone());
        }
        observed.hosts.insert(identity.clone(), facts);
    }
    // Nobody looks at a host that left the files.
    for (identity, host) in base.hosts.iter().filter(|(identity, _)| !head.hosts.contains_key(*identity)) {
        let here = base.objects.iter().filter(|(_, entry)| entry.host == *identity);
        let left = here.clone().count();
        let marked = here.filter(|(id, _)| id.kind != ObjectKind::Image);
        let objects: BTreeSet<ObjectId> = marked.map(|(id, _)| id.clone()).collect();
        let place = "in the base it".to_owned();
        let there = LeftHost { name: host.name.clone(), place, objects, unreadable: None };
        let full = base.fleet == head.fleet && there.has_data();
        if full {
            observed.left.insert(identity.clone(), there);
        } else if left > 0 {
            let objects = if left == 1 { "object stays" } else { "objects stay" };
            notes.push(format!(
                "host `{}` left the files: its {left} {objects}, and nobody looks at them any more",
                host.name
            ));
        }
    }
    let versions = base.versions;
    if base.fleet == head.fleet {
        let there = base.objects.into_iter().filter(|(_, entry)| head.hosts.contains_key(&entry.host));
        observed.extend(
            head,
            there.map(|(id, entry)| {
                let mut seen = Present::assumed(&id, entry);
                // The base says what its image brings, whatever its tag is.
                if let Some(version) = versions.get(&id) {
                    seen.provided.environment.insert(VERSION.to_owned(), version.clone());
                }
                (id, Observation::Present(Box::new(seen)))
            }),
        );
    }
    notes.extend(brought_by_hand(head, &mut observed));
    (observed, notes)
}

/// Images that their hosts never pull: only the engine knows whether they are there.
fn brought_by_hand(head: &Desired, observed: &mut Observed) -> Vec<String> {
    let mut notes = BTreeSet::new();
    for (id, entry) in head.objects.iter().filter(|(id, _)| id.kind == ObjectKind::Image) {
        let Object::Image(image) = &entry.object else { continue };
        if image.pull || observed.objects.contains_key(id) {
            continue;
        }
        let host = head.hosts.get(&entry.host).map_or(entry.host.as_str(), |host| host.name.as_str());
        notes.insert(format!(
            "host `{host}` pulls no images: `{}` must be there before this is applied",
            image.reference
        ));
        observed.objects.insert(id.clone(), Observation::assumed(id, entry.clone()));
    }
    notes.into_iter().collect()
}
