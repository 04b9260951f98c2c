//! One of the two hosts: it is called, and looked at, in words that both share.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tenantry::desired::call::{Arg, Call, StepId};
use tenantry::desired::content::Content;
use tenantry::desired::docker::{Container, File, Port};
use tenantry::desired::observed::{Observation, Observed, Present};
use tenantry::desired::{Desired, ObjectKind};
use tenantry::provider::host::Cx;
use tenantry::provider::{ErrorKind, Host};
use tenantry::world::secret::Opener;

use super::universe::{Op, Universe};

/// One of the two hosts, and what it calls the containers and networks.
pub(super) struct Side {
    pub(super) host: Box<dyn Host>,
    pub(super) slots: BTreeMap<usize, String>,
    pub(super) networks: BTreeMap<usize, String>,
    /// Handle to a name that both sides share: the number of the call that made it.
    pub(super) names: BTreeMap<String, String>,
}

impl Side {
    pub(super) fn new(host: Box<dyn Host>) -> Self {
        Self { host, slots: BTreeMap::new(), networks: BTreeMap::new(), names: BTreeMap::new() }
    }

    pub(super) fn call(&self, universe: &Universe, op: &Op) -> Call {
        let container = |slot: &usize| {
            Arg::Handle(self.slots.get(slot).cloned().unwrap_or_else(|| "feedfacefeed".to_owned()))
        };
        match op {
            Op::CreateNetwork(i) => Call::CreateNetwork {
                id: Universe::id(ObjectKind::Network, *i),
                network: universe.desired_network(*i),
            },
            Op::RemoveNetwork(i) => {
                // Without one of ours the name leads to whatever stands there.
                let handle = self.networks.get(i).cloned().unwrap_or_else(|| universe.network(*i));
                Call::RemoveNetwork { handle }
            }
            Op::CreateVolume(i) => Call::CreateVolume {
                id: Universe::id(ObjectKind::Volume, *i),
                volume: universe.desired_volume(*i),
            },
            Op::RemoveVolume(i) => Call::RemoveVolume { handle: universe.volume(*i) },
            Op::Create(slot, variant) => {
                let ports = variant.port.map(|host_port| Port {
                    host_ip: "127.0.0.1".to_owned(),
                    host_port,
                    container_port: 80,
                    protocol: "tcp".to_owned(),
                });
                let container = Container {
                    image: variant.image.to_owned(),
                    networks: variant.networks.clone(),
                    volumes: variant.volumes.clone(),
                    memory: variant.memory,
                    nano_cpus: variant.nano_cpus,
                    ports: ports.into_iter().collect(),
                    ..universe.desired_container(*slot)
                };
                Call::CreateContainer {
                    id: Universe::id(ObjectKind::Container, *slot),
                    name: variant.name.clone(),
                    container: Box::new(container),
                }
            }
            Op::Connect(slot, i, aliases) => Call::ConnectNetwork {
                container: container(slot),
                network: universe.network(*i),
                aliases: aliases.clone(),
            },
            Op::Disconnect(slot, i) => {
                Call::DisconnectNetwork { container: container(slot), network: universe.network(*i) }
            }
            Op::Put(slot, path, text) => {
                let file = File { content: Content::Text(text.clone()), mode: 0o600, uid: 3, gid: 4 };
                Call::PutFiles { container: container(slot), files: [(path.clone(), file)].into() }
            }
            Op::Delete(slot, path) => {
                Call::RemoveFiles { container: container(slot), paths: [path.clone()].into() }
            }
            Op::Update(slot, memory, nano_cpus, pids, restart) => Call::UpdateContainer {
                container: container(slot),
                memory: *memory,
                nano_cpus: *nano_cpus,
                pids: *pids,
                restart: *restart,
            },
            Op::Start(slot) => Call::StartContainer { container: container(slot) },
            Op::Stop(slot) => Call::StopContainer { container: container(slot), grace: 0 },
            Op::Restart(slot) => Call::RestartContainer { container: container(slot), grace: 0 },
            Op::Remove(slot) => Call::RemoveContainer { container: container(slot) },
            Op::Rename(slot, name) => {
                Call::RenameContainer { container: container(slot), name: name.clone() }
            }
            Op::Await(slot) => Call::AwaitHealthy { container: container(slot), within: 5 },
        }
    }

    pub(super) async fn execute(
        &mut self,
        universe: &Universe,
        number: u32,
        op: &Op,
        opener: &Opener<'_>,
    ) -> Result<(), (ErrorKind, String)> {
        let call = self.call(universe, op);
        let cx = Cx {
            fleet: &universe.prefix,
            run: "diff",
            step: StepId(number),
            opener,
            progress: &|_: &str| {},
        };
        let output = self.host.call(&call, cx).await.map_err(|error| (error.kind, error.message))?;
        if let Some(handle) = output.handle {
            self.names.entry(handle.clone()).or_insert_with(|| format!("made by {number}"));
            match op {
                Op::Create(slot, _) => drop(self.slots.insert(*slot, handle)),
                Op::CreateNetwork(i) => drop(self.networks.insert(*i, handle)),
                _ => {}
            }
        }
        Ok(())
    }

    pub(super) async fn look(&self, desired: &Desired, opener: &Opener<'_>) -> Value {
        normal(&self.host.observe("h", desired, opener).await, &self.names)
    }
}

pub(super) fn normal(observed: &Observed, names: &BTreeMap<String, String>) -> Value {
    let name = |handle: &str| names.get(handle).cloned().unwrap_or_else(|| "stranger".to_owned());
    let present = |seen: &Present| {
        let attached: BTreeMap<_, _> = seen.attached.iter().map(|(h, aliases)| (name(h), aliases)).collect();
        json!({
            "object": seen.object,
            "handle": name(&seen.handle),
            "running": seen.status.running,
            "isolated": seen.status.isolated,
            "fresh": seen.status.fresh,
            "attached": attached,
        })
    };
    let objects = observed.objects.iter().map(|(id, observation)| {
        let value = match observation {
            Observation::Present(seen) => {
                json!([present(seen), seen.spare.iter().map(present).collect::<Vec<_>>()])
            }
            Observation::Absent => json!("absent"),
            Observation::Foreign { .. } => json!("foreign"),
            Observation::Lost(lost) => json!({"lost": lost}),
            Observation::Unreadable { why, .. } => json!({"unreadable": why}),
        };
        (id.to_string(), value)
    });
    Value::Object(objects.collect())
}
