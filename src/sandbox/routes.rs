//! Traefik's dynamic files: in the directory that Traefik's container watches, in the form that Traefik reads (JSON is
//! YAML).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::state::{Instance, State, Stored, Tracked};
use super::{containers, files};
use crate::desired::content::Content;
use crate::desired::docker::File;
use crate::provider::host::Output;
use crate::provider::traefik::dynamic::{self, Entries, is_watched};
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
    dynamic::safe(set).map_err(|why| Error::new(ErrorKind::Invalid, format!("{file}: {why}")))?;
    let instance = state.containers.get(handle).map(|c| &*c.thing);
    let mount = instance.and_then(|instance| instance.container.volumes.get(DYNAMIC)).cloned();
    let Some(mount) = mount else { return in_layer(state, handle, file, set, remove) };
    if mount.read_only {
        return Err(Error::new(ErrorKind::Other, format!("write {DYNAMIC}/{file}: read-only file system")));
    }
    let Some(volume) = state.volumes.get_mut(&mount.volume) else {
        return Err(Error::new(ErrorKind::NotFound, format!("there is no volume {}", mount.volume)));
    };
    let entries = entries(&mut volume.thing, file)?;
    for key in remove {
        entries.remove(key);
    }
    for (key, value) in set {
        entries.insert(key.clone(), value.clone());
    }
    Ok(())
}

/// Without a volume the files lie in the container, and go with it.
fn in_layer(
    state: &mut State,
    handle: &str,
    name: &str,
    set: &BTreeMap<String, Value>,
    remove: &BTreeSet<String>,
) -> Result<(), Error> {
    let path = format!("{DYNAMIC}/{name}");
    let instance = state.containers.get(handle).map(|c| &*c.thing);
    let mut entries = match instance.and_then(|instance| files::get(state, instance, &path)) {
        Some(file) => parsed(file).map_err(|why| broken(name, &why))?,
        None => Entries::new(),
    };
    entries.retain(|key, _| !remove.contains(key));
    entries.extend(set.clone());
    files::set(state, handle, &path, (!entries.is_empty()).then(|| file(&entries)))
}

/// The entries of a file of a volume, which are taken apart where they were not yet.
fn entries<'s>(volume: &'s mut Stored, name: &str) -> Result<&'s mut Tracked<String, Value>, Error> {
    if let Some(file) = volume.files.get(name) {
        let entries = parsed(file).map_err(|why| broken(name, &why))?;
        volume.files.remove(name);
        volume.routes.insert(name.to_owned(), entries.into());
    }
    Ok(volume.routes.entry(name.to_owned()).or_default())
}

/// What cannot be read may hold anybody's routes.
fn broken(name: &str, why: &str) -> Error {
    Error::new(ErrorKind::Conflict, dynamic::broken(name, why)).advise(dynamic::WAY_OUT)
}

/// Every file of routes of a container, as flat entries; or why it cannot be read.
pub(super) fn read(state: &State, instance: &Instance) -> BTreeMap<String, Result<Entries, String>> {
    let in_layer = instance.container.files.iter();
    let in_layer =
        in_layer.filter_map(|(path, file)| Some((path.strip_prefix(DYNAMIC)?.strip_prefix('/')?, file)));
    let volume = instance.container.volumes.get(DYNAMIC).and_then(|m| state.volumes.get(&m.volume));
    let volume = volume.map(|volume| &volume.thing);
    let in_volume = volume.into_iter().flat_map(|v| v.files.iter().map(|(name, file)| (name.as_str(), file)));
    let files = in_layer.chain(in_volume).filter(|(name, _)| is_watched(name));
    let apart = volume.into_iter().flat_map(|v| &v.routes).filter(|(_, entries)| !entries.is_empty());
    let apart = apart.map(|(name, entries)| (name.clone(), Ok(BTreeMap::clone(entries))));
    // A file of that name was put there by hand, and hides what was.
    apart.chain(files.map(|(name, file)| (name.to_owned(), parsed(file)))).collect()
}

fn parsed(file: &File) -> Result<Entries, String> {
    match &file.content {
        Content::Text(text) => dynamic::parse(text.as_bytes()),
        _ => Err("it holds a secret".to_owned()),
    }
}

/// The entries of a file that is just as we write it: of another one nothing may be lost.
pub(super) fn taken_apart(name: &str, of: &File) -> Option<Entries> {
    let Content::Text(text) = &of.content else { return None };
    if !is_watched(name) {
        return None;
    }
    let sections: BTreeMap<String, BTreeMap<String, Map<String, Value>>> = serde_json::from_str(text).ok()?;
    let entries = sections.into_iter().flat_map(|(section, kinds)| {
        kinds.into_iter().flat_map(move |(kind, names)| {
            let section = section.clone();
            names.into_iter().map(move |(name, value)| (format!("{section}.{kind}.{name}"), value))
        })
    });
    let entries: Entries = entries.collect();
    (!entries.is_empty() && file(&entries) == *of).then_some(entries)
}

/// The file of entries: JSON, which is YAML.
pub(super) fn file(entries: &Entries) -> File {
    let mut sections: BTreeMap<&str, BTreeMap<&str, BTreeMap<&str, &Value>>> = BTreeMap::new();
    for (key, value) in entries {
        let mut parts = key.splitn(3, '.');
        // Entries without a kind or a name are never taken in.
        let (section, kind, name) = (parts.next(), parts.next(), parts.next());
        let of = sections.entry(section.unwrap_or_default()).or_default();
        of.entry(kind.unwrap_or_default()).or_default().insert(name.unwrap_or_default(), value);
    }
    let text = serde_json::to_string_pretty(&sections).unwrap_or_default();
    File { content: Content::Text(text), mode: 0o644, uid: 0, gid: 0 }
}
