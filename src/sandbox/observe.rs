//! Looking at a sandbox: the same shape, and the same gathering under one mark, as the engine's driver has it.

use std::collections::{BTreeMap, BTreeSet};

use super::state::{Instance, Marked, Phase, State, Tracked};
use super::{containers, files, frappe, mariadb, routes};
use crate::desired::content::Content;
use crate::desired::docker::{Container, File, Provided};
use crate::desired::observed::{Halt, HostFacts, Observation, Observed, Present, Status};
use crate::desired::traefik::Route;
use crate::desired::{Desired, Entry, Object, ObjectId};
use crate::provider::traefik::dynamic;
use crate::provider::traefik::lower::DYNAMIC;
use crate::provider::traefik::observe::edges;
use crate::world::secret::Opener;

/// What is on the host.
pub(super) fn observe(state: &State, host: &str, desired: &Desired, opener: &Opener<'_>) -> Observed {
    let look = Look { state, host, desired, opener };
    let mut objects = BTreeMap::new();
    look.images(&mut objects);
    look.networks(&mut objects);
    look.volumes(&mut objects);
    look.containers(&mut objects);
    let mut observed = Observed { objects, ..Observed::default() };
    observed.overlay(desired, look.routes(&observed));
    observed.extend(desired, mariadb::observe(&look, &observed));
    let benches = frappe::observe(&look, &observed);
    observed.overlay(desired, benches);
    let facts = HostFacts {
        cpus: state.cpus,
        memory: state.memory,
        other_fleets: look.other_fleets(),
        ..facts(host, desired)
    };
    observed.hosts.insert(host.to_owned(), facts);
    observed
}

/// A sandbox whose file cannot be read: nobody can say anything about what is on it.
pub(super) fn unreadable(host: &str, desired: &Desired, why: &str) -> Observed {
    let facts = HostFacts { unreadable: Some(why.to_owned()), ..facts(host, desired) };
    let here = desired.objects.iter().filter(|(_, entry)| entry.host == host);
    let objects =
        here.map(|(id, _)| (id.clone(), Observation::Unreadable { behind: None, why: why.to_owned() }));
    let hosts = BTreeMap::from([(host.to_owned(), facts)]);
    Observed { hosts, objects: objects.collect(), ..Observed::default() }
}

fn facts(host: &str, desired: &Desired) -> HostFacts {
    let name = desired.hosts.get(host).map_or_else(|| host.to_owned(), |target| target.name.clone());
    HostFacts { name, engine: "sandbox".to_owned(), ..HostFacts::default() }
}

pub(super) type Objects = BTreeMap<ObjectId, Observation>;

/// What is asked about.
pub(super) struct Look<'a> {
    pub(super) state: &'a State,
    pub(super) host: &'a str,
    pub(super) desired: &'a Desired,
    pub(super) opener: &'a Opener<'a>,
}

impl<'a> Look<'a> {
    pub(super) fn wanted(&self) -> impl Iterator<Item = (&'a ObjectId, &'a Entry)> {
        let host = self.host;
        self.desired.objects.iter().filter(move |(_, entry)| entry.host == host)
    }

