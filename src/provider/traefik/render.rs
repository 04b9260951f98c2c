//! Routes to the files of Traefik's file provider.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde_json::Value;

use super::own_certificates;
use crate::desired::{Desired, Object, ObjectKind};
use crate::provider::render::{Artifact, directory};
use crate::provider::yaml::Yaml;

/// Definitions of one kind, by name.
type Named<'v> = Vec<(&'v str, &'v Value)>;

/// The text of a dynamic file that holds these entries, by `section.kind.name`.
#[must_use]
pub fn file(entries: &BTreeMap<String, Value>) -> String {
    text(entries.iter())
}

fn text<'v>(entries: impl Iterator<Item = (&'v String, &'v Value)>) -> String {
    let mut sections: BTreeMap<&str, BTreeMap<&str, Named<'_>>> = BTreeMap::new();
    for (key, value) in entries {
        let mut parts = key.splitn(3, '.');
        if let (Some(section), Some(kind), Some(name)) = (parts.next(), parts.next(), parts.next()) {
            sections.entry(section).or_default().entry(kind).or_default().push((name, value));
        }
    }
    Yaml::map(sections.into_iter().map(|(section, kinds)| {
        let kinds = kinds.into_iter().map(|(kind, entries)| {
            let all = if format!("{section}.{kind}") == own_certificates::LIST {
                Yaml::list(entries.into_iter().map(|(_, value)| value))
            } else {
                Yaml::map(entries.into_iter().map(|(name, value)| (name, value.into())))
            };
            (kind, all)
        });
        (section, Yaml::map(kinds))
    }))
    .to_text()
}

/// Every dynamic file, `<host>/<edge's project>/dynamic/<file>`.
#[must_use]
pub fn render(desired: &Desired) -> Vec<Artifact> {
    let mut files: BTreeMap<String, BTreeMap<&String, &Value>> = BTreeMap::new();
    for entry in desired.objects.values() {
        let Object::Route(route) = &entry.object else { continue };
        let traefik = entry.needs.iter().find(|id| id.kind == ObjectKind::Container && id.role == "traefik");
        let Some(folder) = traefik.and_then(|id| directory(desired, id)) else { continue };
        let path = format!("{folder}/dynamic/{}", route.file);
        files.entry(path).or_default().extend(&route.entries);
    }
    files.into_par_iter().map(|(path, entries)| Artifact::text(path, text(entries.into_iter()))).collect()
}
