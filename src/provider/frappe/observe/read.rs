//! Documents to the fields of benches and sites.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::listing::Listing;
use crate::desired::content::Content;
use crate::desired::frappe::{BenchConfig, Site};
use crate::provider::frappe::mark::{BASE, MARK, Mark};
use crate::provider::site_tables::SiteTables;

/// Seals a value of a document.
pub(super) type Seal<'a> = dyn Fn(&Value) -> Content + Sync + 'a;

/// A bench's fields. Without `wanted` only what its mark tells.
pub(super) fn bench(
    document: &Map<String, Value>,
    mark: Option<&Mark>,
    listing: &Listing,
    wanted: Option<&BenchConfig>,
) -> BenchConfig {
    let nothing = BTreeMap::new();
    let keys = keys(mark, wanted.map_or(&nothing, |wanted| &wanted.config));
    let lines = listing.apps_txt.text.as_deref().unwrap_or_default().lines();
    let missing = |app: &&String| !listing.apps.contains_key(*app);
    BenchConfig {
        image: mark.map(|mark| mark.image.clone()).unwrap_or_default(),
        frappe: listing.apps.get("frappe").cloned().unwrap_or_default(),
        missing: wanted.into_iter().flat_map(|wanted| wanted.apps.iter().filter(missing).cloned()).collect(),
        apps: lines.map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect(),
        config: config(document, &keys, wanted.map_or(&nothing, |wanted| &wanted.config)),
    }
}

/// A site's fields. Without `wanted` only what its mark tells.
pub(super) fn site(
    directory: &str,
    document: &Map<String, Value>,
    tables: Option<&SiteTables>,
    wanted: Option<&Site>,
    seal: &Seal<'_>,
) -> Site {
    let mark = Mark::read(document);
    let is_marked = mark.is_some();
    let mark = mark.unwrap_or_default();
    let nothing = BTreeMap::new();
    let declared = wanted.map_or(&nothing, |wanted| &wanted.config);
    let mut secrets: BTreeSet<&str> = mark.secrets.keys().map(String::as_str).collect();
    secrets.extend(wanted.iter().flat_map(|wanted| wanted.secret_config.keys().map(String::as_str)));
    secrets.retain(|key| !BASE.contains(key));
    let mut keys = keys(Some(&mark), declared);
    keys.retain(|key| !secrets.contains(key) && !BASE.contains(key));
    let sealed = |key: &str| document.get(key).map(seal);
    let fingerprint = |text: &str| Content::Sealed(text.to_owned());
    let listed: Vec<&String> =
        tables.into_iter().flat_map(|tables| &tables.installed).filter(|app| *app != "frappe").collect();
    let is_wanted = |app: &String| wanted.is_some_and(|wanted| wanted.apps.contains(app));
    // In the wanted order first: Frappe keeps the order of installation, which nobody can change.
    let mut apps: Vec<String> = wanted
        .into_iter()
        .flat_map(|wanted| &wanted.apps)
        .filter(|app| listed.contains(app))
        .cloned()
        .collect();
    apps.extend(
        listed
            .iter()
            .filter(|app| mark.installed.contains(**app) && !is_wanted(app))
            .map(|app| (*app).clone()),
    );
    Site {
        directory: directory.to_owned(),
        database: document.get("db_name").and_then(Value::as_str).unwrap_or_default().to_owned(),
        tenant: match wanted {
            Some(wanted) if mark.tenant.is_empty() => wanted.tenant.clone(),
            _ => mark.tenant.clone(),
        },
        // Once it has borne our mark, its tables have been complete.
        complete: tables.is_some_and(|tables| tables.is_complete() || (is_marked && tables.is_used())),
        database_password: sealed("db_password").unwrap_or_else(|| fingerprint("")),
        admin_password: fingerprint(&mark.admin),
        apps,
        // Also those that Frappe does not list yet, or no longer: a plain installation fails on what is there already.
        unfinished: mark
            .installing
            .iter()
            .chain(mark.installed.iter().filter(|app| is_wanted(app) && !listed.contains(app)))
            .cloned()
            .collect(),
        config: config(document, &keys, declared),
        secret_config: secrets.into_iter().filter_map(|key| Some((key.to_owned(), sealed(key)?))).collect(),
        scheduler: tables.is_some_and(|tables| tables.scheduler),
        suspended: is_set(document, "maintenance_mode") && is_set(document, "pause_scheduler"),
    }
}

/// Keys that are ours: those that the mark lists, and those that are wanted.
fn keys<'k>(mark: Option<&'k Mark>, wanted: &'k BTreeMap<String, Value>) -> BTreeSet<&'k str> {
    let marked = mark.into_iter().flat_map(|mark| &mark.keys);
    marked.chain(wanted.keys()).map(String::as_str).filter(|key| *key != MARK).collect()
}

/// What stands under our keys. One that should not be there, and is not, reads as wanted.
fn config(
    document: &Map<String, Value>,
    keys: &BTreeSet<&str>,
    wanted: &BTreeMap<String, Value>,
) -> BTreeMap<String, Value> {
    let pairs = keys.iter().filter_map(|key| {
        let value = match document.get(*key) {
            Some(value) => value.clone(),
            None => wanted.get(*key).filter(|value| value.is_null())?.clone(),
        };
        Some(((*key).to_owned(), value))
    });
    pairs.collect()
}

/// As Frappe reads a flag.
fn is_set(document: &Map<String, Value>, key: &str) -> bool {
    match document.get(key) {
        Some(Value::Bool(flag)) => *flag,
        Some(Value::Number(number)) => number.as_f64() != Some(0.0),
        Some(Value::String(text)) => !matches!(text.trim(), "" | "0" | "false"),
        _ => false,
    }
}
