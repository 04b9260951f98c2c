//! Which revision is applied where, and what is pending: from the notes and the queue.

use super::{Outcome, Queue, Record, Ticket, note};
use crate::world::git::{Commit, GitError, Repository};

/// The newest application that reached a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnHost {
    /// Its name.
    pub host: String,
    /// 40 hexadecimal digits and the record; `None` where no note speaks of it.
    pub newest: Option<(String, Record)>,
    /// The commit itself, where the repository has it.
    pub commit: Option<Commit>,
    /// Commits of the asked-for revision that are not in it.
    pub pending: Option<usize>,
}

/// What a repository knows of a fleet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployed {
    /// Host by host.
    pub hosts: Vec<OnHost>,
    /// What the hooks of this repository apply now.
    pub running: Option<Ticket>,
    /// What waits.
    pub waiting: Option<Ticket>,
}

impl Deployed {
    /// Reads it. `tip` is the revision that people look at: the branch, or `HEAD`.
    ///
    /// # Errors
    /// When notes or queue cannot be read.
    pub fn read<'h>(
        repository: &Repository,
        fleet: &str,
        hosts: impl IntoIterator<Item = &'h str>,
        tip: Option<&str>,
    ) -> Result<Self, GitError> {
        let history = note::history(repository, Some(fleet))?;
        let on = |host: &str| -> OnHost {
            let reached = |(_, record): &&(String, Record)| {
                // Whoever found that a run had died does not know how far it came.
                let anywhere = record.outcome == Outcome::Interrupted && record.hosts.is_empty();
                record.outcome.touched_the_world()
                    && (anywhere || record.hosts.iter().any(|one| one.name == host))
            };
            let newest = history.iter().rev().find(reached).cloned();
            let commit = newest.as_ref().and_then(|(id, _)| repository.commit(id).ok());
            let pending = tip.zip(newest.as_ref()).and_then(|(tip, (id, _))| ahead(repository, tip, id));
            OnHost { host: host.to_owned(), newest, commit, pending }
        };
        let queue = Queue::of(&repository.path());
        let failed = |error: std::io::Error| GitError::Git(error.to_string());
        Ok(Self {
            hosts: hosts.into_iter().map(on).collect(),
            running: queue.running().map_err(failed)?,
            waiting: queue.waiting().map_err(failed)?,
        })
    }
}

/// How many commits `tip` has that `base` has not.
fn ahead(repository: &Repository, tip: &str, base: &str) -> Option<usize> {
    let (tip, base) = (git2::Oid::from_str(tip).ok()?, git2::Oid::from_str(base).ok()?);
    repository.git().graph_ahead_behind(tip, base).ok().map(|(ahead, _)| ahead)
}
