//! 8. Plan to Report: executes the plan it was given. It decides nothing and derives nothing.

pub mod event;

pub use event::{Event, Events, Outcome, Report, StepReport};
