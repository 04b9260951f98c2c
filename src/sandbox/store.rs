//! Where a sandbox's world is kept: in memory, or in a file. The file begins with a whole world; each call that changes
//! it appends a line with what it changed, and when the lines have become more than the world they follow, the world is
//! written anew.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::delta::{Delta, Machine};
use super::state::{State, VERSION};
use crate::provider::{Error, ErrorKind};
use crate::world::refuse_pipe;

/// Fewer bytes of lines are never worth a new world.
const FEW: u64 = 1 << 20;

/// The world, and its file where it has one.
#[derive(Debug, Default)]
pub(super) struct Store {
    file: Option<PathBuf>,
    state: State,
    /// What of `state` is in the file and is not told by its maps.
    machine: Machine,
    /// How the file was when `state` was read from it or written to it.
    seen: Option<Stamp>,
    layout: Layout,
    /// Open for lines.
    open: Option<Arc<File>>,
}

/// Tells whether another process has written or replaced the file.
type Stamp = (Option<SystemTime>, u64, u64);

/// Where in the file something ends.
#[derive(Debug, Clone, Copy, Default)]
struct Layout {
    /// The world that it begins with.
    world: u64,
    /// The last whole line. What follows was torn by a crash: nobody was told that it is done.
    lines: u64,
    /// Whether a line can begin there.
    is_ended: bool,
}

/// What must reach the disk before a change counts as done; `None` where it has.
pub(super) type Unsynced = Option<Arc<File>>;

impl Store {
    /// A world in memory.
    pub(super) fn memory(state: State) -> Self {
        Self { state, ..Self::default() }
    }

    /// A world in a file; where there is no file it is empty.
    pub(super) fn file(path: PathBuf) -> Self {
        Self { file: Some(path), ..Self::default() }
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
            if now.is_none() || now != self.seen {
                (self.state, self.layout) = match now {
                    None => (State::default(), Layout::default()),
                    Some(_) => load(path)?,
                };
                self.open = None;
                // What was read needs no writing.
                drop(Delta::take(&mut self.state, &Machine::default()));
                self.machine = Machine::of(&self.state);
            }
            self.seen = now;
        }
        Ok(&self.state)
    }

    /// Changes the world. What `change` did holds even where it failed, as on a real engine; when it cannot be
    /// written it is undone, and that is the error. It is done when what is returned beside its result is synced.
    ///
    /// # Errors
    /// That the file could not be read or written.
    pub(super) fn change<T>(&mut self, change: impl FnOnce(&mut State) -> T) -> Result<(T, Unsynced), Error> {
        self.read()?;
        let result = change(&mut self.state);
        let Some(path) = self.file.clone() else { return Ok((result, None)) };
        let delta = Delta::take(&mut self.state, &self.machine);
        if delta.is_empty() {
            return Ok((result, None));
        }
        if let Some(machine) = delta.machine() {
            self.machine = machine;
        }
        match self.write(&path, &delta) {
            Ok(unsynced) => Ok((result, unsynced)),
            Err(error) => {
                self.forget();
                Err(failed("write", &path, &error))
            }
        }
    }

    /// Something came between: what is in the file counts.
    pub(super) fn forget(&mut self) {
        self.seen = None;
        self.open = None;
    }

    fn write(&mut self, path: &Path, delta: &Delta) -> io::Result<Unsynced> {
        let Layout { world, lines, .. } = self.layout;
        if self.seen.is_none() || lines - world > world.max(FEW) {
            let length = save(path, &self.state)?;
            self.layout = Layout { world: length, lines: length, is_ended: true };
            self.open = None;
            self.seen = stamp(path)?;
            return Ok(None);
        }
        let mut line = if self.layout.is_ended { Vec::new() } else { vec![b'\n'] };
        serde_json::to_writer(&mut line, delta)?;
        line.push(b'\n');
        let file = match &self.open {
            Some(file) => Arc::clone(file),
            None => Arc::new(OpenOptions::new().append(true).open(path)?),
        };
        if file.metadata()?.len() != lines {
            file.set_len(lines)?;
        }
        if let Err(error) = (&*file).write_all(&line) {
            // Half a line is nothing, also where this fails.
            let _ = file.set_len(lines);
            return Err(error);
        }
        self.layout.lines += u64::try_from(line.len()).unwrap_or_default();
        self.layout.is_ended = true;
        self.open = Some(Arc::clone(&file));
        self.seen = stamp(path)?;
        Ok(Some(file))
    }
}

