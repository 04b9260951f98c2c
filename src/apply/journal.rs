//! What earlier runs did, a line of JSON each: the intent before a call, its outcome after. Advisory history, never
//! read as truth: what is there is seen by looking.

mod read;
mod record;
mod writer;

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use tokio::sync::oneshot;

use crate::provider::{Error, ErrorKind};
use crate::world::refuse_pipe;

pub use read::{History, Intent, LoggedRun, LoggedStep, read};
pub use record::Record;
pub(in crate::apply) use record::now;

/// A journal larger than this is moved aside when the next line is written; the one before it goes.
pub const LIMIT: u64 = 8 * 1024 * 1024;

/// Where a fleet's journal is, below the state directory (`$XDG_STATE_HOME/tenantry`).
#[must_use]
pub fn path(state: &Path, fleet: &str) -> PathBuf {
    state.join(fleet).join("journal.jsonl")
}

/// Where the one before it is.
#[must_use]
pub fn old_path(path: &Path) -> PathBuf {
    path.with_extension("old.jsonl")
}

/// A journal that is written. Writers that come while a line is on its way to the disk share the next trip.
#[derive(Debug)]
pub struct Journal {
    lines: mpsc::Sender<Line>,
}

/// A line, and who waits for it.
struct Line {
    bytes: Vec<u8>,
    /// Whether it must be on the disk, or is the system's to bring there.
    synced: bool,
    done: oneshot::Sender<Result<(), Error>>,
}

impl Journal {
    /// Opens or begins the journal of a fleet.
    ///
    /// # Errors
    /// When the file cannot be made or opened.
    pub fn open(state: &Path, fleet: &str) -> Result<Self, Error> {
        let path = path(state, fleet);
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory).map_err(|e| failed(&path, &e))?;
        }
        Self::at(path)
    }

    /// Opens or begins a journal at a path.
    ///
    /// # Errors
    /// When the file cannot be made or opened.
    pub fn at(path: PathBuf) -> Result<Self, Error> {
        let file = append(&path).map_err(|e| failed(&path, &e))?;
        let (lines, inbox) = mpsc::channel();
        let told = path.clone();
        // A thread of its own: syncing blocks, and the runner's thread must stay free.
        std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || writer::run(&path, file, &inbox))
            .map_err(|e| failed(&told, &e))?;
        Ok(Self { lines })
    }

    /// Writes a record and returns when it is in the file, where a later process finds it; begin, end and failures when they are
    /// on the disk. What a power cut takes of the rest is history that nothing is decided by.
    ///
    /// # Errors
    /// [`ErrorKind::NoSpace`] on a full disk, or what the system said.
    pub async fn write(&self, record: &Record) -> Result<(), Error> {
        self.send(record)
            .await
            .unwrap_or_else(|_| Err(Error::new(ErrorKind::Other, "the journal's writer has ended")))
    }

    /// Hands a record over; it is in the file before any record that is handed over later.
    pub(super) fn send(&self, record: &Record) -> oneshot::Receiver<Result<(), Error>> {
        let (done, answer) = oneshot::channel();
        match serde_json::to_vec(record) {
            Ok(mut bytes) => {
                bytes.push(b'\n');
                // When the writer is gone the line is dropped, and `answer` says so.
                let _ = self.lines.send(Line { bytes, synced: record.is_synced(), done });
            }
            Err(error) => {
                let _ = done
                    .send(Err(Error::new(ErrorKind::Other, format!("cannot write the journal: {error}"))));
            }
        }
        answer
    }
}

fn append(path: &Path) -> io::Result<File> {
    refuse_pipe(path)?;
    OpenOptions::new().create(true).append(true).open(path)
}

fn failed(path: &Path, error: &io::Error) -> Error {
    let message = format!("cannot write the journal {}: {error}", path.display());
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Error::new(ErrorKind::NoSpace, message)
            .advise("make room on this machine's disk, then run it again"),
        io::ErrorKind::PermissionDenied => Error::new(ErrorKind::Denied, message),
        _ => Error::new(ErrorKind::Other, message),
    }
}
