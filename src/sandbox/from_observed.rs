//! A sandbox in the likeness of a real host, to rehearse a change on.

use std::collections::{BTreeMap, BTreeSet};

use super::state::{Instance, Mark, Marked, Phase, State, Stored};
use super::{files, frappe, mariadb, routes};
use crate::desired::docker::{Container, LogLimits, Network, Provided, RestartPolicy, Volume};
use crate::desired::observed::{Halt, Observation, Observed, Present};
use crate::desired::{Desired, Object, ObjectId};
use crate::provider::Error;

/// The world that was seen on one host: what is ours, what was in our way, who else is on our networks. What could not
/// be read is not in it.
pub(super) fn build(observed: &Observed, desired: &Desired, host: &str) -> Result<State, Error> {
    let mut build = Build { state: State::default(), fleet: &desired.fleet };
    if let Some(facts) = observed.hosts.get(host) {
        build.state.other_fleets.clone_from(&facts.other_fleets);
        build.state.cpus = if facts.cpus > 0 { facts.cpus } else { build.state.cpus };
        build.state.memory = if facts.memory > 0 { facts.memory } else { build.state.memory };
    }
    // Ids that are given out later must not meet those that were seen, whatever made them.
    build.state.ids = u64::try_from(observed.objects.len()).unwrap_or(u64::MAX / 2).saturating_mul(1000);
    for (id, observation) in &observed.objects {
        match observation {
            Observation::Present(present) if present.host == host => {
                for seen in std::iter::once(&**present).chain(&present.spare) {
                    build.add(id, seen);
                }
            }
            Observation::Foreign { .. } => {
                if let Some(entry) = desired.objects.get(id).filter(|entry| entry.host == host) {
                    build.foreign(&entry.object);
                }
            }
            _ => {}
        }
    }
    for present in presents(observed, host) {
        build.attached(present);
        if let Object::Container(container) = &present.object {
            for (path, file) in &container.files {
                files::set(&mut build.state, &present.handle, path, Some(file.clone()))?;
            }
        }
    }
    // After the containers, whose volumes hold the files.
    for present in presents(observed, host) {
        if let Object::Route(route) = &present.object {
            let nothing = BTreeSet::new();
            routes::write(&mut build.state, &present.handle, &route.file, &route.entries, &nothing)?;
        }
    }
    for (id, observation) in &observed.objects {
        let wanted_here = desired.objects.get(id).is_some_and(|entry| entry.host == host);
        if observation.present().map_or(wanted_here, |present| present.host == host) {
            mariadb::restore(&mut build.state, desired, id, observation);
        }
        if let Observation::Present(present) = observation
            && present.host == host
        {
            frappe::restore(&mut build.state, &desired.fleet, id, present);
        }
    }
    Ok(build.state)
}

fn presents<'a>(observed: &'a Observed, host: &'a str) -> impl Iterator<Item = &'a Present> {
    observed
        .objects
        .values()
        .filter_map(move |observation| match observation {
            Observation::Present(present) if present.host == host => Some(&**present),
            _ => None,
        })
        .flat_map(|present| std::iter::once(present).chain(&present.spare))
}

struct Build<'a> {
    state: State,
    fleet: &'a str,
}

