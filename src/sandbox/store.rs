//! Where a sandbox's world is kept: in memory, or in a file that is replaced whole after each call.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::state::{State, VERSION};
use crate::provider::{Error, ErrorKind};

/// The world, and its file where it has one.
#[derive(Debug, Default)]
pub(super) struct Store {
    file: Option<PathBuf>,
    state: State,
    /// How the file was when `state` was read from it or written to it.
    seen: Option<Stamp>,
}

/// Tells whether another process has replaced the file.
type Stamp = (Option<SystemTime>, u64);

impl Store {
    /// A world in memory.
    pub(super) fn memory(state: State) -> Self {
        Self { file: None, state, seen: None }
    }

    /// A world in a file; where there is no file it is empty.
    pub(super) fn file(path: PathBuf) -> Self {
        Self { file: Some(path), state: State::default(), seen: None }
    }

    /// The file.
    pub(super) fn path(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// The world as it is now.
    ///
    /// # Errors
    /// When its file is there and is not a world: that is never an empty one.
    pub(super) fn read(&mut self) -> Result<&State, Error> {
        if let Some(path) = &self.file {
            let now = stamp(path).map_err(|e| failed("read", path, &e))?;
            if now.is_none() {
                self.state = State::default();
            } else if now != self.seen {
                self.state = load(path)?;
            }
            self.seen = now;
        }
        Ok(&self.state)
    }

    /// Changes the world. What `change` did holds even where it failed, as on a real engine; when it cannot be
    /// written it is undone, and that is the error.
    ///
    /// # Errors
    /// What `change` said, or that the file could not be written.
    pub(super) fn change<T>(
        &mut self,
        change: impl FnOnce(&mut State) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut next = self.read()?.clone();
        let result = change(&mut next);
        if next != self.state {
            if let Some(path) = &self.file {
                save(path, &next).map_err(|e| failed("write", path, &e))?;
                self.seen = stamp(path).ok().flatten();
            }
            self.state = next;
        }
        result
    }
}

fn stamp(path: &Path) -> io::Result<Option<Stamp>> {
    match fs::metadata(path) {
        Ok(meta) => Ok(Some((meta.modified().ok(), meta.len()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn load(path: &Path) -> Result<State, Error> {
    #[expect(clippy::disallowed_methods, reason = "the one place where a sandbox's world is read")]
    let bytes = fs::read(path).map_err(|e| failed("read", path, &e))?;
    let broken = |why: String| {
        Error::new(ErrorKind::Other, format!("the sandbox's file {} is no world: {why}", path.display()))
            .advise("it is the sandbox itself: put it back, or remove it to begin with an empty one")
    };
    let state: State = serde_json::from_slice(&bytes).map_err(|error| broken(error.to_string()))?;
    if state.version != VERSION {
        return Err(broken(format!("its version is {}, this is {VERSION}", state.version)));
    }
    Ok(state)
}

/// Under another name first: a crash leaves the old world or the new one.
fn save(path: &Path, state: &State) -> io::Result<()> {
    let directory = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(directory)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".tmp");
    let temporary = directory.join(name);
    let written = write(&temporary, state).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // A part of a world is nothing; that it could not be written is what is told.
        let _ = fs::remove_file(&temporary);
        return written;
    }
    File::open(directory)?.sync_all()
}

fn write(path: &Path, state: &State) -> io::Result<()> {
    let bytes = serde_json::to_vec_pretty(state)?;
    let mut file = File::create(path)?;
    file.write_all(&bytes)?;
    file.sync_all()
}

fn failed(what: &str, path: &Path, error: &io::Error) -> Error {
    let message = format!("cannot {what} the sandbox's file {}: {error}", path.display());
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Error::new(ErrorKind::NoSpace, message).advise("make room on the disk; nothing was changed")
        }
        io::ErrorKind::PermissionDenied => Error::new(ErrorKind::Denied, message),
        _ => Error::new(ErrorKind::Other, message),
    }
}
