//! What waits to be applied, and what is being applied: one place for each, so that a newer push takes the place of one that waits and
//! never of one that is under way. Everything is on disk; a worker that dies leaves word of what it was doing.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Leave, file};
use crate::world::git::GitError;

/// The most earlier runs of which something is kept.
const KEPT: usize = 100;

/// One push, to be applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Its number in this repository and what it is of; sorts as they came.
    pub id: String,
    /// 40 hexadecimal digits.
    pub commit: String,
    /// Who pushed.
    pub by: String,
    /// When, RFC 3339.
    pub at: String,
    /// What the pusher asked for.
    pub leave: Leave,
}

impl Ticket {
    /// What is said of one whose worker died.
    #[must_use]
    pub fn interrupted(&self) -> String {
        format!(
            "Applying {} of {} ({}) was interrupted: the machine or the worker stopped. What it did is seen by looking; going on from there.",
            self.short(),
            self.by,
            self.at
        )
    }

    /// The first seven digits of its commit.
    #[must_use]
    pub fn short(&self) -> &str {
        self.commit.get(..7).unwrap_or(&self.commit)
    }
}

/// How a ticket ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// It was applied, with this exit code; `None` when `apply` was killed.
    Ran(Option<i32>),
    /// A newer one took its place.
    Superseded(Box<Ticket>),
    /// The worker, or its machine, stopped.
    Interrupted,
}

/// What became of a ticket that was put into the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queued {
    /// The one whose place it took, or the newer one that makes it needless: then it is itself the one that was superseded.
    pub superseded: Option<Ticket>,
    /// What is being applied.
    pub running: Option<Ticket>,
}

/// The queue of a repository.
#[derive(Debug, Clone)]
pub struct Queue {
    directory: PathBuf,
}

impl Queue {
    /// The queue in the directory `tenantry` of a repository.
    #[must_use]
    pub fn of(repository: &Path) -> Self {
        Self { directory: repository.join("tenantry") }
    }

    /// Where journals and sandboxes of what the hooks apply are kept.
    #[must_use]
    pub fn state(&self) -> PathBuf {
        self.directory.join("state")
    }

    /// A ticket with the next number.
    ///
    /// # Errors
    /// When the directory cannot be written.
    pub fn ticket(&self, commit: &str, by: &str, leave: Leave) -> io::Result<Ticket> {
        fs::create_dir_all(self.directory.join("runs"))?;
        let _lock = self.lock()?;
        let path = self.directory.join("number");
        let written = file::read_text(&path)?.and_then(|text| text.trim().parse::<u64>().ok());
        // Where it was lost, what is kept says how far it had come.
        let last = match written {
            Some(number) => number,
            None => self.runs()?.iter().filter_map(|id| numbered(id)).max().unwrap_or(0),
        };
        let number = last + 1;
        file::replace_text(&path, &number.to_string())?;
        let short = commit.get(..7).unwrap_or(commit);
        Ok(Ticket {
            // Those of earlier versions began with a year.
            id: format!("r{number:08}-{short}"),
            commit: commit.to_owned(),
            by: by.to_owned(),
            at: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            leave,
        })
    }

    /// Puts a ticket into the queue; one that is there, or was, is left alone. `descends(a, b)` says whether commit `a` has `b` in its history.
    ///
    /// # Errors
    /// When the directory cannot be written.
    pub fn enqueue(&self, ticket: &Ticket, descends: &dyn Fn(&str, &str) -> bool) -> io::Result<Queued> {
        fs::create_dir_all(self.directory.join("runs"))?;
        let _lock = self.lock()?;
        let (waiting, running) = (self.waiting()?, self.running()?);
        let is_it = |other: &Option<Ticket>| other.as_ref().is_some_and(|other| other.id == ticket.id);
        if is_it(&waiting) || is_it(&running) || self.ended(ticket)?.is_some() {
            return Ok(Queued {
                superseded: None,
                running: running.filter(|running| running.id != ticket.id),
            });
        }
        // Two hooks at once come in any order; the order of the commits is the order of the pushes.
        let newer = [&waiting, &running]
            .into_iter()
            .flatten()
            .find(|other| other.commit != ticket.commit && descends(&other.commit, &ticket.commit));
        if let Some(newer) = newer {
            self.end(ticket, &End::Superseded(Box::new(newer.clone())))?;
            return Ok(Queued { superseded: Some(ticket.clone()), running });
        }
        if let Some(waiting) = &waiting {
            self.end(waiting, &End::Superseded(Box::new(ticket.clone())))?;
        }
        file::write(&self.path("waiting"), ticket)?;
        Ok(Queued { superseded: waiting, running })
    }

