//! A model without files: every kind of declaration, each field that lowering reads set to something.

use tenantry::check::{Checked, check};
use tenantry::diag::Diagnostics;
use tenantry::model::{
    Acme, App, Bench, Certificates, ConfigValue, Database, Domain, Edge, Engine, Fleet, Gunicorn, Host, Id,
    Layer, Layered, Limits, Meta, Model, Plan, PullPolicy, Queues, Ref, Release, RequestRate, Resources,
    Site, Size, Table, Tenant,
};
use tenantry::source::{SourceMap, Span, Spanned};
use tenantry::value::{Address, Identity, Kind};
use tenantry::world::secret::SecretRef;

/// A span of its own for everything that is written, so that causes differ.
#[derive(Default)]
struct Places {
    sources: SourceMap,
}

impl Places {
    fn span(&mut self, text: &str) -> Span {
        let source = self.sources.add(format!("{text}.kdl"), text);
        Span { source, start: 0, end: u32::try_from(text.len()).unwrap() }
    }

    fn meta(&mut self, kind: Kind, name: &str) -> Meta {
        let span = self.span(&format!("{kind} {name}"));
        Meta {
            name: name.to_owned(),
            address: Address::new(kind, name),
            identity: Identity::new(kind, name),
            span,
            whole: span,
        }
    }

    fn written<T>(&mut self, value: T) -> Spanned<T> {
        let span = self.span("value");
        Spanned::new(value, span)
    }

    fn layered<T>(&mut self, value: T, layer: Layer) -> Layered<T> {
        let span = (layer != Layer::Default).then(|| self.span("layer"));
        Layered { value, layer, span }
    }

    fn to<T>(&mut self, index: usize) -> Ref<T> {
        Ref { id: Id::new(index), span: self.span("reference") }
    }
}

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// The fleet, with or without certificates.
pub(crate) fn model(certificates: bool) -> Model {
    let p = &mut Places::default();
    let certificates = certificates.then(|| Certificates {
        acme: Some(Acme {
            email: p.written("ops@example.com".to_owned()),
            dns: Some(p.written("cloudflare".to_owned())),
            token: Some(p.written(SecretRef::Env("CF_DNS_API_TOKEN".to_owned()))),
            nameserver: None,
            server: None,
            authority: None,
            lifetime: None,
        }),
        files: Vec::new(),
        span: p.span("certificates"),
    });
    let secure = certificates.is_some();
    let fleet = Fleet {
        meta: p.meta(Kind::Fleet, "acme <cloud> & {{ co }}"),
        id: p.written("acme".to_owned()),
        key: Some(p.written(SecretRef::File("/etc/tenantry/acme.key".to_owned()))),
        sites_under: Some(p.written("erp.example.com".to_owned())),
        certificates,
        limits: Limits::default(),
    };
    let host = Host {
        meta: p.meta(Kind::Host, "fra-1"),
        engine: p.written(Engine::Docker(None)),
        region: None,
        nano_cpus: Some(p.written(16_000_000_000)),
        memory: Some(p.written(64 * GIB)),
        images: PullPolicy::Missing,
    };
    let edge = Edge {
        meta: p.meta(Kind::Edge, "fra-1"),
        host: p.to(0),
        image: p.layered("traefik:v3.7.15".to_owned(), Layer::Default),
        page_image: p.layered("busybox:1.37".to_owned(), Layer::Default),
        http: p.layered(80, Layer::Default),
        https: secure.then(|| p.layered(443, Layer::Default)),
        bind: p.layered("203.0.113.7".to_owned(), Layer::Default),
        status: Some(p.written("edge.example.com".to_owned())),
        hsts: None,
        proxies: Vec::new(),
        memory: Some(p.written(256 * MIB)),
        nano_cpus: Some(p.written(1_500_000_000)),
    };
    let database = Database {
        meta: p.meta(Kind::Database, "main"),
        host: p.to(0),
        version: p.written("10.11".to_owned()),
        image: p.layered("mariadb:10.11".to_owned(), Layer::Default),
        root: SecretRef::Derived {
            purpose: "database-root".to_owned(),
            identity: "database.main".to_owned(),
            generation: 0,
        },
        memory: Some(p.written(4 * GIB)),
        nano_cpus: None,
        connections: p.layered(200, Layer::Default),
    };
    let app = |p: &mut Places, name: &str, requires: Vec<Ref<App>>| App {
        meta: p.meta(Kind::App, name),
        repository: None,
        branch: None,
        requires,
    };
    let requires = vec![p.to(0)];
    let apps = vec![app(p, "erpnext", Vec::new()), app(p, "frappe", Vec::new()), app(p, "hrms", requires)];
    let release = Release {
        meta: p.meta(Kind::Release, "erp-15.80"),
        frappe: p.written("15.80.0".to_owned()),
        image: p.written("frappe/erpnext:v15.80.0".to_owned()),
        apps: vec![p.to(0), p.to(2)],
    };
    let size = Size {
        meta: p.meta(Kind::Size, "medium"),
        gunicorn: p.layered(Gunicorn { workers: 2, threads: 4 }, Layer::Size),
        queues: p.layered(Queues { short: 2, long: 1 }, Layer::Size),
        resources: Resources::default(),
        cache: p.layered(128 * MIB, Layer::Size),
        sites_at_once: None,
    };
    let benches = vec![
        bench(p, "empty", None, None),
        bench(p, "own", Some(0), Some(0)),
        bench(p, "v15-a", Some(0), None),
    ];
    let tenants = ["globex", "initech"].map(|name| Tenant {
        meta: p.meta(Kind::Tenant, name),
        plan: p.to(0),
        contact: None,
        suspended: None,
        limits: Limits::default(),
    });
    let plan =
        Plan { meta: p.meta(Kind::Plan, "business"), price: None, limits: Limits::default(), backup: None };
    let sites = vec![globex(p), initech(p), shop(p)];
    Model {
        fleet,
        hosts: Table::new(vec![host]),
        edges: Table::new(vec![edge]),
        databases: Table::new(vec![database]),
        plans: Table::new(vec![plan]),
        apps: Table::new(apps),
        releases: Table::new(vec![release]),
        sizes: Table::new(vec![size]),
        benches: Table::new(benches),
        tenants: Table::new(tenants.into()),
        sites: Table::new(sites),
    }
}

