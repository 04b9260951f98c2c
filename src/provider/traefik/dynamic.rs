//! A file of Traefik's dynamic configuration as flat entries, `section.kind.name` to a definition.

use std::collections::BTreeMap;

use serde_json::Value;

use super::lower::DYNAMIC;
use super::own_certificates;
use crate::desired::observed::Observation;
use crate::desired::{Desired, Object, ObjectId, ObjectKind};

/// Entries by `section.kind.name`; the name is whatever stands after the second dot.
pub type Entries = BTreeMap<String, Value>;

/// Whether Traefik looks at a file of this name as we write it: in the directory itself, not hidden, `.yml`.
#[must_use]
pub fn is_watched(file: &str) -> bool {
    !file.contains('/')
        && file.strip_suffix(".yml").is_some_and(|stem| !stem.is_empty() && !stem.starts_with('.'))
}

/// Whether a file is one of those that we write. Others may lie beside them: Traefik reads them, and we leave them alone.
#[must_use]
pub fn is_ours(file: &str) -> bool {
    is_watched(file) && (file == "edge.yml" || file.starts_with("bench-"))
}

/// Whether an entry of a file is of the fleet's. In other people's files that is only what is wanted here: Traefik takes neither of
/// two routers with one name, so one that somebody moved there has to come back.
#[must_use]
pub fn is_of_ours(file: &str, owner: &ObjectId, desired: &Desired) -> bool {
    is_ours(file) || desired.objects.contains_key(owner)
}

/// Reads a file. An empty one has no entries.
///
/// # Errors
/// When it is no YAML, or not sections of kinds of names.
pub fn parse(bytes: &[u8]) -> Result<Entries, String> {
    let value: Value = serde_yaml::from_slice(bytes).map_err(|error| error.to_string())?;
    let mut entries = Entries::new();
    let sections = match value {
        Value::Null => return Ok(entries),
        Value::Object(sections) => sections,
        _ => return Err("it is not a mapping".to_owned()),
    };
    for (section, kinds) in sections {
        let Value::Object(kinds) = kinds else { return Err(format!("`{section}` is not a mapping")) };
        for (kind, names) in kinds {
            match names {
                Value::Object(names) => entries.extend(
                    names.into_iter().map(|(name, entry)| (format!("{section}.{kind}.{name}"), entry)),
                ),
                // Items of lists have no names: nobody can own one, unless its file is one of ours.
                Value::Array(items) if format!("{section}.{kind}") == own_certificates::LIST => {
                    let ours = items.into_iter().filter_map(|item| {
                        let key = format!("{section}.{kind}.{}", own_certificates::name(&item)?);
                        Some((key, item))
                    });
                    entries.extend(ours);
                }
                _ => {}
            }
        }
    }
    Ok(entries)
}

/// The name that a declaration's entries begin with. A dot begins what follows it, so one in an id is written `_`, which no
/// id has.
#[must_use]
pub fn name(kind: &str, id: &str) -> String {
    format!("{kind}-{}", id.replace('.', "_"))
}

/// The declaration that a name belongs to: `site-globex.rate` is `site.globex`'s. A name that no declaration can have
/// belongs to `unknown`, so that it is seen and can be removed.
#[must_use]
pub fn owner(entry: &str) -> ObjectId {
    let name = entry.splitn(3, '.').nth(2).unwrap_or_default();
    let base = name.split('.').next().unwrap_or_default();
    let of = match base.split_once('-') {
        Some((kind, id)) if !kind.is_empty() && !id.is_empty() => format!("{kind}.{}", id.replace('_', ".")),
        _ => format!("unknown.{base}"),
    };
    ObjectId::new(of, ObjectKind::Route, "")
}

/// That a file cannot be read, for people. It may hold anybody's routes.
#[must_use]
pub fn broken(file: &str, why: &str) -> String {
    format!(
        "Traefik's file {DYNAMIC}/{file} cannot be read, and nobody can say whose routes are in it: {why}"
    )
}

/// What to do about one.
pub const WAY_OUT: &str = "mend the file, or remove it from Traefik's container: what it held for this fleet is then written \
                           anew by the next apply";

/// The routes that are wanted in files that cannot be read: none of them is absent, and none is written.
#[must_use]
pub fn unreadable(
    host: &str,
    edge: &ObjectId,
    desired: &Desired,
    broken: &BTreeMap<String, String>,
) -> BTreeMap<ObjectId, Observation> {
    if broken.is_empty() {
        return BTreeMap::new();
    }
    let routes = desired.objects.iter().filter(|(_, entry)| entry.host == host);
    let routes = routes.filter_map(|(id, entry)| {
        let Object::Route(route) = &entry.object else { return None };
        let why = format!("{}; {WAY_OUT}", self::broken(&route.file, broken.get(&route.file)?));
        Some((id.clone(), Observation::Unreadable { behind: Some(edge.clone()), why }))
    });
    routes.collect()
}

/// What must not be in a file: Traefik runs each through a template engine first, and a backtick ends a string in a
/// rule, so it belongs in rules alone.
///
/// # Errors
/// What is wrong.
pub fn safe(entries: &Entries) -> Result<(), String> {
    entries.iter().try_for_each(|(key, value)| {
        if key.splitn(3, '.').filter(|part| !part.is_empty()).count() != 3 {
            return Err(format!("{key} is not `section.kind.name`"));
        }
        if key.contains("{{") || key.contains('`') {
            return Err(format!("the name {key} cannot stand in a file of Traefik's"));
        }
        safe_value(value, false).map_err(|why| format!("{key}: {why}"))
    })
}

fn safe_value(value: &Value, rule: bool) -> Result<(), String> {
    match value {
        Value::String(text) if text.contains("{{") => Err("`{{` would be run as a template".to_owned()),
        Value::String(text) if !rule && text.contains('`') => {
            Err("a backtick is allowed in rules only".to_owned())
        }
        Value::Array(items) => items.iter().try_for_each(|item| safe_value(item, rule)),
        Value::Object(fields) => fields.iter().try_for_each(|(key, value)| {
            safe_value(&Value::String(key.clone()), false)?;
            safe_value(value, key == "rule")
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