    /// The ticket that waits.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn waiting(&self) -> io::Result<Option<Ticket>> {
        file::read(&self.path("waiting"))
    }

    /// The ticket that is being applied, or was when the worker died.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn running(&self) -> io::Result<Option<Ticket>> {
        file::read(&self.path("running"))
    }

    /// How a ticket ended; `None` while it has not.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn ended(&self, ticket: &Ticket) -> io::Result<Option<End>> {
        file::read(&self.run(ticket, "end"))
    }

    /// What `apply` prints while a ticket is applied.
    #[must_use]
    pub fn log(&self, ticket: &Ticket) -> PathBuf {
        self.run(ticket, "log")
    }

    /// Becomes the one worker; `None` where there is one.
    ///
    /// # Errors
    /// When the lock cannot be made.
    pub fn worker(&self) -> io::Result<Option<Worker<'_>>> {
        fs::create_dir_all(self.directory.join("runs"))?;
        let lock = File::create(self.directory.join("worker.lock"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Worker { queue: self, _lock: lock })),
            Err(fs::TryLockError::WouldBlock) => Ok(None),
            Err(fs::TryLockError::Error(error)) => Err(error),
        }
    }

    fn end(&self, ticket: &Ticket, end: &End) -> io::Result<()> {
        file::write(&self.run(ticket, "end"), end)
    }

    fn run(&self, ticket: &Ticket, what: &str) -> PathBuf {
        self.directory.join("runs").join(format!("{}.{what}", ticket.id))
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// The ids of what is kept.
    fn runs(&self) -> io::Result<BTreeSet<String>> {
        let mut ids = BTreeSet::new();
        for entry in fs::read_dir(self.directory.join("runs"))? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            ids.insert(name.rsplit_once('.').map_or(name.as_str(), |(id, _)| id).to_owned());
        }
        Ok(ids)
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.directory.join(format!("{name}.json"))
    }

    /// Held while a note is written; where no hooks work nobody writes at the same time.
    pub(super) fn lock_notes(&self) -> Result<Option<File>, GitError> {
        if !self.directory.is_dir() {
            return Ok(None);
        }
        let lock = File::create(self.directory.join("notes.lock"));
        let lock = lock.and_then(|lock| lock.lock().map(|()| lock));
        lock.map(Some).map_err(|error| GitError::Git(format!("the lock of the notes: {error}")))
    }

    /// Held while tickets change places.
    pub(super) fn lock(&self) -> io::Result<File> {
        fs::create_dir_all(&self.directory)?;
        let lock = File::create(self.directory.join("queue.lock"))?;
        lock.lock()?;
        Ok(lock)
    }
}

/// The one that applies, for as long as it lives: the system takes the lock back when it dies.
#[derive(Debug)]
pub struct Worker<'q> {
    queue: &'q Queue,
    _lock: File,
}

impl Worker<'_> {
    /// What an earlier worker was applying when it died; told once.
    ///
    /// # Errors
    /// When the queue cannot be read or written.
    pub fn interrupted(&self) -> io::Result<Option<Ticket>> {
        let Some(ticket) = self.queue.running()? else { return Ok(None) };
        if self.queue.ended(&ticket)?.is_none() {
            self.queue.end(&ticket, &End::Interrupted)?;
        }
        file::remove(&self.queue.path("running"))?;
        Ok(Some(ticket))
    }

    /// Begins with the ticket that waits, unless there is a pause.
    ///
    /// # Errors
    /// When the queue cannot be read or written.
    pub fn take(&self) -> io::Result<Option<Ticket>> {
        let _lock = self.queue.lock()?;
        if self.queue.paused()?.is_some() {
            return Ok(None);
        }
        let Some(ticket) = self.queue.waiting()? else { return Ok(None) };
        // One that cannot be read would be written over.
        self.queue.running()?;
        file::write(&self.queue.path("running"), &ticket)?;
        file::remove(&self.queue.path("waiting"))?;
        Ok(Some(ticket))
    }

    /// Ends with a ticket; `code` is the exit code of `apply`, `None` when it was killed.
    ///
    /// # Errors
    /// When the queue cannot be written.
    pub fn finish(&self, ticket: &Ticket, code: Option<i32>) -> io::Result<()> {
        self.queue.end(ticket, &End::Ran(code))?;
        file::remove(&self.queue.path("running"))?;
        self.prune(ticket)
    }

    /// In the order of their numbers: a clock that was set back must not take away the run that has just ended.
    fn prune(&self, ended: &Ticket) -> io::Result<()> {
        let ids = self.queue.runs()?;
        for old in ids.iter().take(ids.len().saturating_sub(KEPT)).filter(|id| **id != ended.id) {
            for what in ["log", "end"] {
                file::remove(&self.queue.directory.join("runs").join(format!("{old}.{what}")))?;
            }
        }
        Ok(())
    }
}

/// The number of a ticket.
fn numbered(id: &str) -> Option<u64> {
    id.strip_prefix('r')?.split_once('-')?.0.parse().ok()
}
