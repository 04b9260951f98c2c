//! What a bench holds to what is there, absent, somebody else's or unreadable. Pure; the sandbox judges by it as well.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::listing::{Directory, Listing};
use super::{lost, read};
use crate::desired::content::Content;
use crate::desired::docker::Provided;
use crate::desired::frappe::Site;
use crate::desired::observed::{Lost, Observation, Observed, Present, Status};
use crate::desired::{Desired, Entry, Object, ObjectId, ObjectKind};
use crate::provider::frappe::mark::Mark;
use crate::provider::frappe::wiring;
use crate::provider::site_tables::{Server, SiteTables};

/// One bench that was looked at.
#[derive(Clone, Copy)]
pub struct Bench<'a> {
    /// The container that was asked.
    pub backend: &'a ObjectId,
    /// Identity of its host.
    pub host: &'a str,
    /// What it said.
    pub listing: &'a Listing,
    /// Everything that is wanted.
    pub desired: &'a Desired,
    /// What was seen of containers.
    pub seen: &'a Observed,
    /// What each server told of the sites in it.
    pub servers: &'a BTreeMap<ObjectId, Server>,
    /// Seals a value of a document.
    pub seal: &'a (dyn Fn(&Value) -> Content + Sync),
}

/// The bench that a site is wanted on, or a container belongs to.
#[must_use]
pub fn bench_of(entry: &Entry) -> Option<&str> {
    entry.needs.iter().find(|need| need.kind == ObjectKind::BenchConfig).map(|need| need.of.as_str())
}

/// The container of the server that has a site's database.
#[must_use]
pub fn server_of<'d>(desired: &'d Desired, entry: &Entry) -> Option<&'d ObjectId> {
    let account = entry.needs.iter().find(|need| need.kind == ObjectKind::Account)?;
    let needs = &desired.objects.get(account)?.needs;
    needs.iter().find(|need| need.kind == ObjectKind::Container)
}

/// Everything on a bench.
#[must_use]
pub fn judge(bench: Bench<'_>) -> BTreeMap<ObjectId, Observation> {
    let mut objects = BTreeMap::new();
    bench.config(&mut objects);
    let documents = bench.documents();
    for (id, entry) in bench.wanted() {
        if let Object::Site(site) = &entry.object
            && let Some(observation) = bench.site(id, entry, site, &documents)
        {
            objects.insert(id.clone(), observation);
        }
    }
    // What bears our mark and is wanted elsewhere, or nowhere.
    for (id, directory) in bench.marked(&documents) {
        if objects.contains_key(&id) || bench.is_wanted_here(&id) {
            continue;
        }
        let Some(document) = documents.get(directory.as_str()) else { continue };
        let wanted = match bench.desired.objects.get(&id).map(|entry| &entry.object) {
            Some(Object::Site(site)) => Some(&**site),
            _ => None,
        };
        let tables = bench.tables_named(document);
        let site = read::site(&directory, document, tables, wanted, bench.seal);
        objects.insert(id, bench.present_site(&directory, site));
    }
    objects
}

/// Parsed `site_config.json`s by directory; those that cannot be understood are left out.
type Documents<'a> = BTreeMap<&'a str, Map<String, Value>>;

impl<'a> Bench<'a> {
    fn wanted(self) -> impl Iterator<Item = (&'a ObjectId, &'a Entry)> {
        self.desired
            .objects
            .iter()
            .filter(move |(_, entry)| bench_of(entry) == Some(self.backend.of.as_str()))
    }

    fn is_wanted_here(self, id: &ObjectId) -> bool {
        self.desired.objects.get(id).is_some_and(|entry| bench_of(entry) == Some(self.backend.of.as_str()))
    }

