//! The sandbox: each call's preconditions, its file, its lock, and what can be seen of it.

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

mod calls {
    use super::*;
    use std::sync::Arc;

    use serde_json::json;
    use tenantry::desired::ObjectKind;
    use tenantry::desired::call::{Arg, Call, StepId};
    use tenantry::desired::content::{Content, Part};
    use tenantry::desired::docker::{File, Health, Image, Network, Port, Volume, VolumeMount};
    use tenantry::desired::observed::{Observation, Observed, Present};
    use tenantry::desired::traefik::Route;
    use tenantry::provider::host::Cx;
    use tenantry::provider::{Error, ErrorKind, Host, LockInfo};
    use tenantry::sandbox::Sandbox;
    use tenantry::world::Memory;
    use tenantry::world::secret::{Opener, Secret, SecretRef};

    fn id(kind: ObjectKind, role: &str) -> ObjectId {
        ObjectId::new("bench.a", kind, role)
    }

    fn network() -> Network {
        let text = str::to_owned;
        Network {
            name: text("net"),
            project: text("p"),
            key: text("n"),
            driver: text("bridge"),
            internal: false,
        }
    }

    fn volume() -> Volume {
        let text = str::to_owned;
        Volume {
            name: text("vol"),
            project: text("p"),
            key: text("v"),
            driver: text("local"),
            options: BTreeMap::new(),
        }
    }

    fn container() -> Container {
        Container {
            networks: [("net".to_owned(), BTreeSet::new())].into(),
            volumes: [("/data".to_owned(), VolumeMount { volume: "vol".to_owned(), read_only: false })]
                .into(),
            ..sleeper("box", "p", "s")
        }
    }

    fn file(text: &str) -> File {
        File { content: Content::Text(text.to_owned()), mode: 0o600, uid: 1, gid: 2 }
    }

    /// A sandbox, spoken to in the name of one fleet.
    struct Bench {
        sandbox: Sandbox,
        world: Memory,
        fleet: &'static str,
    }

    impl Bench {
        fn new(sandbox: Sandbox) -> Self {
            Self { sandbox, world: Memory::default().variable("PASSWORD", "hunter2"), fleet: "f" }
        }

        fn opener(&self) -> Opener<'_> {
            Opener::new(&self.world, "f", Some(Secret::new(b"key".to_vec())))
        }

        fn call(&self, call: &Call) -> Result<Option<String>, Error> {
            let opener = self.opener();
            let cx =
                Cx { fleet: self.fleet, run: "r", step: StepId(0), opener: &opener, progress: &|_: &str| {} };
            wait(self.sandbox.call(call, cx)).map(|output| output.handle)
        }

        fn kind(&self, call: &Call) -> Option<ErrorKind> {
            self.call(call).err().map(|error| error.kind)
        }

        fn look(&self, desired: &Desired) -> Observed {
            wait(self.sandbox.observe("h", desired, &self.opener()))
        }

