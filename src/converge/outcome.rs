//! What an apply came to, as a value.

use super::Missing;
use crate::desired::ObjectId;
use crate::desired::observed::Observed;
use crate::provider::Error;

/// What an apply came to.
#[derive(Debug)]
pub struct Outcome {
    /// How it ended.
    pub end: End,
    /// What a last look found not to be as wanted, by address.
    pub left: Vec<String>,
    /// What the last look saw, where there was one.
    pub observed: Option<Observed>,
}

/// How an apply ended.
#[derive(Debug)]
pub enum End {
    /// Everything is as wanted: a last look found nothing left.
    Done,
    /// All but what was refused.
    Refused,
    /// Some steps failed, or a last look found something left.
    Partial,
    /// Told to stop before anything was done.
    Stopped,
    /// Told to stop.
    Cancelled,
    /// Nobody approved.
    NotApproved,
    /// A saved plan was made for another world; nothing was done. The objects, each with what became of it.
    Stale(Vec<Moved>),
    /// The plan needs secrets that cannot be opened.
    Missing {
        /// Which, and why.
        secrets: Missing,
        /// Whether earlier rounds have done something.
        late: bool,
    },
    /// Something forbade to go on: a lost lock, a journal that cannot be written.
    Halted(Error),
    /// It could not begin.
    Failed(Error),
}

/// An object that is no longer as a saved plan saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The object.
    pub id: ObjectId,
    /// Why nobody can say more of it, where it is not that it has changed.
    pub why: Option<String>,
}

impl Outcome {
    pub(super) const fn new(end: End) -> Self {
        Self { end, left: Vec::new(), observed: None }
    }
}