fn bench(p: &mut Places, name: &str, release: Option<usize>, tenant: Option<usize>) -> Bench {
    let resources = Resources {
        memory: Some(p.layered(3 * GIB + 12345, Layer::Size)),
        nano_cpus: Some(p.layered(2_333_333_333, Layer::Size)),
        processes: Some(p.layered(512, Layer::Plan)),
    };
    Bench {
        meta: p.meta(Kind::Bench, name),
        release: release.map(|index| p.to(index)),
        size: Some(p.to(0)),
        host: p.to(0),
        database: release.map(|_| p.to(0)),
        tenant: tenant.map(|index| p.to(index)),
        gunicorn: p.layered(Gunicorn { workers: 2, threads: 4 }, Layer::Size),
        queues: p.layered(Queues { short: 2, long: 1 }, Layer::Size),
        resources,
        cache: p.layered(128 * MIB, Layer::Size),
        sites_at_once: None,
        redis_image: p.layered("redis:7.4".to_owned(), Layer::Default),
    }
}

fn site(p: &mut Places, name: &str, tenant: usize, bench: usize) -> Site {
    let rate = RequestRate { average: 20, period: 1, burst: Some(40), in_flight: Some(10) };
    let limits = Limits {
        connections: Some(p.layered(24, Layer::Plan)),
        statement_time: Some(p.layered(300, Layer::Plan)),
        requests: Some(p.layered(rate, Layer::Plan)),
        ..Limits::default()
    };
    Site {
        meta: p.meta(Kind::Site, name),
        tenant: p.to(tenant),
        bench: p.to(bench),
        apps: vec![p.to(0)],
        host_name: format!("{name}.erp.example.com"),
        domains: Vec::new(),
        config: Vec::new(),
        admin_password: SecretRef::Derived {
            purpose: "site-administrator".to_owned(),
            identity: format!("site.{name}"),
            generation: 0,
        },
        limits,
        database_name: format!("acme_{name}"),
        suspended: None,
    }
}

/// Two domains of its own, one of them the address that it has in links.
fn globex(p: &mut Places) -> Site {
    let mut globex = site(p, "globex", 0, 2);
    for (name, primary) in [("erp.globex.example", true), ("old.globex.example", false)] {
        globex.domains.push(Domain { name: p.written(name.to_owned()), primary });
    }
    let nested = vec![
        ("on".to_owned(), ConfigValue::String("1_000".to_owned())),
        ("list".to_owned(), ConfigValue::List(vec![ConfigValue::Float(1.5), ConfigValue::Bool(true)])),
    ];
    for (key, value) in [
        ("max_file_size", ConfigValue::Integer(52_428_800)),
        ("mute_emails", ConfigValue::Remove),
        ("mail_password", ConfigValue::Secret(SecretRef::Env("MAIL".to_owned()))),
        ("greeting", ConfigValue::String("`$HOME` {{ \"x\" }} '; DROP TABLE t; --\n".to_owned())),
        ("nested", ConfigValue::Map(nested)),
    ] {
        globex.config.push((p.written(key.to_owned()), p.layered(value, Layer::Site)));
    }
    globex
}

fn initech(p: &mut Places) -> Site {
    let mut initech = site(p, "initech", 1, 2);
    initech.suspended = Some(p.span("suspended"));
    initech
}

/// Without limits, on the tenant's own bench.
fn shop(p: &mut Places) -> Site {
    let mut shop = site(p, "shop", 0, 1);
    shop.limits = Limits::default();
    shop.apps = vec![p.to(0), p.to(2)];
    shop
}

/// The fleet, checked.
pub(crate) fn checked(certificates: bool) -> Checked {
    let mut diagnostics = Diagnostics::default();
    let checked = check(model(certificates), &mut diagnostics);
    checked.unwrap_or_else(|| panic!("{:#?}", diagnostics.sorted()))
}