impl Build<'_> {
    fn add(&mut self, id: &ObjectId, seen: &Present) {
        let mark = Some(Mark::new(self.fleet, id));
        let handle = seen.handle.clone();
        match &seen.object {
            Object::Image(image) => {
                self.state.images.insert(image.reference.clone());
            }
            Object::Network(network) => {
                self.state.networks.insert(handle, Marked { mark, thing: network.clone() });
            }
            Object::Volume(volume) => {
                let thing = Stored::new(volume.clone());
                self.state.volumes.insert(volume.name.clone(), Marked { mark, thing });
            }
            Object::Container(container) => {
                let phase = match &seen.status {
                    status if status.running => Phase::Running,
                    status if status.fresh => Phase::Created,
                    status if status.halt == Some(Halt::Paused) => Phase::Paused,
                    status if status.halt == Some(Halt::Restarting) => Phase::Restarting,
                    _ => Phase::Exited(0),
                };
                let instance = Instance {
                    // Its files may lie in volumes that are not there yet.
                    container: Container { files: BTreeMap::new(), ..(**container).clone() },
                    isolated: seen.status.isolated,
                    provided: seen.provided.clone(),
                    phase,
                    busy: seen.status.busy.clone(),
                };
                self.state.images.insert(container.image.clone());
                self.state.containers.insert(handle, Marked { mark, thing: Box::new(instance) });
            }
            // These are written once their container stands.
            Object::Route(_)
            | Object::Schema(_)
            | Object::Account(_)
            | Object::BenchConfig(_)
            | Object::Site(_) => {}
        }
    }

    /// Something unmarked under a name that we would choose.
    fn foreign(&mut self, wanted: &Object) {
        match wanted {
            Object::Network(network) => {
                let id = self.state.new_id();
                self.state.networks.insert(id, Marked { mark: None, thing: network.clone() });
            }
            Object::Volume(volume) => {
                let thing = Stored::new(volume.clone());
                self.state.volumes.insert(volume.name.clone(), Marked { mark: None, thing });
            }
            Object::Container(container) => {
                let id = self.state.new_id();
                let stranger = stranger(&container.name);
                self.state.containers.insert(id, Marked { mark: None, thing: Box::new(stranger) });
            }
            _ => {}
        }
    }

    /// Strangers on our networks: they keep a network from being removed.
    fn attached(&mut self, seen: &Present) {
        let Object::Network(network) = &seen.object else { return };
        for (id, aliases) in &seen.attached {
            let known = self.state.containers.entry(id.clone()).or_insert_with(|| Marked {
                mark: None,
                thing: Box::new(stranger(&format!("stranger-{id}"))),
            });
            if known.mark.is_none() {
                known.thing.container.networks.insert(network.name.clone(), aliases.clone());
            }
        }
    }
}

/// A running container of which nothing but its name is known.
pub(super) fn stranger(name: &str) -> Instance {
    let container = Container {
        name: name.to_owned(),
        project: String::new(),
        service: String::new(),
        image: "unknown".to_owned(),
        entrypoint: None,
        command: None,
        environment: BTreeMap::new(),
        user: None,
        init: false,
        working_dir: None,
        no_new_privileges: false,
        stop_grace: 10,
        health: None,
        volumes: BTreeMap::new(),
        ports: BTreeSet::new(),
        log: LogLimits::default(),
        networks: BTreeMap::new(),
        restart: RestartPolicy::No,
        memory: None,
        nano_cpus: None,
        pids: None,
        files: BTreeMap::new(),
    };
    Instance {
        container,
        provided: Provided::default(),
        isolated: false,
        phase: Phase::Running,
        busy: Vec::new(),
    }
}

impl State {
    /// Puts a running container there that somebody else made.
    pub fn stranger_container(&mut self, name: &str, image: &str) -> &mut Instance {
        let mut thing = stranger(name);
        image.clone_into(&mut thing.container.image);
        let id = self.new_id();
        &mut self.containers.entry(id).or_insert(Marked { mark: None, thing: Box::new(thing) }).thing
    }

    /// Puts a network there that somebody else made.
    pub fn stranger_network(&mut self, name: &str) {
        let thing = Network {
            name: name.to_owned(),
            project: String::new(),
            key: String::new(),
            driver: "bridge".to_owned(),
            internal: false,
        };
        let id = self.new_id();
        self.networks.insert(id, Marked { mark: None, thing });
    }

    /// Puts a volume there that somebody else made.
    pub fn stranger_volume(&mut self, name: &str) {
        let volume = Volume {
            name: name.to_owned(),
            project: String::new(),
            key: String::new(),
            driver: "local".to_owned(),
            options: BTreeMap::new(),
        };
        self.volumes.insert(name.to_owned(), Marked { mark: None, thing: Stored::new(volume) });
    }
}
