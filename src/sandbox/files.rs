//! Files in a sandbox's containers: in the volume that is mounted above them, else in the container's own layer.

use std::collections::{BTreeMap, BTreeSet};

use super::containers;
use super::state::{Instance, State};
use crate::desired::content::Content;
use crate::desired::docker::File;
use crate::provider::host::{Cx, Output};
use crate::provider::{Error, ErrorKind};

/// Where a path of a container leads.
enum Place {
    /// Below the root of a volume.
    Volume { name: String, path: String, read_only: bool },
    /// Its own layer.
    Layer,
}

fn place(instance: &Instance, path: &str) -> Place {
    let mounts = instance.container.volumes.iter();
    let inside = mounts.filter_map(|(target, mount)| {
        let rest = path.strip_prefix(target.trim_end_matches('/'))?.strip_prefix('/')?;
        Some((target.len(), mount, rest))
    });
    match inside.max_by_key(|(length, ..)| *length) {
        Some((_, mount, rest)) => {
            Place::Volume { name: mount.volume.clone(), path: rest.to_owned(), read_only: mount.read_only }
        }
        None => Place::Layer,
    }
}

/// One file, as it lies there.
pub(super) fn get<'s>(state: &'s State, instance: &'s Instance, path: &str) -> Option<&'s File> {
    match place(instance, path) {
        Place::Volume { name, path, .. } => state.volumes.get(&name)?.thing.files.get(&path),
        Place::Layer => instance.container.files.get(path),
    }
}

/// Puts or removes one file of a container, which is known to be there.
pub(super) fn set(state: &mut State, handle: &str, path: &str, file: Option<File>) -> Result<(), Error> {
    let nothing = || Error::new(ErrorKind::NotFound, format!("there is no container {handle}"));
    let id = state.container_id(handle).ok_or_else(nothing)?.to_owned();
    let seen = state.containers.get(&id).ok_or_else(nothing)?;
    match place(&seen.thing, path) {
        Place::Volume { read_only: true, .. } => {
            return Err(Error::new(ErrorKind::Other, format!("write {path}: read-only file system")));
        }
        Place::Volume { name, path, .. } => match (state.volumes.get_mut(&name), file) {
            (None, _) => {
                return Err(Error::new(ErrorKind::NotFound, format!("there is no volume {name}")));
            }
            (Some(volume), Some(file)) => volume.thing.files.insert(path, file),
            (Some(volume), None) => volume.thing.files.remove(&path),
        },
        Place::Layer => {
            let Some(seen) = state.containers.get_mut(&id) else { return Ok(()) };
            match file {
                Some(file) => seen.thing.container.files.insert(path.to_owned(), file),
                None => seen.thing.container.files.remove(path),
            }
        }
    };
    Ok(())
}

/// Secrets are opened, as a real host needs them open, and only their fingerprints are kept.
pub(super) fn put(
    state: &mut State,
    cx: Cx<'_>,
    handle: &str,
    files: &BTreeMap<String, File>,
) -> Result<Output, Error> {
    containers::ours(state, cx.fleet, handle, "put files")?;
    let mut sealed = Vec::new();
    for (path, file) in files {
        let content = match &file.content {
            Content::Text(text) => Content::Text(text.clone()),
            other => match other.open(cx.opener) {
                Ok(bytes) => Content::Sealed(cx.opener.fingerprint(bytes.expose())),
                Err(error) => {
                    let why = format!("{path} holds a secret that cannot be opened: {error}");
                    return Err(Error::new(ErrorKind::SecretUnopened, why));
                }
            },
        };
        sealed.push((path, File { content, ..file.clone() }));
    }
    for (path, file) in sealed {
        set(state, handle, path, Some(file))?;
    }
    Ok(Output::default())
}

pub(super) fn remove(
    state: &mut State,
    fleet: &str,
    handle: &str,
    paths: &BTreeSet<String>,
) -> Result<Output, Error> {
    running(containers::ours(state, fleet, handle, "remove files")?)?;
    for path in paths {
        set(state, handle, path, None)?;
    }
    Ok(Output::default())
}

/// Commands run in running containers only.
pub(super) fn running(instance: &Instance) -> Result<(), Error> {
    if instance.is_running() {
        return Ok(());
    }
    let why = format!("container {} is not running", instance.container.name);
    Err(Error::new(ErrorKind::Conflict, why))
}
