//! A fleet that changes at random: what it declares, and the edits that people make.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A generator of numbers that a seed determines (xorshift64*).
#[derive(Debug, Clone)]
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `bound`.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(number).unwrap() % bound.max(1)
    }

    pub(super) fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn of<'a, T>(&mut self, all: impl IntoIterator<Item = &'a T>) -> Option<&'a T> {
        let all: Vec<&T> = all.into_iter().collect();
        let at = self.below(all.len());
        all.get(at).copied()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Bench {
    release: String,
    host: String,
    database: String,
    workers: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Site {
    bench: String,
    apps: Vec<String>,
    domains: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Tenant {
    suspended: bool,
    plan: String,
    sites: BTreeMap<String, Site>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fleet {
    /// Names of the hosts, each with an edge of its own name.
    hosts: Vec<String>,
    /// Server's version and host.
    databases: BTreeMap<String, (String, String)>,
    benches: BTreeMap<String, Bench>,
    tenants: BTreeMap<String, Tenant>,
    connections: usize,
    page: bool,
}

impl Fleet {
    pub(super) fn small() -> Self {
        let site = |name: &str| Site {
            bench: "b".to_owned(),
            apps: vec!["crm".to_owned()],
            domains: vec![format!("{name}.cust.example")],
        };
        let tenant = |name: &str| Tenant {
            suspended: false,
            plan: "p".to_owned(),
            sites: BTreeMap::from([(name.to_owned(), site(name))]),
        };
        Self {
            hosts: vec!["h".to_owned()],
            databases: BTreeMap::from([("d".to_owned(), ("10.11".to_owned(), "h".to_owned()))]),
            benches: BTreeMap::from([(
                "b".to_owned(),
                Bench {
                    release: "r1".to_owned(),
                    host: "h".to_owned(),
                    database: "d".to_owned(),
                    workers: 2,
                },
            )]),
            tenants: BTreeMap::from([("t1".to_owned(), tenant("t1")), ("t2".to_owned(), tenant("t2"))]),
            connections: 24,
            page: false,
        }
    }

    pub(super) fn text(&self) -> String {
        let mut text = String::from(
            "fleet \"f\" { id \"hx\"; sites-under \"c.example.net\"; key (secret)\"env:TENANTRY_KEY\" }\n\
             app \"crm\"\napp \"hrms\"\n\
             release \"r1\" { frappe \"15.80.0\"; image \"frappe/erpnext:v15.80.0\"; apps \"crm\" \"hrms\" }\n\
             release \"r2\" { frappe \"15.81.0\"; image \"frappe/erpnext:v15.81.0\"; apps \"crm\" \"hrms\" }\n",
        );
        for host in &self.hosts {
            let status =
                if self.page { format!("; status \"status-{host}.example.net\"") } else { String::new() };
            writeln!(text, "host \"{host}\" {{ engine \"sandbox\" }}").unwrap();
            writeln!(text, "edge \"{host}\" {{ host \"{host}\"{status} }}").unwrap();
        }
        for (name, (version, host)) in &self.databases {
            writeln!(text, "database \"{name}\" {{ mariadb \"{version}\"; host \"{host}\" }}").unwrap();
        }
        for (name, bench) in &self.benches {
            let Bench { release, host, database, workers } = bench;
            writeln!(text, "size \"of-{name}\" {{ gunicorn workers={workers} threads=2; memory \"3GiB\" }}")
                .unwrap();
            writeln!(
                text,
                "bench \"{name}\" {{ release \"{release}\"; size \"of-{name}\"; host \"{host}\"; database \"{database}\" }}"
            )
            .unwrap();
        }
        for (name, connections) in [("p", self.connections), ("q", 30)] {
            writeln!(
                text,
                "plan \"{name}\" {{ price \"1 EUR/month\"; limits {{ connections {connections} }} }}"
            )
            .unwrap();
        }
        for (name, tenant) in &self.tenants {
            writeln!(text, "tenant \"{name}\" {{\n    plan \"{}\"", tenant.plan).unwrap();
            if tenant.suspended {
                writeln!(text, "    suspended #true").unwrap();
            }
            for (name, site) in &tenant.sites {
                let apps: String = site.apps.iter().map(|app| format!(" \"{app}\"")).collect();
                write!(text, "    site \"{name}\" {{ bench \"{}\"; apps{apps}", site.bench).unwrap();
                for domain in &site.domains {
                    write!(text, "; domain \"{domain}\"").unwrap();
                }
                writeln!(text, " }}").unwrap();
            }
            writeln!(text, "}}").unwrap();
        }
        text
    }

    /// One edit, in words; `None` when there was nothing to edit so.
    pub(super) fn edit(&mut self, chance: &mut Chance) -> Option<String> {
        let new = |chance: &mut Chance| format!("n{}", chance.below(6));
        let bench = chance.of(self.benches.keys()).cloned();
        let tenant = chance.of(self.tenants.keys()).cloned();
        match chance.below(22) {
            0..=2 => {
                let (name, bench) = (new(chance), bench?);
                let site = Site {
                    bench,
                    apps: vec!["crm".to_owned()],
                    domains: vec![format!("{name}.cust.example")],
                };
                let tenant = Tenant {
                    suspended: false,
                    plan: "p".to_owned(),
                    sites: BTreeMap::from([(name.clone(), site)]),
                };
                self.tenants.insert(name.clone(), tenant);
                Some(format!("tenant {name} comes"))
            }
            3 => {
                let tenant = tenant?;
                self.tenants.remove(&tenant);
                Some(format!("tenant {tenant} leaves the files"))
            }
            4 => {
                let (tenant, name) = (tenant?, new(chance));
                let moved = self.tenants.remove(&tenant)?;
                self.tenants.insert(name.clone(), moved);
                Some(format!("tenant {tenant} is called {name}"))
            }
            5 => {
                let tenant = self.tenants.get_mut(&tenant?)?;
                let (old, name) = (tenant.sites.keys().next()?.clone(), new(chance));
                let site = tenant.sites.remove(&old)?;
                tenant.sites.insert(name.clone(), site);
                Some(format!("site {old} is called {name}"))
            }
            6 => {
                // A domain goes from one to another, who may leave in the same edit.
                let from = tenant?;
                let to = chance.of(self.tenants.keys()).cloned()?;
                let domain = self.tenants.get_mut(&from)?.sites.values_mut().next()?.domains.pop()?;
                self.tenants.get_mut(&to)?.sites.values_mut().next()?.domains.push(domain.clone());
                if from != to && chance.once_in(2) {
                    self.tenants.remove(&from);
                }
                Some(format!("{domain} goes from {from} to {to}"))
            }
            7 => {
                let name = tenant?;
                let tenant = self.tenants.get_mut(&name)?;
                tenant.suspended = !tenant.suspended;
                Some(format!("tenant {name} suspended: {}", tenant.suspended))
            }
            8 => {
                let name = tenant?;
                let site = self.tenants.get_mut(&name)?.sites.values_mut().next()?;
                if site.apps.len() > 1 {
                    site.apps.pop();
                } else {
                    site.apps.push("hrms".to_owned());
                }
                Some(format!("apps of {name}: {:?}", site.apps))
            }
            9 => {
                let name = tenant?;
                let bench = bench?;
                self.tenants.get_mut(&name)?.sites.values_mut().next()?.bench.clone_from(&bench);
                Some(format!("{name} goes to bench {bench}"))
            }
            10 => {
                let name = tenant?;
                let tenant = self.tenants.get_mut(&name)?;
                let plan = if tenant.plan == "p" { "q" } else { "p" };
                plan.clone_into(&mut tenant.plan);
                Some(format!("{name} has plan {}", tenant.plan))
            }
            11 => {
                self.connections = 24 + chance.below(4);
                Some(format!("plan p: {} connections", self.connections))
            }
            12 => {
                let name = bench?;
                let bench = self.benches.get_mut(&name)?;
                bench.workers = 1 + chance.below(3);
                Some(format!("bench {name}: {} workers", bench.workers))
            }
            13 => {
                let name = bench?;
                let bench = self.benches.get_mut(&name)?;
                let release = if bench.release == "r1" { "r2" } else { "r1" };
                release.clone_into(&mut bench.release);
                Some(format!("bench {name}: release {}", bench.release))
            }
            14 => {
                let host = chance.of(&self.hosts).cloned()?;
                let name = format!("b{}", chance.below(3));
                let on = |(_, (_, at)): &(&String, &(String, String))| *at == host;
                let database = self.databases.iter().find(on).map(|(name, _)| name.clone())?;
                let bench = Bench { release: "r1".to_owned(), host, database, workers: 1 };
                self.benches.insert(name.clone(), bench);
                Some(format!("bench {name} comes, or moves"))
            }
            15 => {
                let name = bench?;
                self.benches.remove(&name);
                let keeps = |site: &Site| site.bench != name;
                if chance.once_in(2) {
                    self.tenants.retain(|_, tenant| tenant.sites.values().all(keeps));
                }
                Some(format!("bench {name} leaves the files"))
            }
            16 => {
                let name = format!("h{}", chance.below(2));
                if self.hosts.contains(&name) {
                    return None;
                }
                self.hosts.push(name.clone());
                self.databases.insert(format!("d-{name}"), ("10.11".to_owned(), name.clone()));
                Some(format!("host {name} comes with a database"))
            }
            17 => {
                // Everything of a host under another name, or the bench and its database on another one.
                let at = chance.below(self.hosts.len());
                let old = self.hosts.get(at)?.clone();
                let new = if chance.once_in(2) {
                    let new = format!("h{}", chance.below(2));
                    if !self.hosts.contains(&new) {
                        self.hosts[at].clone_from(&new);
                    }
                    new
                } else {
                    chance.of(&self.hosts).cloned()?
                };
                for bench in self.benches.values_mut().filter(|bench| bench.host == old) {
                    bench.host.clone_from(&new);
                }
                for (_, host) in self.databases.values_mut().filter(|(_, host)| *host == old) {
                    host.clone_from(&new);
                }
                Some(format!("what is on {old} goes to {new}"))
            }
            18 => {
                let name = chance.of(self.databases.keys()).cloned()?;
                let versions = ["10.6", "10.11", "11.4"];
                let version = versions[chance.below(3)];
                version.clone_into(&mut self.databases.get_mut(&name)?.0);
                Some(format!("database {name}: MariaDB {version}"))
            }
            19 => {
                let (old, new) =
                    (chance.of(self.databases.keys()).cloned()?, format!("e{}", chance.below(2)));
                let moved = self.databases.remove(&old)?;
                self.databases.insert(new.clone(), moved);
                for bench in self.benches.values_mut().filter(|bench| bench.database == old) {
                    bench.database.clone_from(&new);
                }
                Some(format!("database {old} is called {new}"))
            }
            20 => {
                let at = chance.below(self.hosts.len());
                let gone = self.hosts.get(at)?.clone();
                self.hosts.remove(at);
                self.databases.retain(|_, (_, host)| *host != gone);
                let benches = std::mem::take(&mut self.benches);
                let (left, stay) = benches.into_iter().partition(|(_, bench)| bench.host == gone);
                self.benches = stay;
                let left: BTreeMap<String, Bench> = left;
                self.tenants.retain(|_, t| t.sites.values().all(|site| !left.contains_key(&site.bench)));
                Some(format!("host {gone} leaves the files with its customers"))
            }
            _ => {
                self.page = !self.page;
                Some(format!("status page: {}", self.page))
            }
        }
    }
}
