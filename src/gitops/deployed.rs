//! Which revision is applied where, and what is pending: from the notes and the queue.

use super::{Outcome, Paused, Queue, Record, Settings, Ticket, history};
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
    /// Whether nobody is at work on it any more: the worker, or its machine, stopped.
    pub stopped: bool,
    /// What waits.
    pub waiting: Option<Ticket>,
    /// Who has said that nothing is applied until they say so.
    pub paused: Option<Paused>,
    /// What reached the branch that deploys and nobody has begun to apply.
    pub missed: Vec<Ticket>,
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
        let names: Vec<&str> = hosts.into_iter().collect();
        let mut newest: Vec<Option<(String, Record)>> = names.iter().map(|_| None).collect();
        let mut history = history(repository, Some(fleet))?;
        while newest.iter().any(Option::is_none)
            && let Some(one) = history.next().transpose()?
        {
            // Whoever found that a run had died does not know how far it came.
            let anywhere = one.1.outcome == Outcome::Interrupted && one.1.hosts.is_empty();
            for (name, newest) in names.iter().zip(&mut newest) {
                let here = anywhere || one.1.hosts.iter().any(|host| host.name == *name);
                if newest.is_none() && here && one.1.outcome.touched_the_world() {
                    *newest = Some(one.clone());
                }
            }
        }
        let hosts = names.iter().zip(newest).map(|(host, newest)| {
            let commit = newest.as_ref().and_then(|(id, _)| repository.commit(id).ok());
            let pending = tip.zip(newest.as_ref()).and_then(|(tip, (id, _))| ahead(repository, tip, id));
            OnHost { host: (*host).to_owned(), newest, commit, pending }
        });
        let queue = Queue::of(&repository.path());
        let failed = |error: std::io::Error| GitError::Git(error.to_string());
        let running = queue.running().map_err(failed)?;
        Ok(Self {
            hosts: hosts.collect(),
            stopped: running.is_some() && queue.worker().map_err(failed)?.is_some(),
            running,
            waiting: queue.waiting().map_err(failed)?,
            paused: queue.paused().map_err(failed)?,
            missed: queue.missed(repository, &Settings::read(repository)?).map_err(failed)?,
        })
    }
}

/// How many commits `tip` has that `base` has not.
fn ahead(repository: &Repository, tip: &str, base: &str) -> Option<usize> {
    let (tip, base) = (git2::Oid::from_str(tip).ok()?, git2::Oid::from_str(base).ok()?);
    repository.git().graph_ahead_behind(tip, base).ok().map(|(ahead, _)| ahead)
}
