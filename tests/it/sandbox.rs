//! The sandbox: each call's preconditions, its file, its lock, and what can be seen of it.

mod bench;
mod databases;
mod engine;
mod files;
mod lines;
mod marks;
mod routes;
mod store;

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher as _, RandomState};

use tenantry::desired::docker::{Container, LogLimits, RestartPolicy};
use tenantry::desired::{Desired, Entry, HostTarget, Object, ObjectId, Owner};
use tenantry::source::SourceMap;

/// A small generator of numbers: the same seed gives the same ones (xorshift64*).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        // Neighbouring seeds must not begin alike, and zero would stay zero.
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(number).unwrap() % limit
    }

    pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }

    pub fn aliases(&mut self) -> BTreeSet<String> {
        (0..self.below(3)).map(|i| format!("alias{i}")).collect()
    }
}

/// The seed in a variable, else a random one.
pub fn seed(variable: &str) -> u64 {
    #[expect(clippy::disallowed_methods, reason = "a test's own switch")]
    let given = std::env::var(variable).ok();
    given.map_or_else(|| RandomState::new().hash_one(0) >> 16, |text| text.parse().expect("a number"))
}

/// A container that sleeps.
pub fn sleeper(name: &str, project: &str, service: &str) -> Container {
    Container {
        name: name.to_owned(),
        project: project.to_owned(),
        service: service.to_owned(),
        image: "busybox:1.37".to_owned(),
        entrypoint: Some(vec!["sleep".to_owned()]),
        command: Some(vec!["600".to_owned()]),
        environment: BTreeMap::new(),
        user: None,
        init: false,
        working_dir: None,
        no_new_privileges: false,
        stop_grace: 0,
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
    }
}

/// A fleet on one host, `h`.
pub struct Fleet {
    pub desired: Desired,
    pub sources: SourceMap,
}

impl Fleet {
    pub fn new(id: &str) -> Self {
        let mut sources = SourceMap::default();
        let span = span(&mut sources);
        let host = HostTarget { name: "fra-1".to_owned(), docker: None, span };
        let desired =
            Desired { fleet: id.to_owned(), hosts: [("h".to_owned(), host)].into(), ..Desired::default() };
        Self { desired, sources }
    }

    pub fn add(&mut self, id: ObjectId, object: Object) {
        self.add_needing(id, object, BTreeSet::new());
    }

    pub fn add_needing(&mut self, id: ObjectId, object: Object, needs: BTreeSet<ObjectId>) {
        let entry = Entry {
            address: id.to_string(),
            owner: Owner::Platform,
            host: "h".to_owned(),
            causes: vec![span(&mut self.sources)],
            needs,
            object,
        };
        self.desired.objects.insert(id, entry);
    }
}

/// A place that every object of a test comes from.
pub fn span(sources: &mut SourceMap) -> tenantry::source::Span {
    let source = sources.add("fleet.kdl", "fleet \"f\"\n");
    tenantry::source::Span { source, start: 0, end: 5 }
}
