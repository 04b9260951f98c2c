//! Changes entries in one of Traefik's files: atomically for Traefik, which reads the whole directory at every change.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::dynamic::{self, Entries};
use super::lower::DYNAMIC;
use super::{await_routes, render};
use crate::provider::inside::{Inside, Script, Stored};
use crate::provider::{Error, ErrorKind, Output};

/// What is to change in a file.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    /// Its name in the directory.
    pub file: &'a str,
    /// Entries to set.
    pub set: &'a BTreeMap<String, Value>,
    /// Entries to remove.
    pub remove: &'a BTreeSet<String>,
}

/// Makes the change and waits until Traefik has it. `container` is a running Traefik of ours; `mark` marks execs.
///
/// # Errors
/// When an entry is not fit for Traefik's files, the file could not be written, or Traefik does not take it.
pub async fn routes(
    inside: &dyn Inside,
    container: &str,
    mark: &str,
    change: Change<'_>,
) -> Result<Output, Error> {
    let file = change.file;
    if file.contains('\0') || !dynamic::is_watched(file) {
        return Err(Error::new(ErrorKind::Invalid, format!("{file} is no name for a file of routes")));
    }
    let path = format!("{DYNAMIC}/{file}");
    let stored = inside.get(container, &path).await?.and_then(|mut files| files.remove(&path));
    let known = stored.map(|stored| parsed(file, &stored)).transpose()?;
    let mut entries = known.clone().unwrap_or_default();
    entries.retain(|key, _| !change.remove.contains(key));
    entries.extend(change.set.clone());
    dynamic::safe(&entries).map_err(|why| Error::new(ErrorKind::Invalid, format!("{file}: {why}")))?;

    if entries.is_empty() {
        run(inside, container, mark, "rm -f -- \"$1\"", &[path]).await?;
    } else if known.as_ref() != Some(&entries) {
        write(inside, container, mark, file, &entries).await?;
    } else {
        // As it should be; Traefik looks again, in case it missed it.
        run(inside, container, mark, "touch -- \"$1\"", &[path]).await?;
    }
    let gone = gone(inside, container, change).await?;
    await_routes::settled(inside, container, mark, Change { remove: &gone, ..change }).await?;
    Ok(Output::default())
}

/// What Traefik must lose: not what another file has as well, as where a route has moved.
async fn gone(inside: &dyn Inside, container: &str, change: Change<'_>) -> Result<BTreeSet<String>, Error> {
    let mut gone = change.remove.clone();
    for (path, stored) in inside.get(container, DYNAMIC).await?.unwrap_or_default() {
        let name = path.rsplit('/').next().unwrap_or_default();
        if name == change.file || !dynamic::is_watched(name) {
            continue;
        }
        match parsed(name, &stored) {
            Ok(entries) => gone.retain(|key| !entries.contains_key(key)),
            // Before it is YAML Traefik runs it as a template, which ours never are.
            Err(_) if !dynamic::is_ours(name) && stored.bytes.windows(2).any(|two| two == b"{{") => {}
            Err(error) => return Err(error),
        }
    }
    Ok(gone)
}

/// A file's entries. What cannot be read may hold anybody's routes, and Traefik takes no file beside it.
fn parsed(file: &str, stored: &Stored) -> Result<Entries, Error> {
    dynamic::parse(&stored.bytes)
        .map_err(|why| Error::new(ErrorKind::Conflict, dynamic::broken(file, &why)).advise(dynamic::WAY_OUT))
}

/// Under a name that Traefik does not look at, then in one move to its own.
async fn write(
    inside: &dyn Inside,
    container: &str,
    mark: &str,
    file: &str,
    entries: &Entries,
) -> Result<(), Error> {
    let temporary = format!("{DYNAMIC}/.{file}.tmp");
    let bytes = render::file(entries).into_bytes();
    let stored = Stored { bytes, mode: 0o644, uid: 0, gid: 0 };
    inside.put(container, BTreeMap::from([(temporary.clone(), stored)])).await?;
    let script = "sync \"$1\" 2>/dev/null; mv -f -- \"$1\" \"$2\"";
    run(inside, container, mark, script, &[temporary, format!("{DYNAMIC}/{file}")]).await
}

async fn run(
    inside: &dyn Inside,
    container: &str,
    mark: &str,
    text: &str,
    arguments: &[String],
) -> Result<(), Error> {
    let script = Script { user: Some("0"), ..Script::new(text, arguments) };
    let said = inside.exec(container, mark, script).await?;
    if said.code == 0 {
        return Ok(());
    }
    Err(Error::new(ErrorKind::ExecFailed, format!("write routes: {}", said.complaint())))
}
