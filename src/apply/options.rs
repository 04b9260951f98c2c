//! How a plan is to be applied: how much at once, who may stop it, where it is written down.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use tokio::sync::watch;

use super::journal::Journal;
use super::lock::Locks;
use crate::desired::call::StepId;

/// Whether to go on. Ctrl-C once is [`Stop::Stop`], twice is [`Stop::Abort`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stop {
    /// Go on.
    #[default]
    Run,
    /// Finish the steps under way, begin none.
    Stop,
    /// Drop everything at once. What the engine was told already, it may still do.
    Abort,
}

/// Where the crash tests may let a run die.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailPoint {
    /// The step.
    pub step: StepId,
    /// When.
    pub when: When,
}

/// A moment in a step's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// The intent is on disk, the call is not made.
    BeforeCall,
    /// The call is made, its outcome is not on disk.
    AfterCall,
    /// The outcome is on disk.
    AfterJournal,
}

/// Asked at every [`FailPoint`]. `Break` ends the run as a crash there would: nothing more is called or written.
pub type FailHook = Arc<dyn Fn(FailPoint) -> ControlFlow<()> + Send + Sync>;

/// Who applies, and why: for the journal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Actor {
    /// `user@machine`.
    pub who: String,
    /// The commit or other cause, where one is known.
    pub cause: Option<String>,
}

/// How a plan is to be applied.
#[derive(Clone)]
pub struct Options {
    /// Random id of the run; see [`Options::new_run_id`]. The same as in the locks.
    pub run: String,
    /// For the journal.
    pub actor: Actor,
    /// The most steps under way at once.
    pub parallelism: usize,
    /// The most steps under way at once on one host.
    pub per_host: usize,
    /// Who may stop it. A closed channel never stops.
    pub cancel: watch::Receiver<Stop>,
    /// Where intents and outcomes are written; without one nothing is.
    pub journal: Option<Arc<Journal>>,
    /// The hosts' locks, asked before every call: nothing is called on a host that has none among them. `None` is for
    /// worlds that nobody shares.
    pub locks: Option<Arc<Locks>>,
    /// For crash tests.
    pub fail_point: Option<FailHook>,
}

impl Options {
    /// A random id for a run: 16 hexadecimal digits.
    #[must_use]
    pub fn new_run_id() -> String {
        use std::hash::{BuildHasher as _, RandomState};
        // The standard library seeds it from the system's randomness; an id must differ, it is no secret.
        format!("{:016x}", RandomState::new().hash_one(std::process::id()))
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            run: Self::new_run_id(),
            actor: Actor::default(),
            parallelism: 10,
            per_host: 4,
            cancel: watch::channel(Stop::Run).1,
            journal: None,
            locks: None,
            fail_point: None,
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("run", &self.run)
            .field("parallelism", &self.parallelism)
            .field("per_host", &self.per_host)
            .finish_non_exhaustive()
    }
}
