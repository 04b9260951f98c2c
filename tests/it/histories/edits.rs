//! The edits that people make to a fleet.

use std::collections::BTreeMap;

use super::chance::Chance;
use super::fleet::{Bench, Fleet, Server, Site, Tenant};

/// How many sorts of edits of single things there are, and of what carries other things.
const SINGLE: usize = 17;
const CARRYING: usize = 13;

impl Fleet {
    /// One edit, in words; `None` when there was nothing to edit so.
    pub(super) fn edit(&mut self, chance: &mut Chance) -> Option<String> {
        match chance.below(SINGLE + CARRYING) {
            sort if sort < SINGLE => self.edit_tenant(sort, chance),
            sort => self.edit_platform(sort - SINGLE, chance),
        }
    }

    /// An edit of a tenant, its site or its plan.
    fn edit_tenant(&mut self, sort: usize, chance: &mut Chance) -> Option<String> {
        let new = format!("n{}", chance.below(6));
        let bench = chance.of(self.benches.keys()).cloned();
        let name = chance.of(self.tenants.keys()).cloned();
        let keeps_id = chance.once_in(2);
        let words = match sort {
            0..=3 => {
                self.tenants.insert(new.clone(), Tenant::new(&new, &bench?));
                format!("tenant {new} comes")
            }
            4 => {
                let name = name?;
                self.tenants.remove(&name);
                format!("tenant {name} leaves the files")
            }
            5 | 6 => {
                let name = name?;
                let mut moved = self.tenants.remove(&name)?;
                let how = renamed(&mut moved.id, &new, keeps_id);
                self.tenants.insert(new.clone(), moved);
                format!("tenant {name} is called {new}{how}")
            }
            7 | 8 => {
                let tenant = self.tenants.get_mut(&name?)?;
                let old = tenant.sites.keys().next()?.clone();
                let mut site = tenant.sites.remove(&old)?;
                let how = renamed(&mut site.id, &new, keeps_id);
                tenant.sites.insert(new.clone(), site);
                format!("site {old} is called {new}{how}")
            }
            9 => {
                // A domain goes from one to another, who may leave in the same edit.
                let (from, to) = (name?, chance.of(self.tenants.keys()).cloned()?);
                let domain = self.tenants.get_mut(&from)?.sites.values_mut().next()?.domains.pop()?;
                self.tenants.get_mut(&to)?.sites.values_mut().next()?.domains.push(domain.clone());
                let leaves = from != to && keeps_id;
                if leaves {
                    self.tenants.remove(&from);
                }
                format!(
                    "{domain} goes from {from} to {to}{}",
                    if leaves { ", and the first one leaves" } else { "" }
                )
            }
            10 => {
                // A site goes from one tenant to another.
                let (from, to) = (name?, chance.of(self.tenants.keys()).cloned()?);
                let (site, moved) = self.tenants.get_mut(&from)?.sites.pop_first()?;
                self.tenants.get_mut(&to)?.sites.insert(site.clone(), moved);
                format!("site {site} goes from tenant {from} to tenant {to}")
            }
            11 => {
                // A tenant has one more site.
                let (name, bench) = (name?, bench?);
                let site = Tenant::new(&new, &bench).sites.remove(&new)?;
                self.tenants.get_mut(&name)?.sites.insert(new.clone(), site);
                format!("tenant {name} has a site {new} more")
            }
            12 => {
                let name = name?;
                let tenant = self.tenants.get_mut(&name)?;
                tenant.suspended = !tenant.suspended;
                format!("tenant {name} suspended: {}", tenant.suspended)
            }
            13 => {
                let name = name?;
                let site = self.tenants.get_mut(&name)?.sites.values_mut().next()?;
                if site.apps.len() > 1 {
                    site.apps.pop();
                } else {
                    site.apps.push("hrms".to_owned());
                }
                format!("apps of {name}: {:?}", site.apps)
            }
            14 => {
                let (name, bench) = (name?, bench?);
                self.tenants.get_mut(&name)?.sites.values_mut().next()?.bench.clone_from(&bench);
                format!("{name} goes to bench {bench}")
            }
            15 => {
                let name = name?;
                let tenant = self.tenants.get_mut(&name)?;
                let plan = if tenant.plan == "p" { "q" } else { "p" };
                plan.clone_into(&mut tenant.plan);
                format!("{name} has plan {plan}")
            }
            _ => {
                self.connections = 24 + chance.below(4);
                format!("plan p: {} connections", self.connections)
            }
        };
        Some(words)
    }

