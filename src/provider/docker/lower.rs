//! The images that containers run from, one a host and reference.

use std::collections::BTreeMap;

use crate::desired::docker::Image;
use crate::desired::{Entry, Object, ObjectId, ObjectKind, Owner};
use crate::model::PullPolicy;
use crate::provider::lower::Lowering;

/// Adds an image for every reference that a container on a host names, and makes the container need it.
pub fn lower(to: &mut Lowering<'_>) {
    let hosts: BTreeMap<String, (String, PullPolicy)> = to
        .model
        .hosts
        .iter()
        .map(|(_, host)| (host.meta.identity.to_string(), (host.meta.address.to_string(), host.images)))
        .collect();
    let mut images: BTreeMap<ObjectId, Entry> = BTreeMap::new();
    for entry in to.desired.objects.values_mut() {
        let Object::Container(container) = &entry.object else { continue };
        let Some((address, policy)) = hosts.get(&entry.host) else { continue };
        let reference = container.image.clone();
        let id = ObjectId::new(&entry.host, ObjectKind::Image, &reference);
        entry.needs.insert(id.clone());
        let image = images.entry(id).or_insert_with(|| Entry {
            address: ObjectId::new(address, ObjectKind::Image, &reference).to_string(),
            owner: Owner::Platform,
            host: entry.host.clone(),
            causes: Vec::new(),
            needs: std::collections::BTreeSet::new(),
            object: Object::Image(Image { reference, pull: *policy == PullPolicy::Missing }),
        });
        // Each declaration that uses it, once: the nearest cause of a container is its declaration.
        if let Some(cause) = entry.causes.first().filter(|cause| !image.causes.contains(cause)) {
            image.causes.push(*cause);
        }
    }
    to.desired.objects.extend(images);
}
