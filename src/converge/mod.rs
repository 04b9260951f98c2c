//! 9. The loop around look, plan, approve and apply: events out, approvals in, and an outcome as a value.

mod needed;
mod outcome;
mod rounds;
mod saved;
mod stop;

use std::time::Duration;

use crate::apply::{Events, Report};
use crate::desired::observed::Observed;
use crate::plan::{Plan, Refusal};
use crate::provider::BoxFuture;

pub use needed::{Missing, Why, missing};
pub use outcome::{End, Moved, Outcome};
pub use rounds::Session;
pub use stop::unless;

/// Who is told what happens, and asked.
pub trait Audience: Send {
    /// A plan that will be done when it is approved, and those of its refusals that were not told yet.
    fn planned(&mut self, plan: &Plan, refusals: &[Refusal], observed: &Observed, took: Duration);
    /// Refusals that no plan has told yet, found by the last look.
    fn refused(&mut self, refusals: &[Refusal]);
    /// Whether somebody is there who can be asked more than once.
    fn can_ask(&self) -> bool;
    /// Whether the plan may be done; it was told just before.
    fn approve(&mut self) -> BoxFuture<'_, bool>;
    /// Who hears of the steps of a plan.
    fn events(&self, plan: &Plan) -> Box<dyn Events>;
    /// A plan was executed.
    fn applied(&mut self, plan: &Plan, report: &Report, took: Duration);
}
