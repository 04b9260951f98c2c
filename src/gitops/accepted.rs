//! Pushes that `pre-receive` let through. git moves the branch, answers the client and only then calls `post-receive`: where the client is gone by
//! then, it never does. So what is needed to apply a push is written down before, and held by a process that outlives the push.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Queue, Settings, Ticket, file};
use crate::world::git::Repository;

/// A push on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// What it deploys.
    pub ticket: Ticket,
    /// What the branch was; zeros where it did not exist.
    pub old: String,
}

/// Whether a push may go on.
#[derive(Debug)]
pub enum Stands {
    /// It may. Whoever holds the file holds its place.
    Held(File),
    /// The branch is not any more what the push began from.
    Moved,
    /// Another push that began from the same is on its way: one of the two moves the branch in a moment.
    Behind,
}

impl Queue {
    /// Lets a push through. `now` says what the branch is.
    ///
    /// # Errors
    /// When it cannot be written down.
    pub fn accept(&self, accepted: &Accepted, now: &dyn Fn() -> String) -> io::Result<Stands> {
        fs::create_dir_all(self.accepted_directory())?;
        let _lock = self.lock()?;
        if now() != accepted.old {
            return Ok(Stands::Moved);
        }
        if self.accepted()?.iter().any(|(other, is_held)| *is_held && other.old == accepted.old) {
            return Ok(Stands::Behind);
        }
        let path = self.accepted_path(&accepted.ticket.id);
        let temporary = path.with_extension("new");
        let mut held = File::create(&temporary)?;
        // The lock is the file's, whatever its name.
        held.lock()?;
        held.write_all(serde_json::to_string(accepted)?.as_bytes())?;
        held.sync_all()?;
        fs::rename(&temporary, &path)?;
        Ok(Stands::Held(held))
    }

    /// The ticket of a push whose `post-receive` has come.
    ///
    /// # Errors
    /// When the directory cannot be read.
    pub fn accepted_of(&self, commit: &str) -> io::Result<Option<Ticket>> {
        Ok(self.accepted()?.into_iter().map(|(one, _)| one.ticket).rfind(|ticket| ticket.commit == commit))
    }

    /// A push is in the queue, or came to nothing.
    ///
    /// # Errors
    /// When its file cannot be removed.
    pub fn forget(&self, ticket: &Ticket) -> io::Result<()> {
        file::remove(&self.accepted_path(&ticket.id))
    }

    /// Whether a push, by the id of its ticket, is still on its way or was never followed up.
    #[must_use]
    pub fn is_accepted(&self, ticket: &str) -> bool {
        self.accepted_path(ticket).exists()
    }

    /// Pushes that ended before their `post-receive`, oldest first, whether they reached the branch or not.
    ///
    /// # Errors
    /// When the directory cannot be read.
    pub fn ended_early(&self) -> io::Result<Vec<Ticket>> {
        let ended = self.accepted()?.into_iter().filter(|(_, is_held)| !is_held);
        Ok(ended.map(|(one, _)| one.ticket).collect())
    }

    /// Those of them that reached the branch.
    ///
    /// # Errors
    /// When the directory cannot be read.
    pub fn missed(&self, repository: &Repository, settings: &Settings) -> io::Result<Vec<Ticket>> {
        let mut ended = self.ended_early()?;
        let tip = repository.commit(&settings.reference()).ok();
        ended.retain(|ticket| tip.as_ref().is_some_and(|tip| repository.contains(&tip.id, &ticket.commit)));
        Ok(ended)
    }

    /// With whether somebody holds it; oldest first.
    fn accepted(&self) -> io::Result<Vec<(Accepted, bool)>> {
        let entries = match fs::read_dir(self.accepted_directory()) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut paths: Vec<PathBuf> =
            entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
        paths.sort();
        let mut all = Vec::new();
        for path in paths {
            // It may have been followed up meanwhile.
            let Some(accepted) = file::read(&path)? else { continue };
            let is_held = match File::open(&path) {
                Ok(file) => matches!(file.try_lock_shared(), Err(fs::TryLockError::WouldBlock)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            all.push((accepted, is_held));
        }
        Ok(all)
    }

    fn accepted_directory(&self) -> PathBuf {
        self.directory().join("accepted")
    }

    fn accepted_path(&self, ticket: &str) -> PathBuf {
        self.accepted_directory().join(format!("{ticket}.json"))
    }
}
