//! Traefik's dynamic files: in the directory that Traefik's container watches, in the form that Traefik reads (JSON is
//! YAML).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::state::{Instance, State};
use super::{containers, files};
use crate::desired::content::Content;
use crate::desired::docker::File;
use crate::provider::host::Output;
use crate::provider::traefik::dynamic::{self, Entries};
use crate::provider::traefik::lower::DYNAMIC;
use crate::provider::{Error, ErrorKind};

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
    let path = format!("{DYNAMIC}/{file}");
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
pub(super) fn read(state: &State, instance: &Instance) -> BTreeMap<String, Entries> {
    let in_layer =
        instance.container.files.keys().filter_map(|path| path.strip_prefix(DYNAMIC)?.strip_prefix('/'));
    let volume = instance.container.volumes.get(DYNAMIC).and_then(|m| state.volumes.get(&m.volume));
    let in_volume = volume.into_iter().flat_map(|v| v.thing.files.keys().map(String::as_str));
    in_layer
        .chain(in_volume)
        .filter(|name| is_watched(name))
        .map(|name| (name.to_owned(), entries(files::get(state, instance, &format!("{DYNAMIC}/{name}")))))
        .collect()
}

/// Traefik reads the files of the directory itself, by their ending; ours end in `.yml`.
fn is_watched(name: &str) -> bool {
    name.strip_suffix(".yml")
        .is_some_and(|stem| !stem.starts_with('.') && !stem.is_empty() && !stem.contains('/'))
}

/// What cannot be parsed, Traefik cannot read either: it has no entries.
fn entries(file: Option<&File>) -> Entries {
    match file.map(|f| &f.content) {
        Some(Content::Text(text)) => dynamic::parse(text.as_bytes()).unwrap_or_default(),
        _ => Entries::new(),
    }
}

/// The file's text: JSON, which is YAML.
fn text(entries: &Entries) -> Result<String, Error> {
    let invalid = |why: String| Error::new(ErrorKind::Invalid, why);
    dynamic::safe(entries).map_err(invalid)?;
    let mut sections: BTreeMap<&str, BTreeMap<&str, Map<String, Value>>> = BTreeMap::new();
    for (key, value) in entries {
        let mut parts = key.splitn(3, '.');
        let (Some(section), Some(kind), Some(name)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(invalid(format!("{key} is not `section.kind.name`")));
        };
        sections.entry(section).or_default().entry(kind).or_default().insert(name.to_owned(), value.clone());
    }
    serde_json::to_string_pretty(&sections)
        .map_err(|error| invalid(format!("routes cannot be written: {error}")))
}
