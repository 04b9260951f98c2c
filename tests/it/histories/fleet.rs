//! A fleet that changes at random: what it declares. The edits that people make are in `edits.rs`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What is declared under a name: its identity is the name that it had first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bench {
    pub(super) id: String,
    pub(super) release: String,
    pub(super) host: String,
    pub(super) database: String,
    pub(super) workers: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Server {
    pub(super) id: String,
    pub(super) version: String,
    pub(super) host: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Site {
    pub(super) id: String,
    pub(super) bench: String,
    pub(super) apps: Vec<String>,
    pub(super) domains: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tenant {
    pub(super) id: String,
    pub(super) suspended: bool,
    pub(super) plan: String,
    pub(super) sites: BTreeMap<String, Site>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fleet {
    /// Identities by name. Each host has an edge that is called as the host was first.
    pub(super) hosts: BTreeMap<String, String>,
    pub(super) databases: BTreeMap<String, Server>,
    pub(super) benches: BTreeMap<String, Bench>,
    pub(super) tenants: BTreeMap<String, Tenant>,
    pub(super) connections: usize,
    pub(super) page: bool,
}

impl Tenant {
    /// A tenant with a site of the same name.
    pub(super) fn new(name: &str, bench: &str) -> Self {
        let site = Site {
            id: name.to_owned(),
            bench: bench.to_owned(),
            apps: vec!["crm".to_owned()],
            domains: vec![format!("{name}.cust.example")],
        };
        let sites = BTreeMap::from([(name.to_owned(), site)]);
        Self { id: name.to_owned(), suspended: false, plan: "p".to_owned(), sites }
    }
}

impl Server {
    pub(super) fn new(name: &str, host: &str) -> Self {
        Self { id: name.to_owned(), version: "10.11".to_owned(), host: host.to_owned() }
    }
}

impl Fleet {
    pub(super) fn small() -> Self {
        let bench = Bench {
            id: "b".to_owned(),
            release: "r1".to_owned(),
            host: "h".to_owned(),
            database: "d".to_owned(),
            workers: 2,
        };
        Self {
            hosts: BTreeMap::from([("h".to_owned(), "h".to_owned())]),
            databases: BTreeMap::from([("d".to_owned(), Server::new("d", "h"))]),
            benches: BTreeMap::from([("b".to_owned(), bench)]),
            tenants: ["t1", "t2"].map(|name| (name.to_owned(), Tenant::new(name, "b"))).into(),
            connections: 24,
            page: false,
        }
    }

    /// Every site with its name.
    pub(super) fn sites(&self) -> impl Iterator<Item = (&String, &Site)> {
        self.tenants.values().flat_map(|tenant| &tenant.sites)
    }

    /// Whether something of a kind has an identity.
    pub(super) fn declares(&self, kind: &str, id: &str) -> bool {
        match kind {
            "host" => self.hosts.values().any(|known| known == id),
            "database" => self.databases.values().any(|server| server.id == id),
            "bench" => self.benches.values().any(|bench| bench.id == id),
            "tenant" => self.tenants.values().any(|tenant| tenant.id == id),
            "site" => self.sites().any(|(_, site)| site.id == id),
            _ => false,
        }
    }

    pub(super) fn text(&self) -> String {
        let mut text = String::from(
            "fleet \"f\" { id \"hx\"; sites-under \"c.example.net\"; key (secret)\"env:TENANTRY_KEY\" }\n\
             app \"crm\"\napp \"hrms\"\n\
             release \"r1\" { frappe \"15.80.0\"; image \"frappe/erpnext:v15.80.0\"; apps \"crm\" \"hrms\" }\n\
             release \"r2\" { frappe \"15.81.0\"; image \"frappe/erpnext:v15.81.0\"; apps \"crm\" \"hrms\" }\n",
        );
        for (name, id) in &self.hosts {
            let status =
                if self.page { format!("; status \"status-{id}.example.net\"") } else { String::new() };
            writeln!(text, "host {} {{ engine \"sandbox\" }}", named(name, id)).unwrap();
            writeln!(text, "edge \"{id}\" {{ host \"{name}\"{status} }}").unwrap();
        }
        for (name, Server { id, version, host }) in &self.databases {
            let name = named(name, id);
            writeln!(text, "database {name} {{ mariadb \"{version}\"; host \"{host}\" }}").unwrap();
        }
        for (name, bench) in &self.benches {
            let Bench { id, release, host, database, workers } = bench;
            writeln!(text, "size \"of-{name}\" {{ gunicorn workers={workers} threads=2; memory \"3GiB\" }}")
                .unwrap();
            let head = format!("bench {} {{ release \"{release}\"; size \"of-{name}\"", named(name, id));
            writeln!(text, "{head}; host \"{host}\"; database \"{database}\" }}").unwrap();
        }
        for (name, connections) in [("p", self.connections), ("q", 30)] {
            let limits = format!("limits {{ connections {connections} }}");
            writeln!(text, "plan \"{name}\" {{ price \"1 EUR/month\"; {limits} }}").unwrap();
        }
        for (name, tenant) in &self.tenants {
            writeln!(text, "tenant {} {{\n    plan \"{}\"", named(name, &tenant.id), tenant.plan).unwrap();
            if tenant.suspended {
                writeln!(text, "    suspended #true").unwrap();
            }
            for (name, site) in &tenant.sites {
                let apps: String = site.apps.iter().map(|app| format!(" \"{app}\"")).collect();
                let name = named(name, &site.id);
                write!(text, "    site {name} {{ bench \"{}\"; apps{apps}", site.bench).unwrap();
                for domain in &site.domains {
                    write!(text, "; domain \"{domain}\"").unwrap();
                }
                writeln!(text, " }}").unwrap();
            }
            writeln!(text, "}}").unwrap();
        }
        text
    }
}

fn named(name: &str, id: &str) -> String {
    if name == id { format!("\"{name}\"") } else { format!("\"{name}\" id=\"{id}\"") }
}
