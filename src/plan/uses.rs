//! Who uses what, as it was read back.

use std::collections::{BTreeMap, BTreeSet};

use crate::desired::observed::{Observed, Present};
use crate::desired::{Object, ObjectId};
use crate::provider::diff;

/// Something that was seen: an object is what it is where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Thing<'a> {
    pub(super) id: &'a ObjectId,
    pub(super) host: &'a str,
    pub(super) within: Option<&'a ObjectId>,
}

pub(super) fn thing<'a>(id: &'a ObjectId, present: &'a Present) -> Thing<'a> {
    Thing { id, host: &present.host, within: present.within.as_ref() }
}

/// By the host and the name on it.
type By<'a> = BTreeMap<(&'a str, &'a str), BTreeSet<Thing<'a>>>;

/// Who uses what.
pub(super) struct Uses<'a> {
    /// Containers by the network they are on.
    networks: By<'a>,
    /// Containers by the volume they mount.
    volumes: By<'a>,
    /// Routes by their host.
    routes: BTreeMap<&'a str, BTreeSet<Thing<'a>>>,
    /// Our containers by the engine's id.
    handles: BTreeSet<&'a str>,
}

impl<'a> Uses<'a> {
    pub(super) fn read(observed: &'a Observed) -> Self {
        let mut uses = Self {
            networks: By::new(),
            volumes: By::new(),
            routes: BTreeMap::new(),
            handles: BTreeSet::new(),
        };
        for (id, present) in observed.present() {
            let host = present.host.as_str();
            let user = thing(id, present);
            for one in std::iter::once(present).chain(&present.spare) {
                match &one.object {
                    Object::Container(container) => {
                        uses.handles.insert(&one.handle);
                        for network in container.networks.keys() {
                            uses.networks.entry((host, network)).or_default().insert(user);
                        }
                        for mount in container.volumes.values() {
                            uses.volumes.entry((host, &mount.volume)).or_default().insert(user);
                        }
                    }
                    Object::Route(_) => {
                        uses.routes.entry(host).or_default().insert(user);
                    }
                    _ => {}
                }
            }
        }
        uses
    }

    pub(super) fn of(&self, id: &ObjectId, present: &Present) -> Vec<Thing<'a>> {
        let host = present.host.as_str();
        let users = match &present.object {
            Object::Network(network) => self.networks.get(&(host, network.name.as_str())),
            Object::Volume(volume) => self.volumes.get(&(host, volume.name.as_str())),
            Object::Container(_) if diff::serves_routes(id) => {
                let behind = |route: &&Thing<'_>| route.within.is_none_or(|edge| edge == id);
                return self.routes.get(host).into_iter().flatten().filter(behind).copied().collect();
            }
            _ => None,
        };
        users.into_iter().flatten().copied().collect()
    }

    /// A container on a network that does not bear our mark.
    pub(super) fn stranger<'p>(&self, present: &'p Present) -> Option<&'p str> {
        present.attached.keys().map(String::as_str).find(|handle| !self.handles.contains(handle))
    }
}