    fn documents(self) -> Documents<'a> {
        let parsed = self.listing.sites.iter().filter_map(|(name, directory)| {
            let document = directory.document().ok().flatten()?;
            Some((name.as_str(), document))
        });
        parsed.collect()
    }

    /// Sites of this fleet by their mark; of copies the first.
    fn marked(self, documents: &Documents<'_>) -> BTreeMap<ObjectId, String> {
        let mut marked = BTreeMap::new();
        for (directory, document) in documents {
            if let Some(id) = Mark::read(document).and_then(|mark| mark.object(&self.desired.fleet))
                && id.kind == ObjectKind::Site
            {
                marked.entry(id).or_insert_with(|| (*directory).to_owned());
            }
        }
        marked
    }

    /// Tables of the database that a document names, wherever it is.
    fn tables_named(self, document: &Map<String, Value>) -> Option<&'a SiteTables> {
        let database = document.get("db_name")?.as_str()?;
        self.servers.values().find_map(|server| server.sites.get(database))
    }

    fn present(self, object: Object, handle: String) -> Observation {
        Observation::Present(Box::new(Present {
            host: self.host.to_owned(),
            object,
            handle,
            provided: Provided::default(),
            status: Status { running: true, ..Status::default() },
            attached: BTreeMap::new(),
            spare: Vec::new(),
            within: None,
        }))
    }

    fn present_site(self, directory: &str, site: Site) -> Observation {
        self.present(Object::Site(Box::new(site)), format!("{}/{directory}", self.backend.of))
    }

    fn config(self, objects: &mut BTreeMap<ObjectId, Observation>) {
        let id = ObjectId::new(&self.backend.of, ObjectKind::BenchConfig, "");
        let wanted = match self.desired.objects.get(&id).map(|entry| &entry.object) {
            Some(Object::BenchConfig(config)) => Some(config),
            _ => None,
        };
        let document = match self.listing.common.document() {
            Ok(Some(document)) => document,
            Ok(None) => return,
            Err(why) => {
                let why = broken("sites/common_site_config.json", &why);
                objects.insert(id, unreadable(self.backend, why));
                return;
            }
        };
        if let Some(why) = &self.listing.apps_txt.error {
            objects.insert(id, unreadable(self.backend, broken("sites/apps.txt", why)));
            return;
        }
        let mark = Mark::read(&document);
        if let Some(mark) = &mark
            && mark.object(&self.desired.fleet).as_ref() != Some(&id)
        {
            let evidence = format!("sites/common_site_config.json {}", whose(mark, &self.desired.fleet));
            objects.insert(id, Observation::Foreign { evidence });
            return;
        }
        if wanted.is_none() && mark.is_none() {
            return;
        }
        let config = read::bench(&document, mark.as_ref(), self.listing, wanted);
        objects.insert(id, self.present(Object::BenchConfig(config), self.backend.of.clone()));
    }

    /// One wanted site; `None` is absent.
    fn site(
        self,
        id: &ObjectId,
        entry: &Entry,
        wanted: &Site,
        documents: &Documents<'_>,
    ) -> Option<Observation> {
        let there = self.listing.sites.get(&wanted.directory);
        let path = format!("sites/{}/site_config.json", wanted.directory);
        if let Some(Err(why)) = there.map(Directory::document) {
            return Some(unreadable(self.backend, broken(&path, &why)));
        }
        let Some(server) = self.server(entry, there.is_some()) else {
            // Lowering gives every site an account on a server.
            return Some(unreadable(self.backend, "it has no database server".to_owned()));
        };
        let server = &server;
        let evidence = lost::Seen { desired: self.desired, seen: self.seen, servers: self.servers };
        let Some(told) = self.servers.get(server) else {
            // The server went with everything that was in it.
            if evidence.has_no_database(&id.of)
                && !self.seen.objects.contains_key(server)
                && documents
                    .get(wanted.directory.as_str())
                    .is_some_and(|document| self.is_marked(document, id))
            {
                return Some(without_database(&wanted.directory, "no database".to_owned()));
            }
            if there.is_none() && !matches!(self.seen.objects.get(server), Some(Observation::Present(_))) {
                // Neither the bench nor the server has it: nothing of it was ever made here.
                return None;
            }
            let why = "its database server could not be read".to_owned();
            return Some(unreadable(server, why));
        };
        if let Some(why) = told.unreadable.get(&wanted.database) {
            return Some(unreadable(server, why.clone()));
        }
        let tables = told.sites.get(&wanted.database);
        let here = documents.get(wanted.directory.as_str());
        let own = match here.and_then(Mark::read) {
            Some(_) if here.is_some_and(|document| self.is_marked(document, id)) => here,
            Some(mark) => {
                let evidence = format!("{path} {}", whose(&mark, &self.desired.fleet));
                return Some(Observation::Foreign { evidence });
            }
            None => None,
        };
        if let Some(document) = own {
            return Some(self.ours(&wanted.directory, document, tables, wanted));
        }
        if let Some(document) = here {
            let named = document.get("db_name").and_then(Value::as_str).unwrap_or_default();
            if named != wanted.database || !told.is_ours(&wanted.database) {
                let evidence = format!("{path} has no tenantry mark, and names the database `{named}`");
                return Some(Observation::Foreign { evidence });
            }
            // `bench new-site` was interrupted, or the mark was taken out by hand.
            let site = read::site(&wanted.directory, document, tables, Some(wanted), self.seal);
            return Some(self.present_site(&wanted.directory, site));
        }
        // Somewhere else on this bench: its name has changed in the files.
        if let Some(directory) = self.marked(documents).get(id)
            && let Some(document) = documents.get(directory.as_str())
        {
            return Some(self.ours(directory, document, tables, wanted));
        }
        let files = there.is_some_and(|directory| directory.files);
        let directory = files.then(|| format!("sites/{}", wanted.directory));
        if tables.is_some_and(SiteTables::is_used) {
            let missing = if files { format!("no {path}") } else { "no directory".to_owned() };
            let left = directory.into_iter().chain([format!("database `{}`", wanted.database)]).collect();
            let witness = format!("its database `{}` has a site in it", wanted.database);
            let mut witnesses = evidence.witnesses(&id.of);
            witnesses.push(witness);
            return Some(lost(Lost { missing: vec![missing], left, witnesses }));
        }
        let witnesses = evidence.witnesses(&id.of);
        if let Some(directory) = directory {
            let has_database = tables.is_some() || !evidence.has_no_database(&id.of);
            if witnesses.is_empty() || has_database {
                let evidence = format!("{directory} holds files and has no site_config.json");
                return Some(Observation::Foreign { evidence });
            }
            let missing = vec![format!("no {path}"), "no database".to_owned()];
            return Some(lost(Lost { missing, left: vec![directory], witnesses }));
        }
        if !witnesses.is_empty() && evidence.has_no_database(&id.of) {
            // Also where a job of the lost site has made its empty directory again.
            return None;
        }
        (there.is_some() || tables.is_some()).then(|| {
            let site = read::site(&wanted.directory, &Map::new(), tables, Some(wanted), self.seal);
            self.present_site(&wanted.directory, Site { database: wanted.database.clone(), ..site })
        })
    }

    fn is_marked(self, document: &Map<String, Value>, id: &ObjectId) -> bool {
        Mark::read(document).and_then(|mark| mark.object(&self.desired.fleet)).as_ref() == Some(id)
    }

    /// The container of the server that has a site's database, or should have it where nobody has. A database is told by
    /// where it is: while a server that is wanted instead has nothing of it, it is not lost.
    fn server(self, entry: &Entry, is_here: bool) -> Option<ObjectId> {
        let wanted = server_of(self.desired, entry)?;
        let schema = entry.needs.iter().find(|need| need.kind == ObjectKind::Schema);
        if let Some(seen) = schema.and_then(|schema| wiring::server_of(schema, self.seen)) {
            return Some(seen.clone());
        }
        let wired = match self.seen.objects.get(self.backend).and_then(Observation::present) {
            Some(Present { object: Object::Container(container), .. }) if is_here => {
                wiring::servers(container, self.host, self.seen)
            }
            _ => Vec::new(),
        };
        let other = if wired.contains(wanted) { None } else { wired.into_iter().next() };
        Some(other.unwrap_or_else(|| wanted.clone()))
    }

    /// A document that bears the site's mark: `bench new-site` has ended once.
    fn ours(
        self,
        directory: &str,
        document: &Map<String, Value>,
        tables: Option<&SiteTables>,
        wanted: &Site,
    ) -> Observation {
        // In another server than the wanted one it is not lost.
        let tables = tables.or_else(|| self.tables_named(document));
        let site = read::site(directory, document, tables, Some(wanted), self.seal);
        if !site.complete && site.database == wanted.database {
            let missing = format!("its database `{}` has lost Frappe's tables", wanted.database);
            return without_database(directory, missing);
        }
        self.present_site(directory, site)
    }
}

/// A site of which its directory is left.
fn without_database(directory: &str, missing: String) -> Observation {
    lost(Lost {
        missing: vec![missing],
        left: vec![format!("sites/{directory}")],
        witnesses: vec![format!("sites/{directory}/site_config.json bears its mark")],
    })
}

fn lost(lost: Lost) -> Observation {
    Observation::Lost(Box::new(lost))
}

fn unreadable(behind: &ObjectId, why: String) -> Observation {
    Observation::Unreadable { behind: Some(behind.clone()), why }
}

fn broken(path: &str, why: &str) -> String {
    format!("{path}: {why}; mend it by hand, nothing writes over it")
}

fn whose(mark: &Mark, fleet: &str) -> String {
    if mark.fleet == fleet {
        format!("is {} of this fleet", mark.identity)
    } else {
        format!("belongs to fleet {}", mark.fleet)
    }
}