    /// An edit of a bench, a server, a host or an edge.
    fn edit_platform(&mut self, sort: usize, chance: &mut Chance) -> Option<String> {
        let bench = chance.of(self.benches.keys()).cloned();
        let host = chance.of(self.hosts.keys()).cloned();
        let server = chance.of(self.databases.keys()).cloned();
        let keeps_id = chance.once_in(2);
        let words = match sort {
            0 => {
                let name = bench?;
                let bench = self.benches.get_mut(&name)?;
                bench.workers = 1 + chance.below(3);
                format!("bench {name}: {} workers", bench.workers)
            }
            1 => {
                let name = bench?;
                let bench = self.benches.get_mut(&name)?;
                let release = if bench.release == "r1" { "r2" } else { "r1" };
                release.clone_into(&mut bench.release);
                format!("bench {name}: release {release}")
            }
            2 => {
                let (host, name) = (host?, format!("b{}", chance.below(3)));
                let on = |(_, server): &(&String, &Server)| server.host == host;
                let database = self.databases.iter().find(on).map(|(name, _)| name.clone())?;
                let bench = Bench { id: name.clone(), release: "r1".to_owned(), host, database, workers: 1 };
                self.benches.insert(name.clone(), bench);
                format!("bench {name} comes, or moves")
            }
            3 => {
                let name = bench?;
                self.benches.remove(&name);
                let keeps = |site: &Site| site.bench != name;
                if keeps_id {
                    self.tenants.retain(|_, tenant| tenant.sites.values().all(keeps));
                }
                format!("bench {name} leaves the files")
            }
            4 => {
                let (old, new) = (bench?, format!("c{}", chance.below(2)));
                let mut moved = self.benches.remove(&old)?;
                let how = renamed(&mut moved.id, &new, keeps_id);
                self.benches.insert(new.clone(), moved);
                let sites = self.tenants.values_mut().flat_map(|tenant| tenant.sites.values_mut());
                for site in sites.filter(|site| site.bench == old) {
                    site.bench.clone_from(&new);
                }
                format!("bench {old} is called {new}{how}")
            }
            5 => {
                let (name, other) = (bench?, server?);
                self.benches.get_mut(&name)?.database.clone_from(&other);
                format!("bench {name} has database {other}")
            }
            6 | 7 => {
                let name = format!("h{}", chance.below(2));
                if self.hosts.contains_key(&name) {
                    return None;
                }
                self.hosts.insert(name.clone(), name.clone());
                let server = format!("d-{name}");
                self.databases.insert(server.clone(), Server::new(&server, &name));
                format!("host {name} comes with a database")
            }
            8 => {
                let (old, new) = (host?, format!("h{}", chance.below(3)));
                if self.hosts.contains_key(&new) {
                    return None;
                }
                let mut id = self.hosts.remove(&old)?;
                let how = renamed(&mut id, &new, keeps_id);
                self.hosts.insert(new.clone(), id);
                self.carry(&old, &new);
                format!("host {old} is called {new}{how}")
            }
            9 => {
                let (old, new) = (host?, chance.of(self.hosts.keys()).cloned()?);
                self.carry(&old, &new);
                format!("what is on {old} goes to {new}")
            }
            10 => {
                let name = server?;
                let version = ["10.6", "10.11", "11.4"][chance.below(3)];
                version.clone_into(&mut self.databases.get_mut(&name)?.version);
                format!("database {name}: MariaDB {version}")
            }
            11 => {
                let (old, new) = (server?, format!("e{}", chance.below(2)));
                let mut moved = self.databases.remove(&old)?;
                let how = renamed(&mut moved.id, &new, keeps_id);
                self.databases.insert(new.clone(), moved);
                for bench in self.benches.values_mut().filter(|bench| bench.database == old) {
                    bench.database.clone_from(&new);
                }
                format!("database {old} is called {new}{how}")
            }
            _ if keeps_id => {
                self.page = !self.page;
                format!("status page: {}", self.page)
            }
            _ => {
                let gone = host?;
                self.hosts.remove(&gone);
                self.databases.retain(|_, server| server.host != gone);
                let benches = std::mem::take(&mut self.benches);
                let (left, stay): (BTreeMap<_, _>, _) =
                    benches.into_iter().partition(|(_, bench)| bench.host == gone);
                self.benches = stay;
                self.tenants.retain(|_, t| t.sites.values().all(|site| !left.contains_key(&site.bench)));
                format!("host {gone} leaves the files with its customers")
            }
        };
        Some(words)
    }

    /// Benches and servers of one host are declared on another.
    fn carry(&mut self, old: &str, new: &str) {
        for bench in self.benches.values_mut().filter(|bench| bench.host == old) {
            new.clone_into(&mut bench.host);
        }
        for server in self.databases.values_mut().filter(|server| server.host == old) {
            new.clone_into(&mut server.host);
        }
    }
}

/// Another name: `id` keeps what it was, or it is another thing.
fn renamed(id: &mut String, new: &str, keeps_id: bool) -> &'static str {
    if keeps_id {
        return ", with id";
    }
    new.clone_into(id);
    ""
}
