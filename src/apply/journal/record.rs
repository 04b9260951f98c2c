//! A line of the journal. It names calls and objects; what a call carries (files, variables, secrets) is not in it.

use serde::{Deserialize, Serialize};

use crate::apply::event::Outcome;
use crate::desired::ObjectId;
use crate::desired::call::StepId;
use crate::plan::Counts;

/// A line of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "type")]
pub enum Record {
    /// A run begins.
    RunStart {
        /// Random id of the run.
        run: String,
        /// RFC 3339.
        at: String,
        /// The fleet's id.
        fleet: String,
        /// `user@machine`.
        who: String,
        /// The commit or other cause.
        cause: Option<String>,
        /// What is planned.
        plan: Counts,
        /// How many steps.
        steps: usize,
    },
    /// A call is about to be made.
    Intent {
        /// The run.
        run: String,
        /// RFC 3339.
        at: String,
        /// The step.
        step: StepId,
        /// Its object.
        object: ObjectId,
        /// Host identity.
        host: String,
        /// Which call, as `create-container`.
        call: String,
        /// Why, in a few words.
        reason: String,
    },
    /// A step has ended.
    Outcome {
        /// The run.
        run: String,
        /// RFC 3339.
        at: String,
        /// The step.
        step: StepId,
        /// How.
        result: Outcome,
        /// Milliseconds that it took.
        elapsed_ms: u64,
    },
    /// A run has ended. A run without this was killed.
    RunEnd {
        /// The run.
        run: String,
        /// RFC 3339.
        at: String,
        /// Steps done.
        done: usize,
        /// Steps failed.
        failed: usize,
        /// Steps not begun.
        skipped: usize,
        /// Whether the user stopped it.
        cancelled: bool,
    },
}

impl Record {
    /// Whether it must be on the disk before anything goes on.
    #[must_use]
    pub const fn is_synced(&self) -> bool {
        match self {
            Self::RunStart { .. } | Self::RunEnd { .. } => true,
            Self::Outcome { result, .. } => matches!(result, Outcome::Failed { .. }),
            Self::Intent { .. } => false,
        }
    }

    /// The run that it belongs to.
    #[must_use]
    pub fn run(&self) -> &str {
        match self {
            Self::RunStart { run, .. }
            | Self::Intent { run, .. }
            | Self::Outcome { run, .. }
            | Self::RunEnd { run, .. } => run,
        }
    }
}

/// Now, for the journal.
pub(in crate::apply) fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}