fn stamp(path: &Path) -> io::Result<Option<Stamp>> {
    match fs::metadata(path) {
        Ok(meta) => Ok(Some((meta.modified().ok(), meta.len(), meta.ino()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn load(path: &Path) -> Result<(State, Layout), Error> {
    refuse_pipe(path).map_err(|e| failed("read", path, &e))?;
    #[expect(clippy::disallowed_methods, reason = "the one place where a sandbox's world is read")]
    let bytes = fs::read(path).map_err(|e| failed("read", path, &e))?;
    parse(&bytes).map_err(|why| {
        Error::new(ErrorKind::Other, format!("the sandbox's file {} is no world: {why}", path.display()))
            .advise("it is the sandbox itself: put it back, or remove it to begin with an empty one")
    })
}

fn parse(bytes: &[u8]) -> Result<(State, Layout), String> {
    let mut values = serde_json::Deserializer::from_slice(bytes).into_iter::<State>();
    let mut state = match values.next() {
        Some(state) => state.map_err(|error| error.to_string())?,
        None => return Err("it is empty".to_owned()),
    };
    if state.version != VERSION {
        return Err(format!("its version is {}, this is {VERSION}", state.version));
    }
    let world = values.byte_offset();
    let rest = bytes.get(world..).unwrap_or_default();
    let (lines, torn) = match rest.iter().rposition(|byte| *byte == b'\n') {
        Some(end) => rest.split_at(end + 1),
        None => (&[][..], rest),
    };
    if lines.is_empty() && !torn.is_empty() {
        return Err("something follows the world in its last line".to_owned());
    }
    let mut end = world;
    let mut each = lines.split_inclusive(|byte| *byte == b'\n').peekable();
    while let Some(line) = each.next() {
        // A machine that lost its power can leave a line of which a part never reached the disk.
        if each.peek().is_none() && line.contains(&0) {
            break;
        }
        if line != b"\n" {
            let delta: Delta = serde_json::from_slice(line)
                .map_err(|error| format!("the line at byte {end} is no change of it: {error}"))?;
            delta.apply(&mut state);
        }
        end += line.len();
    }
    let offset = |at: usize| u64::try_from(at).unwrap_or_default();
    Ok((state, Layout { world: offset(world), lines: offset(end), is_ended: end > world }))
}

/// Under another name first: a crash leaves the old world or the new one. Returns its length.
fn save(path: &Path, state: &State) -> io::Result<u64> {
    let directory = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(directory)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".tmp");
    let temporary = directory.join(name);
    let written = write(&temporary, state).and_then(|length| fs::rename(&temporary, path).map(|()| length));
    if written.is_err() {
        // A part of a world is nothing; that it could not be written is what is told.
        let _ = fs::remove_file(&temporary);
        return written;
    }
    File::open(directory)?.sync_all()?;
    written
}

fn write(path: &Path, state: &State) -> io::Result<u64> {
    let mut bytes = serde_json::to_vec_pretty(state)?;
    bytes.push(b'\n');
    let mut file = File::create(path)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    Ok(u64::try_from(bytes.len()).unwrap_or_default())
}

/// That the file could not be read or written.
pub(super) fn failed(what: &str, path: &Path, error: &io::Error) -> Error {
    let message = format!("cannot {what} the sandbox's file {}: {error}", path.display());
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Error::new(ErrorKind::NoSpace, message).advise("make room on the disk; nothing was changed")
        }
        io::ErrorKind::PermissionDenied => Error::new(ErrorKind::Denied, message),
        _ => Error::new(ErrorKind::Other, message),
    }
}
