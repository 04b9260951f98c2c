//! The least of a host that can say no: enough to see whether plans, and halves of plans, lead where they should.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tenantry::desired::call::{Arg, Call, StepId};
use tenantry::desired::change::Step;
use tenantry::desired::docker::{Container, Network, Provided, Volume};
use tenantry::desired::observed::{HostFacts, Observation, Observed, Present, Status};
use tenantry::desired::traefik::Route;
use tenantry::desired::{Object, ObjectId, ObjectKind};
use tenantry::plan::Plan;
use tenantry::world::secret::Opener;

use super::fixture::HOST;

#[derive(Debug, Clone)]
pub(crate) struct Box {
    pub(crate) handle: String,
    pub(crate) id: ObjectId,
    pub(crate) fields: Container,
    pub(crate) running: bool,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    pub(crate) boxes: Vec<Box>,
    pub(crate) networks: BTreeMap<String, (String, ObjectId, Network)>,
    pub(crate) volumes: BTreeMap<String, (ObjectId, Volume)>,
    images: BTreeSet<String>,
    pub(crate) routes: BTreeMap<String, BTreeMap<String, Value>>,
    /// How often a container was made for each object.
    pub(crate) made: BTreeMap<ObjectId, usize>,
    next: usize,
}

impl World {
    /// Executes the first `limit` steps of a plan; every one must succeed.
    pub(crate) fn run(&mut self, plan: &Plan, limit: usize, opener: &Opener<'_>) {
        let mut outputs: BTreeMap<StepId, String> = BTreeMap::new();
        for step in plan.steps.iter().take(limit) {
            let output = self.step(step, &outputs, opener).unwrap_or_else(|error| {
                panic!("{} {:?}: {error}\n{:#?}", step.id, step.call, plan.steps);
            });
            outputs.extend(output.map(|handle| (step.id, handle)));
        }
    }

    fn step(
        &mut self,
        step: &Step,
        outputs: &BTreeMap<StepId, String>,
        opener: &Opener<'_>,
    ) -> Result<Option<String>, String> {
        let mut call = step.call.clone();
        let handle = match call.container_mut() {
            Some(Arg::Handle(handle)) => handle.clone(),
            Some(Arg::Output(step)) => outputs.get(step).cloned().ok_or("output of no earlier step")?,
            Some(Arg::Object(id)) => return Err(format!("{id} was never resolved")),
            None => String::new(),
        };
        match call {
            Call::PullImage { reference } => {
                self.images.insert(reference);
            }
            Call::CreateNetwork { id, network } => {
                if self.networks.contains_key(&network.name) {
                    return Err("network exists".to_owned());
                }
                let handle = self.handle();
                self.networks.insert(network.name.clone(), (handle, id, network));
            }
            Call::RemoveNetwork { handle } => {
                let name =
                    self.networks.iter().find(|(_, (h, ..))| *h == handle).map(|(name, _)| name.clone());
                let Some(name) = name else { return Ok(None) };
                if self.boxes.iter().any(|one| one.fields.networks.contains_key(&name)) {
                    return Err(format!("network {name} has endpoints"));
                }
                self.networks.remove(&name);
            }
            Call::CreateVolume { id, volume } => {
                self.volumes.entry(volume.name.clone()).or_insert((id, volume));
            }
            Call::RemoveVolume { handle } => {
                let uses = |one: &Box| one.fields.volumes.values().any(|mount| mount.volume == handle);
                if self.boxes.iter().any(uses) {
                    return Err("volume in use".to_owned());
                }
                self.volumes.remove(&handle);
            }
            Call::CreateContainer { id, name, container } => {
                return self.create(id, name, *container).map(Some);
            }
            Call::SetSchema { .. }
            | Call::ResetSchema { .. }
            | Call::SetAccount { .. }
            | Call::VerifyRelease { .. }
            | Call::VerifyMadeFor { .. }
            | Call::WriteBenchConfig { .. }
            | Call::DiscardSite { .. }
            | Call::NewSite { .. }
            | Call::WriteSiteConfig { .. }
            | Call::SetAdminPassword { .. }
            | Call::InstallApp { .. }
            | Call::EnableScheduler { .. }
            | Call::UnpauseContainer { .. }
            | Call::AwaitExec { .. } => {}
            Call::Routes { file, set, remove, .. } => {
                if !self.find(&handle)?.running {
                    return Err("traefik does not run".to_owned());
                }
                let entries = self.routes.entry(file).or_default();
                entries.retain(|key, _| !remove.contains(key));
                entries.extend(set);
            }
            Call::StartContainer { .. } => self.start(&handle)?,
            Call::StopContainer { .. } => self.find(&handle)?.running = false,
            Call::RestartContainer { .. } => {
                self.find(&handle)?.running = false;
                self.start(&handle)?;
            }
            Call::RemoveContainer { .. } => {
                if self.find(&handle)?.running {
                    return Err("it runs".to_owned());
                }
                self.boxes.retain(|one| one.handle != handle);
            }
            Call::RenameContainer { name, .. } => {
                if self.boxes.iter().any(|one| one.fields.name == name) {
                    return Err(format!("{name} is taken"));
                }
                self.find(&handle)?.fields.name = name;
            }
            Call::AwaitHealthy { .. } => {
                if !self.find(&handle)?.running {
                    return Err("it does not run".to_owned());
                }
            }
            Call::ConnectNetwork { network, aliases, .. } => {
                if !self.networks.contains_key(&network) {
                    return Err(format!("no network {network}"));
                }
                if self.find(&handle)?.fields.networks.insert(network, aliases).is_some() {
                    return Err("already on it".to_owned());
                }
            }
            Call::DisconnectNetwork { network, .. } => {
                self.find(&handle)?.fields.networks.remove(&network);
            }
            Call::PutFiles { files, .. } => {
                let one = self.find(&handle)?;
                for (path, mut file) in files {
                    file.content = file.content.seal(opener);
                    one.fields.files.insert(path, file);
                }
            }
            Call::RemoveFiles { paths, .. } => {
                let one = self.find(&handle)?;
                if !one.running {
                    return Err("it does not run".to_owned());
                }
                one.fields.files.retain(|path, _| !paths.contains(path));
            }
            Call::UpdateContainer { memory, nano_cpus, pids, restart, .. } => {
                let fields = &mut self.find(&handle)?.fields;
                fields.memory = memory.or(fields.memory);
                fields.nano_cpus = nano_cpus.or(fields.nano_cpus);
                fields.pids = pids;
                fields.restart = restart;
            }
        }
        Ok(None)
    }

