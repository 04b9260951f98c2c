//! The one integration binary.
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod case;
mod cases;
mod diagnostics;
mod kdl_conformance;
mod language;
mod kdl_oracle;
mod support;
mod tidy;