        /// An image, a network, a volume and a container on both; its handle.
        fn furnish(&self) -> Arg {
            self.call(&pull("busybox:1.37")).unwrap();
            self.call(&make_network()).unwrap();
            self.call(&make_volume()).unwrap();
            Arg::Handle(self.call(&make(container())).unwrap().unwrap())
        }
    }

    fn wait<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
    }

    fn bench() -> Bench {
        Bench::new(Sandbox::default())
    }

    fn pull(reference: &str) -> Call {
        Call::PullImage { reference: reference.to_owned() }
    }

    fn make_network() -> Call {
        Call::CreateNetwork { id: id(ObjectKind::Network, "n"), network: network() }
    }

    fn make_volume() -> Call {
        Call::CreateVolume { id: id(ObjectKind::Volume, "v"), volume: volume() }
    }

    fn make(container: Container) -> Call {
        let id = id(ObjectKind::Container, &container.service);
        Call::CreateContainer { id, name: container.name.clone(), container: Box::new(container) }
    }

    fn start(container: &Arg) -> Call {
        Call::StartContainer { container: container.clone() }
    }

    fn stop(container: &Arg) -> Call {
        Call::StopContainer { container: container.clone(), grace: 0 }
    }

    fn remove(container: &Arg) -> Call {
        Call::RemoveContainer { container: container.clone() }
    }

    fn healthy(container: &Arg) -> Call {
        Call::AwaitHealthy { container: container.clone(), within: 60 }
    }

    fn wanted() -> Desired {
        let mut fleet = Fleet::new("f");
        let image = Image { reference: "busybox:1.37".to_owned(), pull: true };
        fleet.add(id(ObjectKind::Image, "busybox:1.37"), Object::Image(image));
        fleet.add(id(ObjectKind::Network, "n"), Object::Network(network()));
        fleet.add(id(ObjectKind::Volume, "v"), Object::Volume(volume()));
        fleet.add(id(ObjectKind::Container, "s"), Object::Container(Box::new(container())));
        fleet.desired
    }

    fn present<'o>(observed: &'o Observed, of: &ObjectId) -> &'o Present {
        match &observed.objects[of] {
            Observation::Present(present) => present,
            other => panic!("{of} is {other:?}"),
        }
    }

    #[test]
    fn images_that_cannot_be_had_are_missing() {
        let bench = bench();
        assert_eq!(bench.kind(&pull("missing.invalid/a:1")), Some(ErrorKind::ImageMissing));
        assert_eq!(bench.kind(&pull("a:missing")), Some(ErrorKind::ImageMissing));
        assert_eq!(bench.kind(&make(sleeper("box", "p", "s"))), Some(ErrorKind::ImageMissing));
        assert_eq!(bench.kind(&pull("busybox:1.37")), None);
        assert_eq!(bench.kind(&make(sleeper("box", "p", "s"))), None);
    }

    #[test]
    fn a_network_with_a_running_container_stays_and_a_start_without_its_network_fails() {
        let bench = bench();
        let handle = bench.furnish();
        let gone = Call::RemoveNetwork { handle: "net".to_owned() };
        bench.call(&start(&handle)).unwrap();
        assert_eq!(bench.kind(&gone), Some(ErrorKind::Conflict));
        bench.call(&stop(&handle)).unwrap();
        assert_eq!(bench.kind(&gone), None);
        assert_eq!(bench.kind(&gone), None, "already gone is done");
        assert_eq!(bench.kind(&start(&handle)), Some(ErrorKind::NotFound));
    }

    #[test]
    fn a_volume_that_a_container_has_stays_and_an_existing_one_is_handed_out() {
        let bench = bench();
        let handle = bench.furnish();
        let gone = Call::RemoveVolume { handle: "vol".to_owned() };
        assert_eq!(bench.kind(&gone), Some(ErrorKind::Conflict));
        assert_eq!(bench.call(&make_volume()).unwrap().as_deref(), Some("vol"));
        let other = Call::CreateVolume { id: id(ObjectKind::Volume, "other"), volume: volume() };
        assert_eq!(bench.kind(&other), Some(ErrorKind::NameTaken));
        bench.call(&remove(&handle)).unwrap();
        assert_eq!(bench.kind(&gone), None);
        assert_eq!(bench.kind(&make(container())), Some(ErrorKind::NotFound), "a container needs its volume");
    }

    #[test]
    fn a_running_container_is_not_removed_and_what_is_done_already_is_done() {
        let bench = bench();
        let handle = bench.furnish();
        for call in [stop(&handle), start(&handle), start(&handle)] {
            assert_eq!(bench.kind(&call), None);
        }
        assert_eq!(bench.kind(&remove(&handle)), Some(ErrorKind::Conflict));
        for call in [stop(&handle), remove(&handle), remove(&handle)] {
            assert_eq!(bench.kind(&call), None);
        }
        assert_eq!(bench.kind(&start(&handle)), Some(ErrorKind::NotFound));
    }

    #[test]
    fn names_are_unique() {
        let bench = bench();
        let first = bench.furnish();
        assert_eq!(Arg::Handle(bench.call(&make(container())).unwrap().unwrap()), first, "its own again");
        let other = Container { service: "other".to_owned(), ..container() };
        assert_eq!(bench.kind(&make(other.clone())), Some(ErrorKind::NameTaken));
        let other = Container { name: "box-2".to_owned(), ..other };
        let second = Arg::Handle(bench.call(&make(other)).unwrap().unwrap());
        let rename = |name: &str| Call::RenameContainer { container: second.clone(), name: name.to_owned() };
        assert_eq!(bench.kind(&rename("box")), Some(ErrorKind::NameTaken));
        assert_eq!(bench.kind(&rename("-")), Some(ErrorKind::Invalid));
        assert_eq!(bench.kind(&rename("box-3")), None);
    }

    #[test]
    fn limits_beyond_the_machine_are_refused() {
        let bench = bench();
        let handle = bench.furnish();
        let huge = Some(65_000_000_000);
        let too_many = Container { name: "big".to_owned(), nano_cpus: huge, ..container() };
        assert_eq!(bench.kind(&make(too_many)), Some(ErrorKind::Invalid));
        let update = |memory, nano_cpus| Call::UpdateContainer {
            container: handle.clone(),
            memory,
            nano_cpus,
            pids: None,
            restart: RestartPolicy::Always,
        };
        assert_eq!(bench.kind(&update(Some(1 << 20), None)), Some(ErrorKind::Invalid));
        assert_eq!(bench.kind(&update(None, huge)), Some(ErrorKind::Invalid));
        bench.call(&update(Some(64 << 20), None)).unwrap();
        bench.call(&update(None, Some(1_000_000_000))).unwrap();
        let observed = bench.look(&wanted());
        let Object::Container(seen) = &present(&observed, &id(ObjectKind::Container, "s")).object else {
            panic!()
        };
        assert_eq!((seen.memory, seen.nano_cpus), (Some(64 << 20), Some(1_000_000_000)), "nothing is keep");
        assert_eq!(seen.restart, RestartPolicy::Always);
    }

    #[test]
    fn a_port_that_is_taken_fails_the_start_after_the_creation() {
        let bench = bench();
        bench.furnish();
        let port = |ip: &str| Port {
            host_ip: ip.to_owned(),
            host_port: 80,
            container_port: 80,
            protocol: "tcp".to_owned(),
        };
        let with = |name: &str, ip: &str| Container {
            service: name.to_owned(),
            ports: [port(ip)].into(),
            ..sleeper(name, "p", name)
        };
        let handle = |c| Arg::Handle(bench.call(&make(c)).unwrap().unwrap());
        let (first, second, third) =
            (handle(with("a1", "127.0.0.1")), handle(with("a2", "")), handle(with("a3", "127.0.0.2")));
        assert_eq!(bench.kind(&start(&first)), None);
        assert_eq!(bench.kind(&start(&second)), Some(ErrorKind::StartFailed));
        assert_eq!(bench.kind(&start(&third)), None);
        bench.call(&stop(&first)).unwrap();
        bench.call(&stop(&third)).unwrap();
        assert_eq!(bench.kind(&start(&second)), None);
    }

    #[test]
    fn the_name_of_an_image_says_how_it_fails() {
        let bench = bench();
        let health =
            Health { test: vec!["CMD".to_owned()], interval: 1, timeout: 1, retries: 1, start_period: 0 };
        let outcome = |image: &str| {
            bench.call(&pull(image)).unwrap();
            let container = Container {
                image: image.to_owned(),
                health: Some(health.clone()),
                ..sleeper(image, "p", image)
            };
            let handle = Arg::Handle(bench.call(&make(container)).unwrap().unwrap());
            let never = bench.kind(&healthy(&handle));
            (never, bench.kind(&start(&handle)), bench.kind(&healthy(&handle)))
        };
        let unhealthy = Some(ErrorKind::Unhealthy);
        assert_eq!(outcome("good"), (unhealthy, None, None));
        assert_eq!(outcome("never-healthy"), (unhealthy, None, unhealthy));
        assert_eq!(outcome("exits"), (unhealthy, None, unhealthy));
        assert_eq!(outcome("never-starts"), (unhealthy, Some(ErrorKind::StartFailed), unhealthy));
    }

    #[test]
    fn files_lie_in_the_volume_and_outlive_the_container_and_commands_need_it_running() {
        let bench = bench();
        let handle = bench.furnish();
        let mut desired = wanted();
        if let Some(entry) = desired.objects.get_mut(&id(ObjectKind::Container, "s"))
            && let Object::Container(container) = &mut entry.object
        {
            container.files = [("/data/a".to_owned(), file("")), ("/b".to_owned(), file(""))].into();
        }
        let seen = || {
            let observed = bench.look(&desired);
            match &present(&observed, &id(ObjectKind::Container, "s")).object {
                Object::Container(container) => container.files.clone(),
                other => panic!("{other:?}"),
            }
        };
        let both: BTreeMap<_, _> =
            [("/data/a".to_owned(), file("one")), ("/b".to_owned(), file("two"))].into();
        bench.call(&Call::PutFiles { container: handle.clone(), files: both.clone() }).unwrap();
        assert_eq!(seen(), both);
        let delete =
            |path: &str| Call::RemoveFiles { container: handle.clone(), paths: [path.to_owned()].into() };
        assert_eq!(bench.kind(&delete("/b")), Some(ErrorKind::Conflict));
        bench.call(&remove(&handle)).unwrap();
        bench.call(&make(container())).unwrap();
        assert_eq!(seen().keys().collect::<Vec<_>>(), ["/data/a"]);
    }

    #[test]
    fn no_secret_lies_in_the_world_and_a_secret_that_cannot_be_opened_is_an_error() {
        let bench = bench();
        let handle = bench.furnish();
        let put = |name: &str| {
            let content = Content::Secret(vec![Part::Secret(SecretRef::Env(name.to_owned()))]);
            let secret = File { content, ..file("") };
            Call::PutFiles { container: handle.clone(), files: [("/secret".to_owned(), secret)].into() }
        };
        assert_eq!(bench.kind(&put("UNSET")), Some(ErrorKind::SecretUnopened));
        bench.call(&put("PASSWORD")).unwrap();
        let state = serde_json::to_string(&bench.sandbox.state().unwrap()).unwrap();
        assert!(state.contains(&bench.opener().fingerprint(b"hunter2")) && !state.contains("hunter2"));
    }

    fn edge() -> (Bench, Arg, Desired) {
        let bench = bench();
        bench.furnish();
        let mount = VolumeMount { volume: "vol".to_owned(), read_only: false };
        let traefik = Container {
            volumes: [("/etc/traefik/dynamic".to_owned(), mount)].into(),
            ..sleeper("traefik", "p", "traefik")
        };
        let handle = Arg::Handle(bench.call(&make(traefik.clone())).unwrap().unwrap());
        let mut fleet = Fleet { desired: wanted(), sources: SourceMap::default() };
        fleet.add(id(ObjectKind::Container, "traefik"), Object::Container(Box::new(traefik)));
        (bench, handle, fleet.desired)
    }

    fn routes(container: &Arg, set: &[(&str, &str)], remove: &[&str]) -> Call {
        Call::Routes {
            container: container.clone(),
            file: "a.yml".to_owned(),
            set: set.iter().map(|(k, rule)| ((*k).to_owned(), json!({"rule": rule}))).collect(),
            remove: remove.iter().map(|k| (*k).to_owned()).collect(),
        }
    }

    #[test]
    fn routes_need_a_running_traefik_and_are_seen_by_their_owner() {
        let (bench, handle, desired) = edge();
        let (a, b) = ("http.routers.site-a", "http.routers.site-b.rate");
        let set = routes(&handle, &[(a, "Host(`a`)"), (b, "Host(`b`)")], &[]);
        assert_eq!(bench.kind(&set), Some(ErrorKind::Conflict));
        bench.call(&start(&handle)).unwrap();
        bench.call(&set).unwrap();
        assert_eq!(bench.kind(&routes(&handle, &[(a, "{{ env }}")], &[])), Some(ErrorKind::Invalid));
        bench.call(&routes(&handle, &[], &[a])).unwrap();
        let observed = bench.look(&desired);
        let of = |site: &str| ObjectId::new(site, ObjectKind::Route, "");
        assert!(!observed.objects.contains_key(&of("site.a")));
        let expected = Route {
            file: "a.yml".to_owned(),
            entries: [(b.to_owned(), json!({"rule": "Host(`b`)"}))].into(),
        };
        assert_eq!(present(&observed, &of("site.b")).object, Object::Route(expected));
    }

    #[test]
    fn what_bears_no_mark_of_ours_is_evidence_and_left_alone() {
        let bench = bench();
        bench
            .sandbox
            .edit(|state| {
                state.stranger_network("net");
                state.stranger_volume("vol");
                state.stranger_container("box", "nginx");
            })
            .unwrap();
        let observed = bench.look(&wanted());
        for (kind, role) in
            [(ObjectKind::Network, "n"), (ObjectKind::Volume, "v"), (ObjectKind::Container, "s")]
        {
            assert!(
                matches!(&observed.objects[&id(kind, role)], Observation::Foreign { evidence } if evidence.contains("mark"))
            );
        }
        bench.call(&pull("busybox:1.37")).unwrap();
        let stranger = Arg::Handle("box".to_owned());
        for call in [make_network(), make_volume(), make(sleeper("box", "p", "s"))] {
            assert_eq!(bench.kind(&call), Some(ErrorKind::NameTaken));
        }
        let network = Call::RemoveNetwork { handle: "net".to_owned() };
        for call in [stop(&stranger), remove(&stranger), start(&stranger), network] {
            assert_eq!(bench.kind(&call), Some(ErrorKind::Conflict));
        }
    }

    #[test]
    fn another_fleet_is_a_stranger_and_is_named() {
        let mut bench = bench();
        bench.furnish();
        bench.fleet = "other";
        assert_eq!(bench.kind(&remove(&Arg::Handle("box".to_owned()))), Some(ErrorKind::Conflict));
        let desired = Desired { fleet: "other".to_owned(), ..wanted() };
        let observed = bench.look(&desired);
        assert!(observed.hosts["h"].other_fleets.contains("f"));
        let seen = &observed.objects[&id(ObjectKind::Volume, "v")];
        assert!(matches!(seen, Observation::Foreign { evidence } if evidence.contains("fleet f")));
    }

    #[test]
    fn a_half_done_recreate_is_seen_as_a_spare_and_the_declared_name_comes_first() {
        let bench = bench();
        bench.furnish();
        let newer = Container { name: "box-new".to_owned(), ..container() };
        bench.call(&make(newer)).unwrap();
        let observed = bench.look(&wanted());
        let seen = present(&observed, &id(ObjectKind::Container, "s"));
        let name = |present: &Present| match &present.object {
            Object::Container(container) => container.name.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            (name(seen), seen.spare.iter().map(name).collect::<Vec<_>>()),
            ("box".to_owned(), vec!["box-new".to_owned()])
        );
        let network = present(&observed, &id(ObjectKind::Network, "n"));
        assert_eq!(network.attached.len(), 2);
    }

    #[test]
    fn a_likeness_shows_what_was_seen() {
        let (bench, handle, desired) = edge();
        bench.call(&start(&handle)).unwrap();
        bench.call(&routes(&handle, &[("http.routers.site-a", "Host(`a`)")], &[])).unwrap();
        let observed = bench.look(&desired);
        let likeness = Bench::new(Sandbox::from_observed(&observed, &desired, "h").unwrap());
        let again = likeness.look(&desired);
        // A container that was never started is not told apart from one that ended.
        let plain = |o: &Observed| serde_json::to_string(o).unwrap().replace("Exited (0)", "Created");
        assert_eq!(plain(&again), plain(&observed));
    }

    #[test]
    fn the_file_is_the_world() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("below/world.json");
        let (one, two) = (Bench::new(Sandbox::file(&path)), Bench::new(Sandbox::file(&path)));
        one.furnish();
        assert_eq!(one.sandbox.state().unwrap(), two.sandbox.state().unwrap());
        two.call(&pull("redis:7.2")).unwrap();
        assert!(one.sandbox.state().unwrap().images.contains("redis:7.2"));
        std::fs::File::create(&path).unwrap();
        assert_eq!(one.kind(&pull("a")), Some(ErrorKind::Other));
        let observed = one.look(&wanted());
        assert!(observed.hosts["h"].unreadable.is_some(), "an unreadable world is no empty one");
        assert!(observed.objects.values().all(|o| matches!(o, Observation::Unreadable { .. })));
        std::fs::remove_file(&path).unwrap();
        assert!(one.sandbox.state().unwrap().images.is_empty());
    }

    #[test]
    fn a_call_that_cannot_be_written_is_undone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("world.json");
        let bench = Bench::new(Sandbox::file(&path));
        bench.call(&pull("one")).unwrap();
        // The next version is written to a device that is always full.
        std::os::unix::fs::symlink("/dev/full", directory.path().join("world.json.tmp")).unwrap();
        assert_eq!(bench.kind(&pull("two")), Some(ErrorKind::NoSpace));
        assert_eq!(bench.sandbox.state().unwrap().images, ["one".to_owned()].into());
        assert_eq!(bench.kind(&pull("two")), None);
    }

    #[test]
    fn one_run_holds_a_world_and_the_next_learns_who() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("world.json");
        let info = |id: &str| LockInfo {
            id: id.to_owned(),
            who: format!("{id}@ci"),
            pid: 1,
            machine: String::new(),
            operation: "apply".to_owned(),
            created: "2026-11-22T20:00:00Z".to_owned(),
        };
        let (one, two) = (Arc::new(Sandbox::file(&path)), Sandbox::file(&path));
        let held = wait(one.lock("f", &info("one"))).unwrap();
        let error = wait(two.lock("f", &info("two"))).err().unwrap();
        assert_eq!(error.kind, ErrorKind::Locked);
        assert!(error.message.starts_with("one@ci"), "{}", error.message);
        wait(held.check()).unwrap();
        wait(held.release()).unwrap();
        let held = wait(two.lock("f", &info("two"))).unwrap();
        std::fs::remove_file(directory.path().join("world.json.lock")).unwrap();
        assert_eq!(wait(held.check()).unwrap_err().kind, ErrorKind::Locked);
    }
}
