//! Traefik's dynamic files: in the directory that Traefik's container watches, in the form that Traefik reads (JSON is
//! YAML).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::state::{Instance, State};
use super::{containers, files};
use crate::desired::content::Content;
use crate::desired::docker::File;
use crate::desired::{ObjectId, ObjectKind};
use crate::provider::host::Output;
use crate::provider::{Error, ErrorKind};

/// The directory that Traefik watches.
pub(super) const DIRECTORY: &str = "/etc/traefik/dynamic";

/// Sets and removes entries of one file. Traefik must run to take them.
pub(super) fn change(
    state: &mut State,
    fleet: &str,
    handle: &str,
    file: &str,
    set: &BTreeMap<String, Value>,
    remove: &BTreeSet<String>,
) -> Result<Output, Error> {
    containers::ours(state, fleet, handle, "write routes")?;
    if file.contains('\0') || !is_watched(file) {
        return Err(Error::new(ErrorKind::Invalid, format!("{file} is no name for a file of routes")));
    }
    files::running(containers::ours(state, fleet, handle, "write routes")?)?;
    write(state, handle, file, set, remove)?;
    Ok(Output::default())
}

/// Writes entries into a file, whether Traefik runs or not.
pub(super) fn write(
    state: &mut State,
    handle: &str,
    file: &str,
    set: &BTreeMap<String, Value>,
    remove: &BTreeSet<String>,
) -> Result<(), Error> {
    let path = format!("{DIRECTORY}/{file}");
    let instance = state.containers.get(handle).map(|c| &*c.thing);
    let mut entries = entries(instance.and_then(|instance| files::get(state, instance, &path)));
    entries.retain(|key, _| !remove.contains(key));
    entries.extend(set.clone());
    let text = text(&entries)?;
    let new =
        (!entries.is_empty()).then_some(File { content: Content::Text(text), mode: 0o644, uid: 0, gid: 0 });
    files::set(state, handle, &path, new)
}

/// Every file of routes of a container, as flat entries.
pub(super) fn read(state: &State, instance: &Instance) -> BTreeMap<String, BTreeMap<String, Value>> {
    let in_layer =
        instance.container.files.keys().filter_map(|path| path.strip_prefix(DIRECTORY)?.strip_prefix('/'));
    let volume = instance.container.volumes.get(DIRECTORY).and_then(|m| state.volumes.get(&m.volume));
    let in_volume = volume.into_iter().flat_map(|v| v.thing.files.keys().map(String::as_str));
    in_layer
        .chain(in_volume)
        .filter(|name| is_watched(name))
        .map(|name| (name.to_owned(), entries(files::get(state, instance, &format!("{DIRECTORY}/{name}")))))
        .collect()
}

/// Traefik reads the files of the directory itself, by their ending; ours end in `.yml`.
fn is_watched(name: &str) -> bool {
    name.strip_suffix(".yml")
        .is_some_and(|stem| !stem.starts_with('.') && !stem.is_empty() && !stem.contains('/'))
}

/// What cannot be parsed, Traefik cannot read either: it has no entries.
fn entries(file: Option<&File>) -> BTreeMap<String, Value> {
    let Some(Content::Text(text)) = file.map(|f| &f.content) else { return BTreeMap::new() };
    let sections: BTreeMap<String, BTreeMap<String, BTreeMap<String, Value>>> =
        serde_json::from_str(text).unwrap_or_default();
    let mut entries = BTreeMap::new();
    for (section, kinds) in sections {
        for (kind, names) in kinds {
            entries
                .extend(names.into_iter().map(|(name, value)| (format!("{section}.{kind}.{name}"), value)));
        }
    }
    entries
}

/// The file's text, refused where Traefik would run a part of it as a template.
fn text(entries: &BTreeMap<String, Value>) -> Result<String, Error> {
    let mut sections: BTreeMap<&str, BTreeMap<&str, Map<String, Value>>> = BTreeMap::new();
    for (key, value) in entries {
        let mut parts = key.splitn(3, '.');
        let (Some(section), Some(kind), Some(name)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Error::new(ErrorKind::Invalid, format!("{key} is not `section.kind.name`")));
        };
        if is_template(key) || texts(value).any(is_template) {
            return Err(Error::new(ErrorKind::Invalid, format!("{key}: `{{{{` would be run as a template")));
        }
        sections.entry(section).or_default().entry(kind).or_default().insert(name.to_owned(), value.clone());
    }
    serde_json::to_string_pretty(&sections)
        .map_err(|error| Error::new(ErrorKind::Invalid, format!("routes cannot be written: {error}")))
}

fn is_template(text: &str) -> bool {
    text.contains("{{")
}

/// Every text in a value, keys too.
fn texts(value: &Value) -> Box<dyn Iterator<Item = &str> + '_> {
    match value {
        Value::String(text) => Box::new(std::iter::once(text.as_str())),
        Value::Array(items) => Box::new(items.iter().flat_map(texts)),
        Value::Object(fields) => {
            Box::new(fields.iter().flat_map(|(key, value)| std::iter::once(key.as_str()).chain(texts(value))))
        }
        _ => Box::new(std::iter::empty()),
    }
}

/// The declaration that an entry belongs to: `http.routers.site-globex.rate` is `site.globex`'s.
pub(super) fn owner(entry: &str) -> ObjectId {
    let name = entry.splitn(3, '.').nth(2).unwrap_or_default();
    let base = name.split('.').next().unwrap_or_default();
    let of = match base.split_once('-') {
        Some((kind, id)) if !kind.is_empty() && !id.is_empty() => format!("{kind}.{id}"),
        _ => format!("unknown.{base}"),
    };
    ObjectId::new(of, ObjectKind::Route, "")
}
