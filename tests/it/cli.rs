//! The real binary in a sandbox: what is printed, how it ends, and what is then there.
#![expect(clippy::disallowed_methods, reason = "tests write fleets and read what the binary wrote")]

mod commands;
mod disk;
pub mod fleet;
mod json;
mod keys;
mod machine;
mod metrics;
mod names;
mod places;
mod policies;
mod progress;
mod refusals;
mod remembered;
mod rounds;
mod samples;
mod saved;
mod secrets;
mod stopping;
mod unfit;
mod unwritten;
