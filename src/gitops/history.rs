//! What was applied, newest first, in the order in which it was written down: every record is a commit of the notes' own history. Clocks have no
//! say, since they are set back and since two pushes of one moment have the same.

use std::collections::VecDeque;

use git2::{Oid, Tree};

use super::Record;
use super::note::NOTES;
use crate::world::git::{GitError, Repository};

/// How far the notes' history is followed, record by record. What is older comes all at once, in the order of its clocks: nobody waits for
/// ten thousand comparisons to hear that a host was never reached.
const STEPS: usize = 500;

/// Commits with their records, newest first.
pub struct History<'r> {
    git: &'r git2::Repository,
    fleet: Option<String>,
    next: Option<Oid>,
    steps: usize,
    ready: VecDeque<(String, Record)>,
}

impl std::fmt::Debug for History<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("History").field("next", &self.next).finish_non_exhaustive()
    }
}

/// The records of a fleet, or of all.
///
/// # Errors
/// When the notes cannot be read.
pub fn history<'r>(repository: &'r Repository, fleet: Option<&str>) -> Result<History<'r>, GitError> {
    let git = repository.git();
    let next = match git.refname_to_id(NOTES) {
        Ok(id) => Some(id),
        Err(error) if error.code() == git2::ErrorCode::NotFound => None,
        Err(error) => return Err(error.into()),
    };
    Ok(History { git, fleet: fleet.map(str::to_owned), next, steps: 0, ready: VecDeque::new() })
}

impl Iterator for History<'_> {
    type Item = Result<(String, Record), GitError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(record) = self.ready.pop_front() {
                return Some(Ok(record));
            }
            let id = self.next.take()?;
            match self.written(id) {
                Ok(mut records) => {
                    // Of what was written at once, as after a merge of notes, the clocks are all there is.
                    records.sort_by(|a, b| a.1.began.cmp(&b.1.began));
                    records.retain(|(_, record)| self.is_wanted(record));
                    self.ready.extend(records.into_iter().rev());
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl History<'_> {
    /// The hooks note what they know without the files.
    fn is_wanted(&self, record: &Record) -> bool {
        self.fleet.as_ref().is_none_or(|fleet| record.fleet == *fleet || record.fleet.is_empty())
    }

    /// What one commit of the notes wrote.
    fn written(&mut self, id: Oid) -> Result<Vec<(String, Record)>, GitError> {
        let commit = self.git.find_commit(id)?;
        let tree = commit.tree()?;
        self.steps += 1;
        // A shallow clone of the notes ends somewhere.
        let parent = if self.steps < STEPS { commit.parent(0).ok() } else { None };
        let before = parent.as_ref().map(git2::Commit::tree).transpose()?;
        self.next = parent.map(|parent| parent.id());
        self.between(before.as_ref(), &tree)
    }

    fn between(&self, before: Option<&Tree<'_>>, now: &Tree<'_>) -> Result<Vec<(String, Record)>, GitError> {
        let mut records = Vec::new();
        let diff = self.git.diff_tree_to_tree(before, Some(now), None)?;
        for delta in diff.deltas() {
            let Some(path) = delta.new_file().path().and_then(|path| path.to_str()) else { continue };
            // Large sets of notes are spread over directories.
            let commit = path.replace('/', "");
            if Oid::from_str(&commit).is_err() {
                continue;
            }
            let old = Record::parse_all(&self.text(delta.old_file().id())?);
            let new = Record::parse_all(&self.text(delta.new_file().id())?);
            let kept = if new.starts_with(&old) { old.len() } else { 0 };
            let fresh = new.into_iter().skip(kept).filter(|record| kept > 0 || !old.contains(record));
            records.extend(fresh.map(|record| (commit.clone(), record)));
        }
        Ok(records)
    }

    fn text(&self, blob: Oid) -> Result<String, GitError> {
        if blob.is_zero() {
            return Ok(String::new());
        }
        Ok(String::from_utf8_lossy(self.git.find_blob(blob)?.content()).into_owned())
    }
}
