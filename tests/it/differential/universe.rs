//! One sequence's little universe, and the calls that it may draw.

use std::collections::{BTreeMap, BTreeSet};

use tenantry::desired::content::Content;
use tenantry::desired::docker::{Container, File, Network, RestartPolicy, Volume, VolumeMount};
use tenantry::desired::{Desired, Object, ObjectId, ObjectKind};

use crate::sandbox::{Fleet, Random, sleeper};

/// One call of a sequence; containers are meant by their slot, whatever handle either side knows them by.
#[derive(Debug, Clone)]
pub(super) enum Op {
    CreateNetwork(usize),
    RemoveNetwork(usize),
    CreateVolume(usize),
    RemoveVolume(usize),
    Create(usize, Box<Variant>),
    Connect(usize, usize, BTreeSet<String>),
    Disconnect(usize, usize),
    Put(usize, String, String),
    Delete(usize, String),
    Update(usize, Option<u64>, Option<u64>, Option<u64>, RestartPolicy),
    Start(usize),
    Stop(usize),
    Restart(usize),
    Remove(usize),
    Rename(usize, String),
    Await(usize),
}

#[derive(Debug, Clone)]
pub(super) struct Variant {
    pub(super) name: String,
    pub(super) image: &'static str,
    pub(super) networks: BTreeMap<String, BTreeSet<String>>,
    pub(super) volumes: BTreeMap<String, VolumeMount>,
    pub(super) memory: Option<u64>,
    pub(super) nano_cpus: Option<u64>,
    pub(super) port: Option<u16>,
}

/// The names of one sequence's little universe.
pub(super) struct Universe {
    pub(super) prefix: String,
    pub(super) port: u16,
}

impl Universe {
    pub(super) fn network(&self, i: usize) -> String {
        format!("{}-net{i}", self.prefix)
    }

    pub(super) fn volume(&self, i: usize) -> String {
        format!("{}-vol{i}", self.prefix)
    }

    pub(super) fn container(&self, i: usize) -> String {
        format!("{}-c{i}", self.prefix)
    }

    pub(super) fn id(kind: ObjectKind, i: usize) -> ObjectId {
        ObjectId::new("bench.diff", kind, format!("x{i}"))
    }

    pub(super) fn desired_network(&self, i: usize) -> Network {
        Network {
            name: self.network(i),
            project: self.prefix.clone(),
            key: format!("net{i}"),
            driver: "bridge".to_owned(),
            internal: i == 1,
        }
    }

    pub(super) fn desired_volume(&self, i: usize) -> Volume {
        Volume {
            name: self.volume(i),
            project: self.prefix.clone(),
            key: format!("vol{i}"),
            driver: "local".to_owned(),
            options: BTreeMap::new(),
        }
    }

    pub(super) fn desired_container(&self, i: usize) -> Container {
        let file = |text: &str| File { content: Content::Text(text.to_owned()), mode: 0o640, uid: 0, gid: 0 };
        Container {
            files: [("/tmp/a.txt".to_owned(), file("a")), ("/data0/b.txt".to_owned(), file("b"))].into(),
            stop_grace: 1,
            ..sleeper(&self.container(i), &self.prefix, &format!("s{i}"))
        }
    }

    pub(super) fn fleet(&self) -> Desired {
        let mut fleet = Fleet::new(&self.prefix);
        for i in 0..2 {
            fleet.add(Self::id(ObjectKind::Network, i), Object::Network(self.desired_network(i)));
            fleet.add(Self::id(ObjectKind::Volume, i), Object::Volume(self.desired_volume(i)));
        }
        for i in 0..3 {
            let container = Object::Container(Box::new(self.desired_container(i)));
            fleet.add(Self::id(ObjectKind::Container, i), container);
        }
        fleet.desired
    }

    /// The first calls furnish the universe; later ones mostly mean containers that were `made`.
    pub(super) fn op(&self, step: usize, made: &[usize], random: &mut Random) -> Op {
        match step {
            0 => return Op::CreateNetwork(random.below(2)),
            1 => return Op::CreateVolume(0),
            2 => return Op::Create(0, Box::new(self.variant(0, random))),
            _ => {}
        }
        let slot = if made.is_empty() || random.below(5) == 0 { random.below(3) } else { random.pick(made) };
        let thing = random.below(2);
        let path = |random: &mut Random| ["/tmp/a.txt", "/data0/b.txt"][random.below(2)].to_owned();
        match random.below(26) {
            0..=2 => Op::CreateNetwork(thing),
            3 => Op::RemoveNetwork(thing),
            4 | 5 => Op::CreateVolume(thing),
            6 => Op::RemoveVolume(thing),
            7..=10 => Op::Create(slot, Box::new(self.variant(slot, random))),
            11 => Op::Connect(slot, thing, random.aliases()),
            12 => Op::Disconnect(slot, thing),
            13 | 14 => Op::Put(slot, path(random), format!("text {}", random.below(3))),
            15 => Op::Delete(slot, path(random)),
            16 => {
                let memory = random.pick(&[None, Some(1 << 20), Some(32 << 20), Some(64 << 20)]);
                let cpus = random.pick(&[None, Some(500_000_000), Some(999_000_000_000)]);
                let pids = random.pick(&[None, Some(50)]);
                Op::Update(
                    slot,
                    memory,
                    cpus,
                    pids,
                    random.pick(&[RestartPolicy::No, RestartPolicy::UnlessStopped]),
                )
            }
            17..=19 => Op::Start(slot),
            20 | 21 => Op::Stop(slot),
            22 => Op::Restart(slot),
            23 => Op::Remove(slot),
            24 => {
                let other = random.below(3);
                let name = self.container(other);
                Op::Rename(slot, if random.below(2) == 0 { format!("{name}-old") } else { name })
            }
            _ if random.below(3) == 0 => Op::Await(slot),
            _ => Op::Remove(slot),
        }
    }

    pub(super) fn variant(&self, slot: usize, random: &mut Random) -> Variant {
        let mut networks = BTreeMap::new();
        let mut volumes = BTreeMap::new();
        if random.below(4) > 0 {
            networks.insert(self.network(random.below(2)), random.aliases());
        }
        if random.below(2) == 0 {
            let mount = VolumeMount { volume: self.volume(random.below(2)), read_only: false };
            volumes.insert("/data0".to_owned(), mount);
        }
        let other = random.below(6);
        Variant {
            name: self.container(if other < 3 { other } else { slot }),
            image: random.pick(&["busybox:1.37", "busybox:1.37", "redis:7.2", "busybox:not-there"]),
            networks,
            volumes,
            memory: random.pick(&[None, None, Some(64 << 20), Some(1 << 20)]),
            nano_cpus: random.pick(&[None, None, Some(250_000_000), Some(999_000_000_000)]),
            port: (random.below(3) == 0).then_some(self.port),
        }
    }
}
