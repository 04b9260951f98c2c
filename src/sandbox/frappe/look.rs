//! Looking at the benches of a sandbox.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::observe::{Look, Objects};
use super::super::state::Databases;
use super::{WRONG, document};
use crate::desired::content::Content;
use crate::desired::observed::Observed;
use crate::desired::{Object, ObjectId, ObjectKind};
use crate::provider::frappe::observe::judge::{Bench, judge};
use crate::provider::frappe::observe::listing::{Directory, Document, Listing};
use crate::provider::frappe::observe::{Reach, benches, gather, lost, reach, unreadable};
use crate::provider::frappe::secret;
use crate::provider::mariadb::lower::DATA;
use crate::provider::site_tables::{Server, SiteTables};

/// Looks at it.
pub(in crate::sandbox) fn observe(look: &Look<'_>, seen: &Observed) -> Objects {
    let servers = servers(look, seen);
    let seal = |value: &Value| match value {
        Value::Object(fields) => match fields.get("sealed") {
            Some(Value::String(fingerprint)) => Content::Sealed(fingerprint.clone()),
            _ => Content::Sealed(secret::fingerprint(value, look.opener)),
        },
        value => Content::Sealed(secret::fingerprint(value, look.opener)),
    };
    let cx = lost::Seen { desired: look.desired, seen, servers: &servers };
    let told = benches(look.host, look.desired, seen).into_iter().map(|backend| {
        let listing = match reach(&backend, look.desired, seen) {
            Reach::Ask(present) => listing(look, &backend, &present.handle),
            Reach::Nothing => Listing::default(),
            Reach::Not(why) => return unreadable(&backend, &cx, &why),
        };
        judge(Bench {
            backend: &backend,
            host: look.host,
            listing: &listing,
            desired: look.desired,
            seen,
            servers: &servers,
            seal: &seal,
        })
    });
    let mut objects = gather(told.collect(), look.desired);
    lost::add(&mut objects, look.host, &cx);
    objects
}

/// What each server that runs tells of the sites in it.
fn servers(look: &Look<'_>, seen: &Observed) -> BTreeMap<ObjectId, Server> {
    let running = seen.objects.iter().filter(|(id, observation)| {
        id.kind == ObjectKind::Container
            && id.of.starts_with("database.")
            && observation.present().is_some_and(|present| present.serving().status.running)
    });
    let told = running.filter_map(|(id, observation)| {
        let container = look.state.containers.get(&observation.present()?.serving().handle)?;
        let mount = container.thing.container.volumes.get(DATA)?;
        Some((
            id.clone(),
            server(&look.state.volumes.get(&mount.volume)?.thing.databases, &look.desired.fleet),
        ))
    });
    told.collect()
}

fn server(databases: &Databases, fleet: &str) -> Server {
    let marks = databases.marks.get(fleet);
    let ours = marks.into_iter().flatten().filter(|(id, _)| id.kind == ObjectKind::Schema);
    let sites = databases.schemas.iter().filter(|(_, database)| !database.installed.is_empty());
    let sites = sites.map(|(name, database)| {
        let tables = SiteTables {
            installed: database.installed.clone(),
            has_administrator: database.has_administrator,
            has_jobs: database.has_administrator,
            scheduler: database.scheduler,
        };
        (name.clone(), tables)
    });
    let mut server = Server {
        sites: sites.collect(),
        ours: ours
            .map(|(_, name)| name.clone())
            .filter(|name| databases.schemas.contains_key(name))
            .collect(),
        ..Server::default()
    };
    if let Some(marks) = marks {
        server.miss(marks, |name| databases.schemas.contains_key(name));
    }
    server
}

/// What a bench holds. An image has in it what its release says, but for names that say otherwise.
fn listing(look: &Look<'_>, backend: &ObjectId, handle: &str) -> Listing {
    let mut listing = Listing::default();
    let image = match look.state.containers.get(handle) {
        Some(container) => container.thing.container.image.as_str(),
        None => "",
    };
    let config = look.wanted_object(&ObjectId::new(&backend.of, ObjectKind::BenchConfig, ""));
    if let Some(Object::BenchConfig(wanted)) = config {
        listing.apps = wanted.apps.iter().map(|app| (app.clone(), "1.0.0".to_owned())).collect();
        let frappe = if image.contains(WRONG) { "0.0.0" } else { &wanted.frappe };
        listing.apps.insert("frappe".to_owned(), frappe.to_owned());
    }
    for (path, file) in document::files(look.state, handle) {
        let text = match &file.content {
            Content::Text(text) => Some(text.clone()),
            _ => None,
        };
        match path.split_once('/') {
            None if path == "common_site_config.json" => listing.common = Document { text, error: None },
            None if path == "apps.txt" => listing.apps_txt = Document { text, error: None },
            None => {}
            Some((directory, rest)) => {
                let entry: &mut Directory = listing.sites.entry(directory.to_owned()).or_default();
                if rest == "site_config.json" {
                    entry.config = text;
                } else {
                    entry.files = true;
                }
            }
        }
    }
    listing
}
