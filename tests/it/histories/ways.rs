//! What goes one way only, and so may be refused on the way back: each such refusal must name a thing that this very history
//! took that way.

use super::fleet::Fleet;

/// The files since the last ones that were applied whole.
#[derive(Debug, Default)]
pub(super) struct Ways {
    since: Vec<Fleet>,
}

impl Ways {
    pub(super) fn went(&mut self, fleet: &Fleet) {
        self.since.push(fleet.clone());
    }

    pub(super) fn begin(&mut self) {
        self.since.clear();
    }

    /// Whether a refusal of the files that were applied whole follows from what came after them.
    pub(super) fn explain(&self, refusal: &str, whole: &Fleet) -> bool {
        let Some((code, message)) = refusal.strip_prefix("error[").and_then(|rest| rest.split_once("]: "))
        else {
            return false;
        };
        let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
        match code {
            "guard/older-server" => self.is_older(&names, message, whole).unwrap_or(false),
            "guard/app-removed" => self.has_app(&names, whole).unwrap_or(false),
            "guard/release-change" => self.had_release(&names, whole).unwrap_or(false),
            "guard/data-without-tombstone" => {
                let id = names.first().copied().unwrap_or_default();
                let (message, is_volume) = match message.strip_prefix("a volume of ") {
                    Some(rest) => (rest, true),
                    None => (message, false),
                };
                let kind = message.split(' ').next().unwrap_or_default();
                self.came(kind, id, whole) || is_volume && self.was_elsewhere(kind, id, whole)
            }
            "guard/name-not-free" => self.was_given(&names, whole).unwrap_or(false),
            "guard/host-left" => names.first().is_some_and(|name| self.host(name, whole)),
            _ => false,
        }
    }

    /// A host of this name came since, and is one that the whole files do not have.
    pub(super) fn host(&self, name: &str, whole: &Fleet) -> bool {
        let ids = self.since.iter().filter_map(|fleet| fleet.hosts.get(name));
        ids.into_iter().any(|id| !whole.declares("host", id))
    }

    fn came(&self, kind: &str, id: &str, whole: &Fleet) -> bool {
        !whole.declares(kind, id) && self.since.iter().any(|fleet| fleet.declares(kind, id))
    }

    /// A server without any site was made on another host since: what it began there has data in it.
    fn was_elsewhere(&self, kind: &str, id: &str, whole: &Fleet) -> bool {
        let host = |fleet: &Fleet| {
            let server = fleet.databases.values().find(|server| server.id == id)?;
            fleet.hosts.get(&server.host).cloned()
        };
        let is_another = |fleet: &Fleet| host(fleet).is_some_and(|there| Some(there) != host(whole));
        kind == "database" && self.since.iter().any(is_another)
    }

    /// `database.d` would run MariaDB 10.6 on the data of MariaDB 11.4.
    fn is_older(&self, names: &[&str], message: &str, whole: &Fleet) -> Option<bool> {
        let server = whole.databases.get(names.first()?.strip_prefix("database.")?)?;
        let ran = message.rsplit(' ').next()?;
        let would = format!("MariaDB {} on the data", server.version);
        let servers = self.since.iter().flat_map(|fleet| fleet.databases.values());
        let went = servers.into_iter().any(|other| other.id == server.id && other.version == ran);
        Some(went && message.contains(&would) && is_newer(ran, &server.version))
    }

    /// `d.example` still belongs to `site.new`, and `site.old` would get it: it went to one that came since.
    fn was_given(&self, names: &[&str], whole: &Fleet) -> Option<bool> {
        let (domain, site) = (names.first()?, names.get(1)?.strip_prefix("site.")?);
        let has = |fleet: &Fleet| {
            fleet
                .sites()
                .any(|(_, known)| known.id == site && known.domains.iter().any(|other| other == domain))
        };
        Some(!whole.declares("site", site) && self.since.iter().any(has))
    }

    /// `bench.b` would change its release under `n1.c.example.net`: while it had the other one, sites came onto it.
    fn had_release(&self, names: &[&str], whole: &Fleet) -> Option<bool> {
        let (bench, sites) = names.split_first()?;
        let bench = whole.benches.get(bench.strip_prefix("bench.")?)?;
        let came = |site: &&str| {
            let id = site.split('.').next().unwrap_or_default();
            let had = |fleet: &Fleet| {
                let mut benches = fleet.benches.iter().filter(|(_, known)| known.id == bench.id);
                benches.any(|(name, known)| {
                    known.release != bench.release
                        && fleet.sites().any(|(_, site)| site.id == id && site.bench == *name)
                })
            };
            self.since.iter().any(had)
        };
        Some(!sites.is_empty() && sites.iter().all(came))
    }

    /// `hrms` would be removed from `site.s/site`.
    fn has_app(&self, names: &[&str], whole: &Fleet) -> Option<bool> {
        let (app, site) = (names.first()?, names.get(1)?.strip_prefix("site.")?.strip_suffix("/site")?);
        let has = |fleet: &Fleet| {
            fleet.sites().any(|(_, known)| known.id == site && known.apps.iter().any(|other| other == app))
        };
        Some(!has(whole) && self.since.iter().any(has))
    }
}

fn is_newer(one: &str, other: &str) -> bool {
    let parts =
        |version: &str| version.split('.').map(|part| part.parse().unwrap_or(0)).collect::<Vec<u32>>();
    parts(one) > parts(other)
}
