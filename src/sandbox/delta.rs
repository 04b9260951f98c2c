//! What changed in a world since it was last asked, as it is appended to the sandbox's file: values by their keys, never
//! differences of values, so that it can be applied whatever was there.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::state::{Database, Databases, Instance, Mark, Marked, State, Stored};
use super::tracked::{Touched, Tracked};
use crate::desired::ObjectId;
use crate::desired::docker::{File, Network, Volume};
use crate::desired::mariadb::Account;

/// Something that can tell what of it changed.
pub(super) trait Changing: Sized {
    /// What changed; enough to make it anew where it is not there yet.
    type Delta;

    /// What changed since this was last asked.
    fn delta(&mut self) -> Self::Delta;

    /// All of it.
    fn whole(&mut self) -> Self::Delta;

    /// What it is afterwards.
    fn patched(before: Option<Self>, delta: Self::Delta) -> Self;
}

/// What changed in a map.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Map<K: Ord, D> {
    /// Whether nothing else is in it.
    #[serde(default, skip_serializing_if = "is_false")]
    all: bool,
    /// New values by key.
    #[serde(default = "BTreeMap::new", skip_serializing_if = "BTreeMap::is_empty")]
    set: BTreeMap<K, D>,
    /// What is no longer there.
    #[serde(default = "BTreeSet::new", skip_serializing_if = "BTreeSet::is_empty")]
    gone: BTreeSet<K>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde wants it")]
const fn is_false(all: &bool) -> bool {
    !*all
}

impl<K: Ord, D> Map<K, D> {
    fn is_empty(&self) -> bool {
        !self.all && self.set.is_empty() && self.gone.is_empty()
    }
}

impl<K: Ord, D> Default for Map<K, D> {
    fn default() -> Self {
        Self { all: false, set: BTreeMap::new(), gone: BTreeSet::new() }
    }
}

impl<K: Ord + Clone, V: Changing> Changing for Tracked<K, V> {
    type Delta = Map<K, V::Delta>;

    fn delta(&mut self) -> Self::Delta {
        let Touched::Keys(keys) = self.take_touched() else { return self.whole() };
        let mut changed = Map::default();
        for (key, is_another) in keys {
            match self.get_mut(&key) {
                Some(now) => {
                    let now = if is_another { now.whole() } else { now.delta() };
                    changed.set.insert(key, now);
                }
                None => {
                    changed.gone.insert(key);
                }
            }
        }
        self.take_touched();
        changed
    }

    fn whole(&mut self) -> Self::Delta {
        let set = self.iter_mut().map(|(key, value)| (key.clone(), value.whole())).collect();
        self.take_touched();
        Map { all: true, set, gone: BTreeSet::new() }
    }

    fn patched(before: Option<Self>, delta: Self::Delta) -> Self {
        let mut map = before.filter(|_| !delta.all).unwrap_or_default();
        for key in &delta.gone {
            map.remove(key);
        }
        for (key, now) in delta.set {
            let before = map.remove(&key);
            map.insert(key, V::patched(before, now));
        }
        map
    }
}

/// What is written down whole.
macro_rules! whole {
    ($($of:ty),*) => {$(
        impl Changing for $of {
            type Delta = Self;

            fn delta(&mut self) -> Self {
                self.clone()
            }

            fn whole(&mut self) -> Self {
                self.clone()
            }

            fn patched(_: Option<Self>, now: Self) -> Self {
                now
            }
        }
    )*};
}
whole!(String, Value, File, Database, Account, Marked<Network>, Marked<Box<Instance>>);

/// What changed in a volume: the volume itself is told each time, as it is small.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InVolume {
    mark: Option<Mark>,
    volume: Volume,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    files: Map<String, File>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    routes: Map<String, Map<String, Value>>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    marks: Map<String, Map<ObjectId, String>>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    schemas: Map<String, Database>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    accounts: Map<String, Account>,
}

