//! Sites that were there and are gone. A mark without its database, or a route without its site, is a witness that there was
//! one: it is lost then, and not absent. Pure; the sandbox judges by it as well.

use std::collections::BTreeMap;

use serde_json::Value;

use super::judge::{bench_of, server_of};
use crate::desired::observed::{Lost, Observation, Observed};
use crate::desired::{Desired, Entry, Object, ObjectId, ObjectKind};
use crate::provider::site_tables::Server;

/// What can bear witness.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// Everything that is wanted.
    pub desired: &'a Desired,
    /// Containers, routes, databases and accounts.
    pub seen: &'a Observed,
    /// What each server told, by its container.
    pub servers: &'a BTreeMap<ObjectId, Server>,
}

impl Seen<'_> {
    /// Whether the database of a declaration was looked for and is nowhere.
    #[must_use]
    pub fn has_no_database(&self, of: &str) -> bool {
        let schema = ObjectId::new(of, ObjectKind::Schema, "");
        let name = match self.desired.objects.get(&schema).map(|entry| &entry.object) {
            Some(Object::Schema(schema)) => schema.name.as_str(),
            _ => return false,
        };
        matches!(self.seen.objects.get(&schema), None | Some(Observation::Absent))
            && !self.seen.elsewhere.contains_key(&schema)
            && !self.servers.values().any(|server| server.ours.contains(name))
    }

    /// Whether the server was asked, has none of Frappe's tables for a site, and nobody says that it was there.
    #[must_use]
    pub fn was_never_made(&self, id: &ObjectId, entry: &Entry) -> bool {
        let Object::Site(site) = &entry.object else { return false };
        let server = server_of(self.desired, entry).and_then(|server| self.servers.get(server));
        let is_empty = server.is_some_and(|server| {
            !server.sites.contains_key(&site.database) && !server.unreadable.contains_key(&site.database)
        });
        is_empty && self.witnesses(&id.of).is_empty()
    }

    /// What says that a site without a database was there.
    #[must_use]
    pub fn witnesses(&self, of: &str) -> Vec<String> {
        let mut witnesses: Vec<String> = self.routed(of).into_iter().collect();
        let schema = ObjectId::new(of, ObjectKind::Schema, "");
        let marked = self.servers.iter().find(|(_, server)| server.gone.contains(&schema));
        witnesses
            .extend(marked.map(|(server, _)| format!("it is marked in `{}` (tenantry.objects)", server.of)));
        witnesses
    }

    /// The route to a site on its bench, which is written once the site is there. One to the page of a suspended site
    /// needs none.
    fn routed(&self, of: &str) -> Option<String> {
        let route = self.seen.objects.get(&ObjectId::new(of, ObjectKind::Route, ""))?.present()?;
        let Object::Route(route) = &route.object else { return None };
        let bench = self.desired.objects.get(&ObjectId::new(of, ObjectKind::Site, "")).and_then(bench_of)?;
        let bench = self.seen.objects.get(&ObjectId::new(bench, ObjectKind::Route, ""))?.present()?;
        let Object::Route(bench) = &bench.object else { return None };
        let mut services =
            route.entries.values().filter_map(|entry| entry.get("service").and_then(Value::as_str));
        let is_of_bench = |service: &str| {
            bench.entries.keys().any(|key| key.strip_prefix("http.services.") == Some(service))
        };
        services.any(is_of_bench).then(|| format!("it is still routed ({})", route.file))
    }
}

/// Says of what was found absent whether it is lost: a site, its database and its account are lost together.
pub fn add(objects: &mut BTreeMap<ObjectId, Observation>, host: &str, cx: &Seen<'_>) {
    let schemas =
        cx.desired.objects.iter().filter(|(id, entry)| id.kind == ObjectKind::Schema && entry.host == host);
    for (schema, _) in schemas {
        if !cx.has_no_database(&schema.of) {
            continue;
        }
        let [site, account] =
            [ObjectKind::Site, ObjectKind::Account].map(|kind| ObjectId::new(&schema.of, kind, ""));
        let known = objects.get(&site);
        let lost = match known {
            Some(Observation::Lost(lost)) => (**lost).clone(),
            // `bench new-site` never ended, or it is somebody else's, or elsewhere: another story.
            Some(Observation::Present(_) | Observation::Foreign { .. }) => continue,
            None | Some(Observation::Absent | Observation::Unreadable { .. }) => {
                let is_read = cx.desired.objects.contains_key(&site)
                    && !matches!(known, Some(Observation::Unreadable { .. }));
                let missing = is_read.then_some("no directory").into_iter().chain(["no database"]);
                Lost {
                    missing: missing.map(str::to_owned).collect(),
                    left: Vec::new(),
                    witnesses: cx.witnesses(&schema.of),
                }
            }
        };
        if lost.witnesses.is_empty() {
            continue;
        }
        let lost = Observation::Lost(Box::new(lost));
        if cx.desired.objects.contains_key(&site) && matches!(known, None | Some(Observation::Absent)) {
            objects.insert(site, lost.clone());
        }
        if matches!(cx.seen.objects.get(&account), None | Some(Observation::Absent))
            && cx.desired.objects.contains_key(&account)
        {
            objects.insert(account, lost.clone());
        }
        objects.insert(schema.clone(), lost);
    }
}
