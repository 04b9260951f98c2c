//! A fleet id of one test's own on the local engine, and everything that bears it removed at the end.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use tenantry::desired::call::{Arg, Call, StepId};
use tenantry::desired::docker::{Container, LogLimits, Network, RestartPolicy, Volume};
use tenantry::desired::observed::{Observation, Observed, Present};
use tenantry::desired::{Desired, Entry, Object, ObjectId, Owner};
use tenantry::provider::host::Cx;
use tenantry::provider::{Connection, Error, Host, Output};
use tenantry::world::Memory;
use tenantry::world::secret::{Opener, Secret};

use crate::support::used;

/// The host's identity in these tests.
pub(super) const HOST: &str = "host.local";
/// A small image that has a shell.
pub(super) const BUSYBOX: &str = "busybox:1.37";

/// A fleet on the engine; what it left is removed when it is dropped.
pub(super) struct Bed {
    pub(super) fleet: String,
    pub(super) host: Connection,
    world: Memory,
    pub(super) desired: Desired,
}

impl Bed {
    pub(super) fn new(name: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let fleet = format!("t{}-{number}-{name}", std::process::id());
        used::fleet(&fleet);
        let desired = Desired { fleet: fleet.clone(), ..Desired::default() };
        let world = Memory::default().variable("TOKEN", "s3cret-token");
        Self { fleet, host: Connection::new(None), world, desired }
    }

    pub(super) fn opener(&self) -> Opener<'_> {
        Opener::new(&self.world, &self.fleet, Some(Secret::new(b"key".to_vec())))
    }

    /// A physical name of this fleet's.
    pub(super) fn name(&self, name: &str) -> String {
        format!("{}-{name}", self.fleet)
    }

    pub(super) async fn call(&self, call: &Call) -> Result<Output, Error> {
        self.call_step(call, 7).await
    }

    pub(super) async fn call_step(&self, call: &Call, step: u32) -> Result<Output, Error> {
        let opener = self.opener();
        let progress = |_: &str| {};
        let cx = Cx {
            fleet: &self.fleet,
            run: "testrun",
            step: StepId(step),
            opener: &opener,
            progress: &progress,
        };
        self.host.call(call, cx).await
    }

    /// Executes a call that must succeed; its handle, or nothing.
    pub(super) async fn done(&self, call: Call) -> String {
        match self.call(&call).await {
            Ok(output) => output.handle.unwrap_or_default(),
            Err(error) => panic!("{call:?}\n{error:?}"),
        }
    }

    pub(super) async fn observe(&self) -> Observed {
        self.host.observe(HOST, &self.desired, &self.opener()).await
    }

    pub(super) async fn present(&self, id: &str) -> Present {
        match self.observe().await.objects.remove(&oid(id)) {
            Some(Observation::Present(present)) => *present,
            other => panic!("{id} is {other:?}"),
        }
    }

    pub(super) fn want(&mut self, id: &str, object: Object) {
        let entry = Entry {
            address: id.to_owned(),
            owner: Owner::Platform,
            host: HOST.to_owned(),
            causes: Vec::new(),
            needs: std::collections::BTreeSet::new(),
            object,
        };
        self.desired.objects.insert(oid(id), entry);
    }

    /// A container with as little as possible, that runs for ever.
    pub(super) fn container(&self, name: &str) -> Container {
        Container {
            name: self.name(name),
            project: self.fleet.clone(),
            service: name.to_owned(),
            image: BUSYBOX.to_owned(),
            entrypoint: None,
            command: Some(words(&["sleep", "600"])),
            environment: BTreeMap::new(),
            user: None,
            init: true,
            working_dir: None,
            no_new_privileges: false,
            stop_grace: 1,
            health: None,
            volumes: BTreeMap::new(),
            ports: std::collections::BTreeSet::new(),
            log: LogLimits::default(),
            networks: BTreeMap::new(),
            restart: RestartPolicy::No,
            memory: None,
            nano_cpus: None,
            pids: None,
            files: BTreeMap::new(),
        }
    }

    pub(super) fn network(&self, key: &str) -> Network {
        Network {
            name: self.name(key),
            project: self.fleet.clone(),
            key: key.to_owned(),
            driver: "bridge".to_owned(),
            internal: false,
        }
    }

    pub(super) fn volume(&self, key: &str) -> Volume {
        Volume {
            name: self.name(key),
            project: self.fleet.clone(),
            key: key.to_owned(),
            driver: "local".to_owned(),
            options: BTreeMap::new(),
        }
    }

    /// Creates a container; its handle.
    pub(super) async fn create(&self, id: &str, container: &Container) -> Arg {
        let call = Call::CreateContainer {
            id: oid(id),
            name: container.name.clone(),
            container: Box::new(container.clone()),
        };
        Arg::Handle(self.done(call).await)
    }

    /// Creates and starts a container; its handle.
    pub(super) async fn run(&self, id: &str, container: &Container) -> Arg {
        let handle = self.create(id, container).await;
        self.done(Call::StartContainer { container: handle.clone() }).await;
        handle
    }
}

impl Drop for Bed {
    fn drop(&mut self) {
        let label = format!("label=tenantry.fleet={}", self.fleet);
        let lock = format!("label=tenantry.lock={}", self.fleet);
        let theirs = format!("label=test.of={}", self.fleet);
        for filter in [&label, &theirs] {
            remove(&["ps", "-aq", "--no-trunc", "--filter", filter], &["rm", "-f", "-v"]);
        }
        for filter in [&label, &theirs] {
            remove(&["network", "ls", "-q", "--filter", filter], &["network", "rm"]);
        }
        for filter in [&label, &theirs, &lock] {
            remove(&["volume", "ls", "-q", "--filter", filter], &["volume", "rm"]);
        }
    }
}

fn remove(list: &[&str], how: &[&str]) {
    let (_, ids) = run(list);
    let ids: Vec<&str> = ids.split_whitespace().collect();
    if !ids.is_empty() {
        run(&[how, &ids[..]].concat());
    }
}

/// Runs `docker`; cleaning up must not panic, and goes on whatever happens.
fn run(arguments: &[&str]) -> (bool, String) {
    match Command::new("docker").args(arguments).output() {
        Ok(output) => (output.status.success(), String::from_utf8_lossy(&output.stdout).trim().to_owned()),
        Err(error) => (false, error.to_string()),
    }
}

/// Somebody else at work on the same engine; what they say.
pub(super) fn docker(arguments: &[&str]) -> String {
    let (done, said) = run(arguments);
    assert!(done, "docker {arguments:?}: {said}");
    said
}

pub(super) fn oid(text: &str) -> ObjectId {
    text.parse().expect("an object id")
}

pub(super) fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

pub(super) fn id(arg: &Arg) -> &str {
    match arg {
        Arg::Handle(id) => id,
        other => panic!("{other:?}"),
    }
}
