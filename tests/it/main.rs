//! The one integration binary.
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod apply;
mod case;
mod cases;
mod converge;
mod diagnostics;
mod differential;
mod kdl_conformance;
mod kdl_oracle;
mod sandbox;
mod support;
mod tidy;
