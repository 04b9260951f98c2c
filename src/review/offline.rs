//! The world as the base would have made it, with a secret's reference in the place of the secret: nothing is opened, and
//! another reference is a difference all the same.

use std::collections::BTreeSet;

use crate::desired::content::Content;
use crate::desired::observed::{HostFacts, Observation, Observed, Present};
use crate::desired::{Desired, Object, ObjectKind};

/// What is wanted, with references in the place of secrets.
pub(super) fn closed(desired: &Desired) -> Desired {
    let mut desired = desired.clone();
    desired.objects.values_mut().for_each(|entry| close(&mut entry.object));
    desired
}

/// What `plan` would see on the hosts of `head` if all of `base` were there; and what nobody can know from the files.
pub(super) fn assumed(base: &Desired, head: &Desired) -> (Observed, Vec<String>) {
    let mut notes = Vec::new();
    let mut observed = Observed::assume(base);
    if base.fleet != head.fleet {
        // Nothing bears the new mark, and the old one is another fleet's.
        observed.objects.clear();
        for host in observed.hosts.values_mut() {
            host.other_fleets.insert(base.fleet.clone());
        }
    }
    for observation in observed.objects.values_mut() {
        if let Observation::Present(present) = observation {
            close(&mut present.object);
        }
    }
    // Nobody looks at a host that left the files.
    for (identity, host) in base.hosts.iter().filter(|(identity, _)| !head.hosts.contains_key(*identity)) {
        observed.hosts.remove(identity);
        let before = observed.objects.len();
        observed.objects.retain(|_, one| one.present().is_none_or(|present| present.host != *identity));
        let left = before - observed.objects.len();
        if left > 0 {
            let objects = if left == 1 { "object stays" } else { "objects stay" };
            notes.push(format!(
                "host `{}` left the files: its {left} {objects}, and nobody looks at them any more",
                host.name
            ));
        }
    }
    for (identity, host) in &head.hosts {
        observed
            .hosts
            .entry(identity.clone())
            .or_insert_with(|| HostFacts { name: host.name.clone(), ..HostFacts::default() });
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
        let present = Present::assumed(id, entry);
        observed.objects.insert(id.clone(), Observation::Present(Box::new(present)));
    }
    notes.into_iter().collect()
}

/// Puts references in the place of secrets.
fn close(object: &mut Object) {
    match object {
        Object::Container(container) => {
            container.files.values_mut().for_each(|file| reference(&mut file.content));
        }
        Object::Account(account) => reference(&mut account.password),
        Object::Site(site) => {
            reference(&mut site.database_password);
            reference(&mut site.admin_password);
            site.secret_config.values_mut().for_each(reference);
        }
        Object::Image(_)
        | Object::Network(_)
        | Object::Volume(_)
        | Object::Route(_)
        | Object::Schema(_)
        | Object::BenchConfig(_) => {}
    }
}

fn reference(content: &mut Content) {
    if let Content::Secret(parts) = content {
        // Parts are text and references, which always serialise.
        *content = Content::Sealed(serde_json::to_string(parts).unwrap_or_default());
    }
}
