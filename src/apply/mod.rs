//! 8. Plan to Report: executes the plan it was given. It decides nothing and derives nothing.

pub mod event;
pub mod journal;
pub mod known;
pub mod lock;
mod options;
mod run;
mod schedule;
mod step;

pub use event::{Event, Events, Outcome, Report, StepReport};
pub use options::{Actor, FailHook, FailPoint, Options, Stop, When};
pub use run::run;
