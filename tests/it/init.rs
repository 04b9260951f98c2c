//! `tenantry init`: what it writes works at once, and what is there stays.
#![expect(clippy::disallowed_methods, reason = "tests write fleets and read what the binary wrote")]

mod applying;
mod directory;
mod forge;
mod job;
mod review;
mod tokens;
mod workflows;