    pub(super) fn wanted_object(&self, id: &ObjectId) -> Option<&'a Object> {
        self.desired.objects.get(id).map(|entry| &entry.object)
    }

    pub(super) fn present(&self, object: Object, handle: &str) -> Present {
        Present {
            host: self.host.to_owned(),
            object,
            handle: handle.to_owned(),
            provided: Provided::default(),
            status: Status { running: true, ..Status::default() },
            attached: BTreeMap::new(),
            spare: Vec::new(),
            within: None,
        }
    }

    fn other_fleets(&self) -> BTreeSet<String> {
        fn marks<T>(all: &Tracked<String, Marked<T>>) -> impl Iterator<Item = &String> {
            all.values().filter_map(|thing| thing.mark.as_ref().map(|mark| &mark.fleet))
        }
        let all = marks(&self.state.networks)
            .chain(marks(&self.state.volumes))
            .chain(marks(&self.state.containers));
        let others = all.filter(|fleet| **fleet != self.desired.fleet);
        others.chain(&self.state.other_fleets).cloned().collect()
    }

    fn images(&self, objects: &mut Objects) {
        for (id, entry) in self.wanted() {
            if let Object::Image(image) = &entry.object
                && self.state.images.contains(&image.reference)
            {
                let handle = format!("sandbox:{}", image.reference);
                let present = self.present(entry.object.clone(), &handle);
                objects.insert(id.clone(), Observation::Present(Box::new(present)));
            }
        }
    }

    fn networks(&self, objects: &mut Objects) {
        let mut ours = BTreeMap::<ObjectId, Vec<Present>>::new();
        for (handle, seen) in &self.state.networks {
            if let Some(id) = seen.identity(&self.desired.fleet) {
                let mut present = self.present(Object::Network(seen.thing.clone()), handle);
                let on = self.state.containers.iter().filter_map(|(container, c)| {
                    let aliases = c.thing.container.networks.get(&seen.thing.name)?;
                    Some((container.clone(), aliases.clone()))
                });
                present.attached = on.collect();
                ours.entry(id).or_default().push(present);
            }
        }
        for (id, entry) in self.wanted() {
            if let Object::Network(network) = &entry.object
                && !ours.contains_key(id)
                && let Some((_, seen)) =
                    self.state.networks.iter().find(|(_, n)| n.thing.name == network.name)
            {
                let what = format!("network {} ({})", network.name, seen.thing.driver);
                objects.insert(id.clone(), foreign(&what, seen, &self.desired.fleet));
            }
        }
        for (id, all) in ours {
            let wanted = self.wanted_object(&id);
            let first = |present: &Present| match (&present.object, wanted) {
                (Object::Network(seen), Some(Object::Network(wanted))) => seen.name == wanted.name,
                _ => false,
            };
            objects.extend(gather(all, first).map(|found| (id, found)));
        }
    }

    fn volumes(&self, objects: &mut Objects) {
        let mut ours = BTreeMap::<ObjectId, Vec<Present>>::new();
        for (name, seen) in &self.state.volumes {
            if let Some(id) = seen.identity(&self.desired.fleet) {
                let present = self.present(Object::Volume(seen.thing.volume.clone()), name);
                ours.entry(id).or_default().push(present);
            }
        }
        for (id, entry) in self.wanted() {
            if let Object::Volume(volume) = &entry.object
                && !ours.contains_key(id)
                && let Some(seen) = self.state.volumes.get(&volume.name)
            {
                let what = format!("volume {} ({})", volume.name, seen.thing.volume.driver);
                objects.insert(id.clone(), foreign(&what, seen, &self.desired.fleet));
            }
        }
        for (id, all) in ours {
            let wanted = self.wanted_object(&id);
            let first = |present: &Present| matches!(wanted, Some(Object::Volume(wanted)) if wanted.name == present.handle);
            objects.extend(gather(all, first).map(|found| (id, found)));
        }
    }

    fn containers(&self, objects: &mut Objects) {
        let mut ours = BTreeMap::<ObjectId, Vec<Present>>::new();
        for (handle, seen) in &self.state.containers {
            if let Some(id) = seen.identity(&self.desired.fleet) {
                let present = self.container(&id, handle, &seen.thing);
                ours.entry(id).or_default().push(present);
            }
        }
        for (id, entry) in self.wanted() {
            if let Object::Container(container) = &entry.object
                && !ours.contains_key(id)
                && let Some(handle) = self.state.container_id(&container.name)
                && let Some(seen) = self.state.containers.get(handle)
            {
                objects
                    .insert(id.clone(), foreign(&containers::words(&seen.thing), seen, &self.desired.fleet));
            }
        }
        for (id, all) in ours {
            let wanted = self.wanted_object(&id);
            let first = |present: &Present| match (&present.object, wanted) {
                (Object::Container(seen), Some(Object::Container(wanted))) => seen.name == wanted.name,
                _ => false,
            };
            objects.extend(gather(all, first).map(|found| (id, found)));
        }
    }

    fn container(&self, id: &ObjectId, handle: &str, instance: &Instance) -> Present {
        let declared = match self.wanted_object(id) {
            Some(Object::Container(container)) => Some(&container.files),
            _ => None,
        };
        let files = declared.into_iter().flatten().filter_map(|(path, wanted)| {
            let seen = files::get(self.state, instance, path)?;
            Some((
                path.clone(),
                File { content: self.compared(&seen.content, &wanted.content), ..seen.clone() },
            ))
        });
        let container = Container { files: files.collect(), ..instance.container.clone() };
        let text = match instance.phase {
            Phase::Created => "Created".to_owned(),
            Phase::Running => "Up".to_owned(),
            Phase::Paused => "Up (Paused)".to_owned(),
            Phase::Restarting => "Restarting (1)".to_owned(),
            Phase::Exited(code) => format!("Exited ({code})"),
        };
        let status = Status {
            running: instance.is_running(),
            health: containers::health(self.state, instance).map(str::to_owned),
            text,
            busy: instance.busy.clone(),
            isolated: instance.isolated,
            fresh: instance.phase == Phase::Created,
            halt: match instance.phase {
                Phase::Paused => Some(Halt::Paused),
                Phase::Restarting => Some(Halt::Restarting),
                Phase::Created | Phase::Running | Phase::Exited(_) => None,
            },
            ..Status::default()
        };
        let object = Object::Container(Box::new(container));
        Present { provided: instance.provided.clone(), status, ..self.present(object, handle) }
    }

    /// What was put there as text is sealed where a secret is wanted, so that the two can be compared.
    fn compared(&self, seen: &Content, wanted: &Content) -> Content {
        match (seen, wanted) {
            (Content::Text(text), Content::Secret(_) | Content::Sealed(_) | Content::Unopened(_)) => {
                Content::Sealed(self.opener.fingerprint(text.as_bytes()))
            }
            (seen, _) => seen.clone(),
        }
    }

    fn routes(&self, seen: &Observed) -> Vec<(ObjectId, Observation)> {
        let mut objects = Vec::new();
        for (edge, wanted) in edges(self.host, self.desired, seen) {
            let Some(mount) = wanted.volumes.get(DYNAMIC) else { continue };
            let Some(Observation::Present(present)) = seen.objects.get(edge) else {
                // Its routes went with the volume; while that is there, only Traefik's container can show them.
                if self.state.volumes.contains_key(&mount.volume) {
                    let why = "the container that holds them is not there";
                    let routes = self.wanted().filter(|(_, entry)| matches!(entry.object, Object::Route(_)));
                    objects.extend(routes.map(|(id, _)| {
                        let observation =
                            Observation::Unreadable { behind: Some(edge.clone()), why: why.to_owned() };
                        (id.clone(), observation)
                    }));
                }
                continue;
            };
            if let Some(instance) = self.state.containers.get(&present.handle) {
                objects.extend(self.routes_of(edge, &present.handle, &instance.thing));
            }
        }
        objects
    }

    /// Entries, gathered by declaration; those in another file than the declared one are spares.
    fn routes_of(&self, edge: &ObjectId, handle: &str, instance: &Instance) -> Objects {
        let mut found = BTreeMap::<ObjectId, BTreeMap<String, Route>>::new();
        let mut broken = BTreeMap::new();
        for (file, entries) in routes::read(self.state, instance) {
            let entries = match entries {
                Ok(entries) => entries,
                Err(why) => {
                    if dynamic::is_ours(&file) {
                        broken.insert(file, why);
                    }
                    continue;
                }
            };
            for (key, value) in entries {
                let id = dynamic::owner(&key);
                if !dynamic::is_of_ours(&file, &id, self.desired) {
                    continue;
                }
                let files = found.entry(id).or_default();
                let route = files
                    .entry(file.clone())
                    .or_insert_with(|| Route { file: file.clone(), entries: BTreeMap::new() });
                route.entries.insert(key, value);
            }
        }
        let objects = found.into_iter().filter_map(|(id, files)| {
            let wanted = match self.wanted_object(&id) {
                Some(Object::Route(route)) => Some(route.file.as_str()),
                _ => None,
            };
            let (mut all, others): (Vec<_>, Vec<_>) =
                files.into_values().partition(|route| Some(route.file.as_str()) == wanted);
            all.extend(others);
            let present =
                |route| Present { within: Some(edge.clone()), ..self.present(Object::Route(route), handle) };
            let mut all = all.into_iter().map(present);
            let mut primary = all.next()?;
            primary.spare = all.collect();
            Some((id, Observation::Present(Box::new(primary))))
        });
        let mut objects: Objects = objects.collect();
        objects.extend(dynamic::unreadable(self.host, edge, self.desired, &broken));
        objects
    }
}

fn foreign<T>(what: &str, seen: &Marked<T>, fleet: &str) -> Observation {
    Observation::Foreign { evidence: format!("{what} {}", seen.words(fleet)) }
}

/// Several things under one mark, oldest first, become one with spares.
fn gather(mut all: Vec<Present>, first: impl Fn(&Present) -> bool) -> Option<Observation> {
    let at = all
        .iter()
        .position(first)
        .or_else(|| all.iter().rposition(|present| present.status.running))
        .or_else(|| all.len().checked_sub(1))?;
    let mut primary = all.remove(at);
    primary.spare = all;
    Some(Observation::Present(Box::new(primary)))
}
