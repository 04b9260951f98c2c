//! What an apply of a revision came to, written on its commit.

use std::collections::BTreeMap;
use std::path::Path;

use crate::apply::{Outcome as StepOutcome, Report};
use crate::gitops::{self, HostRecord, Outcome, Queue, Record, Ticket};
use crate::pipeline::Compiled;
use crate::plan::{Counts, Plan};
use crate::world::git::{Commit, GitError, Repository};

use super::Exit;
use super::fleet::Fleet;
use super::view::table::count;

/// What is gathered while an apply runs.
#[derive(Debug)]
pub(super) struct Applied {
    began: jiff::Timestamp,
    counts: Counts,
    /// Done, failed and not begun, by host identity.
    hosts: BTreeMap<String, [usize; 3]>,
    why: String,
}

impl Applied {
    pub(super) fn new() -> Self {
        Self {
            began: jiff::Timestamp::now(),
            counts: Counts::default(),
            hosts: BTreeMap::new(),
            why: String::new(),
        }
    }

    /// What one round did.
    pub(super) fn add(&mut self, plan: &Plan, report: &Report) {
        let counts = plan.counts();
        self.counts.add += counts.add;
        self.counts.change += counts.change;
        self.counts.destroy += counts.destroy;
        for step in &report.steps {
            let Some(planned) = plan.step(step.step) else { continue };
            let tally = self.hosts.entry(planned.host.clone()).or_default();
            tally[match step.outcome {
                StepOutcome::Done => 0,
                StepOutcome::Failed { .. } => 1,
                StepOutcome::Skipped { .. } => 2,
            }] += 1;
        }
    }

    /// Whether steps were executed.
    pub(super) fn has_done(&self) -> bool {
        !self.hosts.is_empty()
    }

    /// What a plan refuses.
    pub(super) fn refused(&mut self, plan: &Plan) {
        let codes: Vec<&str> = plan.refusals.iter().map(|refusal| refusal.diagnostic.code.as_str()).collect();
        self.why = match codes.as_slice() {
            [] => String::new(),
            [first] => format!("{first} refuses"),
            [first, rest @ ..] => format!("{first} and {} more refuse", rest.len()),
        };
    }

    fn record(&self, exit: Exit, compiled: &Compiled, by: &str) -> Record {
        let did = self.hosts.values().any(|tally| tally[0] + tally[1] > 0);
        let outcome = match exit {
            Exit::Done => Outcome::Done,
            Exit::Cancelled => Outcome::Cancelled,
            Exit::Partial => Outcome::Partial,
            _ if did => Outcome::Partial,
            _ => Outcome::Refused,
        };
        let hosts = compiled.desired.hosts.iter().map(|(identity, target)| HostRecord {
            name: target.name.clone(),
            words: words(self.hosts.get(identity).copied().unwrap_or_default(), outcome),
        });
        let why = match exit {
            Exit::Locked => "another run held a host".to_owned(),
            Exit::Denied => "an engine did not let us in".to_owned(),
            _ => self.why.clone(),
        };
        let Counts { add, change, destroy } = self.counts;
        Record {
            outcome,
            fleet: compiled.desired.fleet.clone(),
            by: by.to_owned(),
            began: gitops::moment(self.began),
            took: u64::try_from(jiff::Timestamp::now().duration_since(self.began).as_secs()).ok(),
            plan: format!("+{add} ~{change} -{destroy}"),
            hosts: hosts.collect(),
            why,
        }
    }

    /// Writes it on the commit.
    pub(super) fn write(
        &self,
        exit: Exit,
        compiled: &Compiled,
        by: &str,
        fleet: &Fleet,
        commit: &Commit,
    ) -> Result<(), GitError> {
        let repository = Repository::open(&fleet.directory, None)?;
        gitops::write_note(&repository, &commit.id, &self.record(exit, compiled, by))
    }
}

/// Word of a push whose worker died, told and noted once.
pub(super) fn interrupted(directory: &Path) -> Option<String> {
    let repository = Repository::open(directory, None).ok()?;
    let queue = Queue::of(&repository.path());
    let died = match died(&queue) {
        Ok(died) => died?,
        Err(error) => {
            return Some(format!("warning: whether a push was interrupted cannot be said: {error}"));
        }
    };
    let record = Record::of_push(&died, Outcome::Interrupted, "the machine or the worker stopped");
    // It is told in any case; the note is for later.
    let _ = gitops::write_note(&repository, &died.commit, &record);
    Some(died.interrupted())
}

/// What the queue of the repository knows when somebody applies a commit by hand: a pause, and pushes that ended before they were applied. Those
/// that the commit contains are applied with it, and noted.
pub(super) fn queued(directory: &Path, commit: &Commit) -> Vec<String> {
    let read = || -> Result<Vec<String>, GitError> {
        let failed = |error: std::io::Error| GitError::Git(error.to_string());
        let repository = Repository::open(directory, None)?;
        let queue = Queue::of(&repository.path());
        let mut words = Vec::new();
        if let Some(paused) = queue.paused().map_err(failed)? {
            words.push(format!("note: pushes are {paused}; this apply is not one, and goes on"));
        }
        let settings = gitops::Settings::read(&repository)?;
        for ticket in queue.missed(&repository, &settings).map_err(failed)? {
            let told = format!("{} of {} ({})", ticket.short(), ticket.by, ticket.at);
            if !repository.contains(&commit.id, &ticket.commit) {
                words.push(format!(
                    "note: {told} reached {} and was never applied: its push ended before",
                    settings.branch
                ));
                continue;
            }
            words.push(format!(
                "note: {told} reached {} and was not applied, because its push ended before; it is applied now",
                settings.branch
            ));
            if ticket.commit != commit.id {
                let why = format!("its push ended before it was applied; {} contains it", commit.short());
                gitops::write_note(
                    &repository,
                    &ticket.commit,
                    &Record::of_push(&ticket, Outcome::Superseded, why),
                )?;
            }
            queue.forget(&ticket).map_err(failed)?;
        }
        Ok(words)
    };
    match read() {
        Ok(words) => words,
        Err(GitError::NoRepository(_)) => Vec::new(),
        Err(error) => vec![format!("warning: what waits in the repository cannot be said: {error}")],
    }
}

fn died(queue: &Queue) -> std::io::Result<Option<Ticket>> {
    if queue.running()?.is_none() {
        return Ok(None);
    }
    match queue.worker()? {
        Some(worker) => worker.interrupted(),
        None => Ok(None),
    }
}

fn words([done, failed, skipped]: [usize; 3], outcome: Outcome) -> String {
    let mut words = Vec::new();
    if done > 0 {
        words.push(format!("{} done", count(done, "step")));
    }
    if failed > 0 {
        words.push(format!("{failed} failed"));
    }
    if skipped > 0 {
        words.push(format!("{skipped} did not run"));
    }
    match (words.is_empty(), outcome) {
        (true, Outcome::Done) => "nothing to do".to_owned(),
        (true, _) => "nothing done".to_owned(),
        _ => words.join(", "),
    }
}
