//! A small fleet made by hand: a Traefik, a bench with a frontend, and the routes of two sites.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use tenantry::desired::content::{Content, Part};
use tenantry::desired::docker::{
    Container, File, Health, Image, LogLimits, Network, Port, RestartPolicy, Volume, VolumeMount,
};
use tenantry::desired::graph::Graph;
use tenantry::desired::observed::Observed;
use tenantry::desired::traefik::Route;
use tenantry::desired::{Desired, Entry, HostTarget, Object, ObjectId, ObjectKind, Owner};
use tenantry::diag::Diagnostics;
use tenantry::plan::{self, Plan, Policy};
use tenantry::source::{SourceMap, Span};
use tenantry::world::Memory;
use tenantry::world::secret::{Opener, Secret, SecretRef};

pub(crate) const HOST: &str = "host.h";

pub(crate) struct Fleet {
    pub(crate) desired: Desired,
    pub(crate) sources: SourceMap,
    pub(crate) policy: Policy,
    world: Memory,
    span: Span,
}

pub(crate) fn id(text: &str) -> ObjectId {
    text.parse().unwrap()
}

impl Fleet {
    pub(crate) fn new() -> Self {
        let mut sources = SourceMap::default();
        let source = sources.add("benches/b.kdl", "// a bench\nbench \"b\" {\n}\n");
        let span = Span { source, start: 11, end: 16 };
        let desired = Desired { fleet: "t".to_owned(), ..Desired::default() };
        let world = Memory::default().variable("TOKEN", "hunter2");
        let mut fleet = Self { desired, sources, policy: Policy::default(), world, span };
        let host = HostTarget { name: "h".to_owned(), docker: None, span };
        fleet.desired.hosts.insert(HOST.to_owned(), host);
        fleet.put("host.h/image/traefik", &[], Object::Image(image("traefik")));
        fleet.put("host.h/image/erp", &[], Object::Image(image("erp")));
        fleet.put("edge.h/network/web", &[], Object::Network(network("web")));
        fleet.put("edge.h/volume/dynamic", &[], Object::Volume(volume("dynamic")));
        let mut traefik = container("traefik", "traefik");
        traefik.networks.insert("web".to_owned(), names(&["traefik"]));
        traefik.volumes.insert("/dynamic".to_owned(), mount("dynamic"));
        traefik.ports.insert(Port {
            host_ip: String::new(),
            host_port: 80,
            container_port: 80,
            protocol: "tcp".to_owned(),
        });
        traefik.files.insert("/traefik.yml".to_owned(), file(Content::Text("log: info\n".to_owned())));
        let token = Content::Secret(vec![Part::Secret(SecretRef::Env("TOKEN".to_owned()))]);
        traefik.files.insert("/token".to_owned(), file(token));
        let edge = ["host.h/image/traefik", "edge.h/network/web", "edge.h/volume/dynamic"];
        fleet.put("edge.h/container/traefik", &edge, Object::Container(Box::new(traefik)));
        fleet.put("bench.b/network/default", &[], Object::Network(network("b")));
        fleet.put("bench.b/volume/sites", &[], Object::Volume(volume("sites")));
        let common = ["host.h/image/erp", "bench.b/network/default", "bench.b/volume/sites"];
        for role in ["backend", "queue-short"] {
            let mut one = container(role, "erp");
            one.networks.insert("b".to_owned(), names(&[role]));
            one.volumes.insert("/sites".to_owned(), mount("sites"));
            fleet.put(&format!("bench.b/container/{role}"), &common, Object::Container(Box::new(one)));
        }
        let mut frontend = container("frontend", "erp");
        frontend.networks.insert("b".to_owned(), names(&["frontend"]));
        frontend.networks.insert("web".to_owned(), names(&["b-frontend"]));
        let mut needs = common.to_vec();
        needs.extend(["bench.b/container/backend", "edge.h/network/web"]);
        fleet.put("bench.b/container/frontend", &needs, Object::Container(Box::new(frontend)));
        for site in ["x", "y"] {
            let entries = BTreeMap::from([(
                format!("http.routers.site-{site}"),
                json!({ "rule": format!("Host(`{site}`)"), "service": "b" }),
            )]);
            let route = Route { file: "bench-b.yml".to_owned(), entries };
            let needs = ["edge.h/container/traefik", "bench.b/container/frontend"];
            fleet.put(&format!("site.{site}/route"), &needs, Object::Route(route));
        }
        fleet
    }

    pub(crate) fn put(&mut self, text: &str, needs: &[&str], object: Object) {
        let entry = Entry {
            address: text.to_owned(),
            owner: Owner::Platform,
            host: HOST.to_owned(),
            causes: vec![self.span],
            needs: needs.iter().map(|need| id(need)).collect(),
            object,
        };
        self.desired.objects.insert(id(text), entry);
    }

    /// Takes an object, and the needs of it, out.
    pub(crate) fn drop(&mut self, text: &str) {
        self.desired.objects.remove(&id(text));
        for entry in self.desired.objects.values_mut() {
            entry.needs.remove(&id(text));
        }
    }

    pub(crate) fn container(&mut self, role: &str) -> &mut Container {
        let wanted = self
            .desired
            .objects
            .iter_mut()
            .find(|(id, _)| id.kind == ObjectKind::Container && id.role == role);
        match wanted.map(|(_, entry)| &mut entry.object) {
            Some(Object::Container(container)) => container,
            _ => panic!("no container {role}"),
        }
    }

    pub(crate) fn opener(&self) -> Opener<'_> {
        Opener::new(&self.world, "t", Some(Secret::new(b"key".to_vec())))
    }

    pub(crate) fn plan(&self, observed: &Observed) -> Plan {
        let mut diagnostics = Diagnostics::default();
        let graph = Graph::build(&self.desired, &mut diagnostics).unwrap();
        plan::build(&self.desired, observed, &graph, &self.policy, &self.opener(), &self.sources)
    }
}

pub(crate) fn names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

pub(crate) fn file(content: Content) -> File {
    File { content, mode: 0o444, uid: 0, gid: 0 }
}

fn image(reference: &str) -> Image {
    Image { reference: reference.to_owned(), pull: true }
}

pub(crate) fn network(name: &str) -> Network {
    Network {
        name: name.to_owned(),
        project: "p".to_owned(),
        key: name.to_owned(),
        driver: "bridge".to_owned(),
        internal: false,
    }
}

pub(crate) fn volume(name: &str) -> Volume {
    Volume {
        name: name.to_owned(),
        project: "p".to_owned(),
        key: name.to_owned(),
        driver: "local".to_owned(),
        options: BTreeMap::new(),
    }
}

fn mount(volume: &str) -> VolumeMount {
    VolumeMount { volume: volume.to_owned(), read_only: false }
}

pub(crate) fn container(name: &str, image: &str) -> Container {
    Container {
        name: name.to_owned(),
        project: "p".to_owned(),
        service: name.to_owned(),
        image: image.to_owned(),
        entrypoint: None,
        command: None,
        environment: BTreeMap::new(),
        user: None,
        init: false,
        working_dir: None,
        no_new_privileges: true,
        stop_grace: 10,
        health: Some(Health {
            test: vec!["CMD".to_owned(), "true".to_owned()],
            interval: 5,
            timeout: 5,
            retries: 12,
            start_period: 30,
        }),
        volumes: BTreeMap::new(),
        ports: BTreeSet::new(),
        log: LogLimits::default(),
        networks: BTreeMap::new(),
        restart: RestartPolicy::UnlessStopped,
        memory: Some(1 << 30),
        nano_cpus: None,
        pids: None,
        files: BTreeMap::new(),
    }
}
