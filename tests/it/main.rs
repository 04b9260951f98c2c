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
mod artifacts;
mod bad_input;
mod benches;
mod by_hand;
mod cases;
mod cli;
mod converge;
mod diagnostics;
mod differential;
mod docker_live;
mod docs;
mod env_file;
mod flood;
mod graph;
mod histories;
mod hooks;
mod init;
mod kdl_conformance;
mod kdl_oracle;
mod language;
mod live;
mod lowering;
mod plan;
mod plan_cases;
mod readme;
mod realtime;
mod recorded;
mod review;
mod revisions;
mod sandbox;
mod standin;
mod support;
mod tidy;
mod written;
mod yaml_conformance;
mod yaml_oracle;
