//! Reads the journal back, for `tenantry log`.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use super::{Record, old_path};
use crate::apply::event::Outcome;
use crate::desired::ObjectId;
use crate::desired::call::StepId;
use crate::plan::Counts;
use crate::world::refuse_pipe;

/// All that is known of earlier runs on this machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// Oldest first.
    pub runs: Vec<LoggedRun>,
    /// Lines that are no records: torn by a crash, or of a later version.
    pub unreadable_lines: usize,
}

/// One run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LoggedRun {
    /// Its id.
    pub run: String,
    /// When it began, RFC 3339.
    pub started: String,
    /// When it ended; `None` when it was killed or still runs.
    pub ended: Option<String>,
    /// `user@machine`.
    pub who: String,
    /// The commit or other cause.
    pub cause: Option<String>,
    /// What was planned.
    pub plan: Counts,
    /// How many steps the plan had.
    pub planned_steps: usize,
    /// Whether the user stopped it.
    pub cancelled: bool,
    /// The steps that are known of, in the plan's order.
    pub steps: Vec<LoggedStep>,
}

/// One step of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedStep {
    /// The step.
    pub step: StepId,
    /// Its object, host, call and reason; `None` when it was skipped without having begun.
    pub intent: Option<Intent>,
    /// How it ended, with the error's full text; `None` when the run was killed while it was under way.
    pub outcome: Option<Outcome>,
    /// Milliseconds that it took.
    pub elapsed_ms: u64,
}

/// What a step was about to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// Its object.
    pub object: ObjectId,
    /// Host identity.
    pub host: String,
    /// Which call.
    pub call: String,
    /// Why.
    pub reason: String,
    /// When, RFC 3339.
    pub at: String,
}

impl History {
    /// A run by its id or the beginning of it; the newest where several begin so.
    #[must_use]
    pub fn run(&self, id: &str) -> Option<&LoggedRun> {
        self.runs.iter().rev().find(|r| r.run.starts_with(id))
    }
}

impl LoggedRun {
    /// One step.
    #[must_use]
    pub fn step(&self, id: StepId) -> Option<&LoggedStep> {
        self.steps.iter().find(|s| s.step == id)
    }

    /// How many steps are done, failed, skipped.
    #[must_use]
    pub fn tally(&self) -> (usize, usize, usize) {
        let count =
            |f: fn(&Outcome) -> bool| self.steps.iter().filter(|s| s.outcome.as_ref().is_some_and(f)).count();
        (
            count(|o| matches!(o, Outcome::Done)),
            count(|o| matches!(o, Outcome::Failed { .. })),
            count(|o| matches!(o, Outcome::Skipped { .. })),
        )
    }
}

/// Reads a journal and the one before it. No journal is no history.
///
/// # Errors
/// When a file is there and cannot be read.
pub fn read(path: &Path) -> io::Result<History> {
    let mut history = History::default();
    let mut places = Places::default();
    for file in [old_path(path), path.to_owned()] {
        refuse_pipe(&file)?;
        #[expect(clippy::disallowed_methods, reason = "the one place where the journal is read")]
        let bytes = match std::fs::read(&file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for line in bytes.split(|b| *b == b'\n').filter(|line| !line.is_empty()) {
            match serde_json::from_slice(line) {
                Ok(record) => history.take(record, &mut places),
                Err(_) => history.unreadable_lines += 1,
            }
        }
    }
    for run in &mut history.runs {
        run.steps.sort_by_key(|s| s.step);
    }
    Ok(history)
}

/// Where the runs and their steps are in a history: a journal may have a hundred thousand lines, in any order.
#[derive(Default)]
struct Places {
    runs: BTreeMap<String, usize>,
    steps: BTreeMap<(usize, StepId), usize>,
}

impl Places {
    /// A step of the run at a place; one that nobody spoke of yet is new.
    fn step<'r>(&mut self, run: &'r mut LoggedRun, place: usize, step: StepId) -> &'r mut LoggedStep {
        let at = *self.steps.entry((place, step)).or_insert_with(|| {
            run.steps.push(LoggedStep { step, intent: None, outcome: None, elapsed_ms: 0 });
            run.steps.len() - 1
        });
        &mut run.steps[at]
    }
}

impl History {
    fn take(&mut self, record: Record, places: &mut Places) {
        // A run whose beginning was rotated away is still a run.
        let place = *places.runs.entry(record.run().to_owned()).or_insert_with(|| {
            self.runs.push(LoggedRun { run: record.run().to_owned(), ..LoggedRun::default() });
            self.runs.len() - 1
        });
        let Some(run) = self.runs.get_mut(place) else { return };
        match record {
            Record::RunStart { at, who, cause, plan, steps, .. } => {
                run.started = at;
                run.who = who;
                run.cause = cause;
                run.plan = plan;
                run.planned_steps = steps;
            }
            Record::Intent { at, step, object, host, call, reason, .. } => {
                places.step(run, place, step).intent = Some(Intent { object, host, call, reason, at });
            }
            Record::Outcome { step, result, elapsed_ms, .. } => {
                let entry = places.step(run, place, step);
                entry.outcome = Some(result);
                entry.elapsed_ms = elapsed_ms;
            }
            Record::RunEnd { at, cancelled, .. } => {
                run.ended = Some(at);
                run.cancelled = cancelled;
            }
        }
    }
}