    fn create(&mut self, id: ObjectId, name: String, container: Container) -> Result<String, String> {
        if !self.images.contains(&container.image) {
            return Err(format!("no image {}", container.image));
        }
        if self.boxes.iter().any(|one| one.fields.name == name) {
            return Err(format!("{name} is taken"));
        }
        *self.made.entry(id.clone()).or_default() += 1;
        let networks: BTreeMap<_, _> = container.networks.clone().into_iter().take(1).collect();
        if let Some(missing) = networks.keys().find(|name| !self.networks.contains_key(*name)) {
            return Err(format!("no network {missing}"));
        }
        let fields = Container { name, networks, files: BTreeMap::new(), ..container };
        let handle = self.handle();
        self.boxes.push(Box { handle: handle.clone(), id, fields, running: false });
        Ok(handle)
    }

    fn start(&mut self, handle: &str) -> Result<(), String> {
        let fields = self.find(handle)?.fields.clone();
        if let Some(missing) = fields.networks.keys().find(|name| !self.networks.contains_key(*name)) {
            return Err(format!("no network {missing}"));
        }
        let clash = |one: &&Box| {
            one.running
                && one.handle != handle
                && one.fields.ports.iter().any(|port| fields.ports.contains(port))
        };
        if let Some(other) = self.boxes.iter().find(clash) {
            return Err(format!("{} has the port", other.fields.name));
        }
        self.find(handle)?.running = true;
        Ok(())
    }

    fn find(&mut self, handle: &str) -> Result<&mut Box, String> {
        self.boxes.iter_mut().find(|one| one.handle == handle).ok_or(format!("no container {handle}"))
    }

    pub(crate) fn one(&mut self, name: &str) -> &mut Box {
        self.boxes.iter_mut().find(|one| one.fields.name == name).unwrap()
    }

    fn handle(&mut self) -> String {
        self.next += 1;
        format!("h{}", self.next)
    }

    pub(crate) fn observe(&self) -> Observed {
        let mut observed = Observed::default();
        observed.hosts.insert(HOST.to_owned(), HostFacts { name: "h".to_owned(), ..HostFacts::default() });
        let mut put = |id: &ObjectId, object, handle: &str, running: bool, attached| {
            let present = Present {
                host: HOST.to_owned(),
                object,
                handle: handle.to_owned(),
                provided: Provided::default(),
                status: Status { running, ..Status::default() },
                attached,
                spare: Vec::new(),
                within: None,
            };
            match observed.objects.get_mut(id) {
                Some(Observation::Present(first)) => first.spare.push(present),
                _ => {
                    observed.objects.insert(id.clone(), Observation::Present(present.into()));
                }
            }
        };
        for one in &self.boxes {
            let object = Object::Container(one.fields.clone().into());
            put(&one.id, object, &one.handle, one.running, BTreeMap::new());
        }
        for (name, (handle, id, network)) in &self.networks {
            let on = self.boxes.iter().filter(|one| one.running);
            let attached = on
                .filter_map(|one| Some((one.handle.clone(), one.fields.networks.get(name)?.clone())))
                .collect();
            put(id, Object::Network(network.clone()), handle, true, attached);
        }
        for (name, (id, volume)) in &self.volumes {
            put(id, Object::Volume(volume.clone()), name, true, BTreeMap::new());
        }
        for image in &self.images {
            let object =
                Object::Image(tenantry::desired::docker::Image { reference: image.clone(), pull: true });
            put(&ObjectId::new(HOST, ObjectKind::Image, image), object, image, true, BTreeMap::new());
        }
        let traefik = self.boxes.iter().find(|one| one.id.role == "traefik");
        let mut routes: BTreeMap<ObjectId, Vec<Route>> = BTreeMap::new();
        for (file, entries) in &self.routes {
            for (key, value) in entries {
                let site = key.rsplit_once("site-").map_or("", |(_, site)| site);
                let of =
                    routes.entry(ObjectId::new(format!("site.{site}"), ObjectKind::Route, "")).or_default();
                match of.iter_mut().find(|route| route.file == *file) {
                    Some(route) => {
                        route.entries.insert(key.clone(), value.clone());
                    }
                    None => of.push(Route {
                        file: file.clone(),
                        entries: BTreeMap::from([(key.clone(), value.clone())]),
                    }),
                }
            }
        }
        for (id, found) in routes {
            if traefik.is_some_and(|one| one.running) {
                for route in found {
                    put(&id, Object::Route(route), "", true, BTreeMap::new());
                }
            }
        }
        if traefik.is_some_and(|one| !one.running) {
            for site in ["x", "y"] {
                let unreadable = Observation::Unreadable {
                    behind: traefik.map(|one| one.id.clone()),
                    why: "traefik does not run".to_owned(),
                };
                observed
                    .objects
                    .insert(ObjectId::new(format!("site.{site}"), ObjectKind::Route, ""), unreadable);
            }
        }
        observed
    }
}
