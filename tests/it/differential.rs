//! The same random calls on the sandbox and on a real Docker Engine: the same errors, and the same to be seen after each.
//!
//! What is left out: the engine's own words, image contents, pulls (this needs a registry), and how long a health check
//! takes to come round.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::{Value, json};
use tenantry::desired::call::{Arg, Call, StepId};
use tenantry::desired::content::Content;
use tenantry::desired::docker::{Container, File, Network, Port, RestartPolicy, Volume, VolumeMount};
use tenantry::desired::observed::{Observation, Observed, Present};
use tenantry::desired::{Desired, Object, ObjectId, ObjectKind};
use tenantry::provider::host::Cx;
use tenantry::provider::real::Connection;
use tenantry::provider::{ErrorKind, Host};
use tenantry::sandbox::{Sandbox, State};
use tenantry::world::Memory;
use tenantry::world::secret::Opener;

use super::sandbox::{Fleet, Random, sleeper};

const SEQUENCES: u64 = 200;
const AT_ONCE: u64 = 4;

/// One call of a sequence; containers are meant by their slot, whatever handle either side knows them by.
#[derive(Debug, Clone)]
enum Op {
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
struct Variant {
    name: String,
    image: &'static str,
    networks: BTreeMap<String, BTreeSet<String>>,
    volumes: BTreeMap<String, VolumeMount>,
    memory: Option<u64>,
    nano_cpus: Option<u64>,
    port: Option<u16>,
}

/// The names of one sequence's little universe.
struct Universe {
    prefix: String,
    port: u16,
}

impl Universe {
    fn network(&self, i: usize) -> String {
        format!("{}-net{i}", self.prefix)
    }

    fn volume(&self, i: usize) -> String {
        format!("{}-vol{i}", self.prefix)
    }

    fn container(&self, i: usize) -> String {
        format!("{}-c{i}", self.prefix)
    }

    fn id(kind: ObjectKind, i: usize) -> ObjectId {
        ObjectId::new("bench.diff", kind, format!("x{i}"))
    }

    fn desired_network(&self, i: usize) -> Network {
        Network {
            name: self.network(i),
            project: self.prefix.clone(),
            key: format!("net{i}"),
            driver: "bridge".to_owned(),
            internal: i == 1,
        }
    }

    fn desired_volume(&self, i: usize) -> Volume {
        Volume {
            name: self.volume(i),
            project: self.prefix.clone(),
            key: format!("vol{i}"),
            driver: "local".to_owned(),
            options: BTreeMap::new(),
        }
    }

    fn desired_container(&self, i: usize) -> Container {
        let file = |text: &str| File { content: Content::Text(text.to_owned()), mode: 0o640, uid: 0, gid: 0 };
        Container {
            files: [("/tmp/a.txt".to_owned(), file("a")), ("/data0/b.txt".to_owned(), file("b"))].into(),
            stop_grace: 1,
            ..sleeper(&self.container(i), &self.prefix, &format!("s{i}"))
        }
    }