impl Changing for Marked<Stored> {
    type Delta = InVolume;

    fn delta(&mut self) -> InVolume {
        let Stored { volume, files, routes, databases } = &mut self.thing;
        InVolume {
            mark: self.mark.clone(),
            volume: volume.clone(),
            files: files.delta(),
            routes: routes.delta(),
            marks: databases.marks.delta(),
            schemas: databases.schemas.delta(),
            accounts: databases.accounts.delta(),
        }
    }

    fn whole(&mut self) -> InVolume {
        let Stored { volume, files, routes, databases } = &mut self.thing;
        InVolume {
            mark: self.mark.clone(),
            volume: volume.clone(),
            files: files.whole(),
            routes: routes.whole(),
            marks: databases.marks.whole(),
            schemas: databases.schemas.whole(),
            accounts: databases.accounts.whole(),
        }
    }

    fn patched(before: Option<Self>, now: InVolume) -> Self {
        let before = before.map_or_else(|| Stored::new(now.volume.clone()), |before| before.thing);
        let Databases { marks, schemas, accounts } = before.databases;
        let databases = Databases {
            marks: Changing::patched(Some(marks), now.marks),
            schemas: Changing::patched(Some(schemas), now.schemas),
            accounts: Changing::patched(Some(accounts), now.accounts),
        };
        let thing = Stored {
            volume: now.volume,
            files: Changing::patched(Some(before.files), now.files),
            routes: Changing::patched(Some(before.routes), now.routes),
            databases,
        };
        Self { mark: now.mark, thing }
    }
}

/// What a world is beside the things in it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Machine {
    cpus: u64,
    memory: u64,
    ids: u64,
    images: BTreeSet<String>,
    other_fleets: BTreeSet<String>,
}

impl Machine {
    /// That of a world.
    pub(super) fn of(state: &State) -> Self {
        let State { cpus, memory, ids, images, other_fleets, .. } = state;
        Self {
            cpus: *cpus,
            memory: *memory,
            ids: *ids,
            images: images.clone(),
            other_fleets: other_fleets.clone(),
        }
    }

    fn is_of(&self, state: &State) -> bool {
        self.cpus == state.cpus
            && self.memory == state.memory
            && self.ids == state.ids
            && self.images == state.images
            && self.other_fleets == state.other_fleets
    }
}

/// What changed in a world: a line of its file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Delta {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    machine: Option<Machine>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    networks: Map<String, Marked<Network>>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    volumes: Map<String, InVolume>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    containers: Map<String, Marked<Box<Instance>>>,
}

impl Delta {
    /// What changed in a world since this was last asked, and since its machine was `before`.
    pub(super) fn take(state: &mut State, before: &Machine) -> Self {
        Self {
            machine: (!before.is_of(state)).then(|| Machine::of(state)),
            networks: state.networks.delta(),
            volumes: state.volumes.delta(),
            containers: state.containers.delta(),
        }
    }

    /// Whether nothing did.
    pub(super) fn is_empty(&self) -> bool {
        self.machine.is_none()
            && self.networks.is_empty()
            && self.volumes.is_empty()
            && self.containers.is_empty()
    }

    /// The machine afterwards, where it changed.
    pub(super) fn machine(&self) -> Option<Machine> {
        self.machine.clone()
    }

    /// Makes the change.
    pub(super) fn apply(self, state: &mut State) {
        if let Some(machine) = self.machine {
            let Machine { cpus, memory, ids, images, other_fleets } = machine;
            (state.cpus, state.memory, state.ids) = (cpus, memory, ids);
            (state.images, state.other_fleets) = (images, other_fleets);
        }
        patch(&mut state.networks, self.networks);
        patch(&mut state.volumes, self.volumes);
        patch(&mut state.containers, self.containers);
    }
}

fn patch<C: Changing + Default>(to: &mut C, delta: C::Delta) {
    *to = C::patched(Some(std::mem::take(to)), delta);
}
