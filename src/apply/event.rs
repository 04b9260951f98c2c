//! What happens while a plan is applied, and what came of it.

use serde::{Deserialize, Serialize};

use crate::desired::call::StepId;
use crate::provider::Error;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Event {
    /// A host's lock is held by somebody else; we wait.
    LockWaiting {
        /// Host identity.
        host: String,
        /// Who holds it.
        holder: String,
    },
    /// A step began.
    StepStart {
        /// The step.
        step: StepId,
    },
    /// A step has something to say.
    StepProgress {
        /// The step.
        step: StepId,
        /// A few words.
        message: String,
    },
    /// A step failed in a way that may pass, and is tried again.
    StepRetry {
        /// The step.
        step: StepId,
        /// What was said.
        error: Error,
        /// Milliseconds until it is tried again.
        wait_ms: u64,
    },
    /// A step ended.
    StepEnd {
        /// The step.
        step: StepId,
        /// How.
        outcome: Outcome,
        /// Milliseconds that it took.
        elapsed_ms: u64,
    },
    /// The user asked to stop: steps under way are finished, none is begun.
    Stopping,
}

/// Who is told.
pub trait Events: Send + Sync {
    /// Told in the order in which things happen, from one task at a time.
    fn emit(&self, event: &Event);
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "outcome")]
pub enum Outcome {
    /// Done.
    Done,
    /// Failed.
    Failed {
        /// Why.
        error: Error,
    },
    /// Not begun: a step that it waits for failed, or the run was stopped.
    Skipped {
        /// The step that failed; `None` when the run was stopped.
        because: Option<StepId>,
    },
}

/// What came of one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepReport {
    /// The step.
    pub step: StepId,
    /// How it ended.
    pub outcome: Outcome,
    /// Milliseconds that it took.
    pub elapsed_ms: u64,
}

/// What came of a plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Random id of the run, as the journal has it.
    pub run: String,
    /// Every step of the plan, by its id.
    pub steps: Vec<StepReport>,
    /// Whether the user stopped it.
    pub cancelled: bool,
    /// What kept it from beginning anything more: a lost lock, a journal that cannot be written.
    #[serde(default)]
    pub halted: Option<Error>,
}