    fn fleet(&self) -> Desired {
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
    fn op(&self, step: usize, made: &[usize], random: &mut Random) -> Op {
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

    fn variant(&self, slot: usize, random: &mut Random) -> Variant {
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

/// One of the two hosts, and what it calls the containers and networks.
struct Side {
    host: Box<dyn Host>,
    slots: BTreeMap<usize, String>,
    networks: BTreeMap<usize, String>,
    /// Handle to a name that both sides share: the number of the call that made it.
    names: BTreeMap<String, String>,
}

impl Side {
    fn new(host: Box<dyn Host>) -> Self {
        Self { host, slots: BTreeMap::new(), networks: BTreeMap::new(), names: BTreeMap::new() }
    }

    fn call(&self, universe: &Universe, op: &Op) -> Call {
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

    async fn execute(
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

    async fn look(&self, desired: &Desired, opener: &Opener<'_>) -> Value {
        normal(&self.host.observe("h", desired, opener).await, &self.names)
    }
}

fn normal(observed: &Observed, names: &BTreeMap<String, String>) -> Value {
    let name = |handle: &str| names.get(handle).cloned().unwrap_or_else(|| "stranger".to_owned());
    let present = |seen: &Present| {
        let attached: BTreeMap<_, _> = seen.attached.iter().map(|(h, aliases)| (name(h), aliases)).collect();
        json!({
            "object": seen.object,
            "handle": name(&seen.handle),
            "running": seen.status.running,
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
            Observation::Unreadable { why, .. } => json!({"unreadable": why}),
        };
        (id.to_string(), value)
    });
    Value::Object(objects.collect())
}

/// The objects that are not seen alike.
fn differences(engine: &Value, sandbox: &Value) -> String {
    let none = serde_json::Map::new();
    let (a, b) = (engine.as_object().unwrap_or(&none), sandbox.as_object().unwrap_or(&none));
    let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    let differing = keys.into_iter().filter(|key| a.get(*key) != b.get(*key));
    let null = Value::Null;
    differing
        .map(|key| {
            let (a, b) = (a.get(key).unwrap_or(&null), b.get(key).unwrap_or(&null));
            format!("{key}\n    engine:  {a}\n    sandbox: {b}\n")
        })
        .collect()
}

fn docker(arguments: &[&str]) -> String {
    let output = Command::new("docker").args(arguments).output().expect("docker runs");
    assert!(output.status.success(), "docker {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Removes what a sequence leaves behind, also when it fails.
struct Sweep(String);

impl Drop for Sweep {
    fn drop(&mut self) {
        let filter = format!("name={}", self.0);
        for (list, remove) in [
            (["ps", "-aq"].as_slice(), ["rm", "-fv"].as_slice()),
            (&["network", "ls", "-q"], &["network", "rm"]),
            (&["volume", "ls", "-q"], &["volume", "rm"]),
        ] {
            let found = Command::new("docker").args(list).args(["--filter", &filter]).output();
            let Ok(found) = found else { continue };
            let text = String::from_utf8_lossy(&found.stdout).into_owned();
            let ids: Vec<&str> = text.split_whitespace().collect();
            if !ids.is_empty() {
                let _ = Command::new("docker").args(remove).args(ids).output();
            }
        }
    }
}

async fn sequence(seed: u64, number: u64, cpus: u64) -> Result<BTreeMap<String, usize>, String> {
    let mut random = Random::new(seed.wrapping_add(number));
    let port = 21_000 + u16::try_from(number % 1000).unwrap();
    let universe = Universe { prefix: format!("tndiff{}x{number}", std::process::id()), port };
    let _sweep = Sweep(format!("{}-", universe.prefix));
    let mut state = State { cpus, ..State::default() };
    state.images.extend(["busybox:1.37".to_owned(), "redis:7.2".to_owned()]);
    if random.below(5) == 0 {
        docker(&["network", "create", &universe.network(1)]);
        state.stranger_network(&universe.network(1));
    }
    if random.below(5) == 0 {
        docker(&["volume", "create", &universe.volume(1)]);
        state.stranger_volume(&universe.volume(1));
    }
    if random.below(5) == 0 {
        docker(&["create", "--name", &universe.container(2), "busybox:1.37", "true"]);
        state.stranger_container(&universe.container(2), "busybox:1.37").phase =
            tenantry::sandbox::state::Phase::Created;
    }
    let desired = universe.fleet();
    let world = Memory::default();
    let opener = Opener::new(&world, universe.prefix.as_str(), None);
    let mut model = Side::new(Box::new(Sandbox::new(state)));
    let mut real = Side::new(Box::new(Connection::new(None)));
    let mut told = Vec::new();
    let mut kinds = BTreeMap::new();
    for step in 0..(8 + random.below(8)) {
        let made: Vec<usize> = real.slots.keys().copied().collect();
        let op = universe.op(step, &made, &mut random);
        let step = u32::try_from(step).unwrap();
        let expected = real.execute(&universe, step, &op, &opener).await;
        let got = model.execute(&universe, step, &op, &opener).await;
        told.push(format!("{op:?}\n    engine:  {expected:?}\n    sandbox: {got:?}"));
        let (a, b) = (expected.map_err(|e| e.0), got.map_err(|e| e.0));
        *kinds.entry(format!("{a:?}")).or_insert(0) += 1;
        let seen = real.look(&desired, &opener).await;
        let modelled = model.look(&desired, &opener).await;
        if a != b || seen != modelled {
            let differing = differences(&seen, &modelled);
            let told = told.join("\n  ");
            return Err(format!("seed {seed}, sequence {number}, call {step}:\n  {told}\n{differing}"));
        }
    }
    Ok(kinds)
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn the_sandbox_and_the_engine_agree_call_by_call() {
    let seed = super::sandbox::seed("TENANTRY_TEST_SEED");
    println!("seed {seed}; run it again with TENANTRY_TEST_SEED={seed}");
    let cpus = docker(&["info", "--format", "{{.NCPU}}"]).trim().parse().expect("a number of processors");
    let workers: Vec<_> = (0..AT_ONCE)
        .map(|worker| {
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                let numbers = (worker..SEQUENCES).step_by(usize::try_from(AT_ONCE).unwrap());
                numbers.map(|n| runtime.block_on(sequence(seed, n, cpus))).collect::<Vec<_>>()
            })
        })
        .collect();
    let results: Vec<_> = workers.into_iter().flat_map(|w| w.join().expect("a worker ends")).collect();
    let mut kinds = BTreeMap::<String, usize>::new();
    let mut failures = Vec::new();
    for result in results {
        match result {
            Ok(seen) => seen.into_iter().for_each(|(kind, n)| *kinds.entry(kind).or_default() += n),
            Err(failure) => failures.push(failure),
        }
    }
    println!("what the engine said, and how often: {kinds:?}");
    assert!(
        failures.is_empty(),
        "{} of {SEQUENCES} differ; the first:\n{}",
        failures.len(),
        failures.join("\n\n")
    );
    // Sequences that never meet an error would prove little.
    for kind in ["NotFound", "NameTaken", "Conflict", "Invalid", "ImageMissing", "StartFailed"] {
        assert!(kinds.contains_key(&format!("Err({kind})")), "no call met {kind}");
    }
}
