//! Tenantry: a declarative infrastructure compiler for multi-tenant Frappe and ERPNext hosting.
//!
//! ```text
//! files ─load▶ Documents ─bind▶ Spec ─resolve▶ Model ─check▶ Checked ─lower▶ Desired ─┬─graph▶ Graph ───┐
//!                                                                                     ├─render▶ Artifacts ─write▶ generated/
//!                                                                                     ▼                 ▼
//!               the world (Docker, MariaDB, Frappe, files, HTTP) ─observe▶ Observed ─▶ plan ─▶ Plan ─apply▶ Report
//!                                                                                                │
//!         cli: one run                         gitops: the same calls, again and again ──────────┘
//! ```
//!
//! The front half says what you mean; the back half says what must change. `load` asks a World for text; everything
//! else up to `Desired`, and the whole of `plan`, is a pure function. A module imports only what stands above it here.

pub mod source;
pub mod diag;
pub mod world;
pub mod value;
pub mod load;
pub mod spec;
pub mod model;
pub mod resolve;
pub mod check;
pub mod desired;
pub mod provider;
pub mod sandbox;
pub mod plan;
pub mod apply;
pub mod pipeline;
pub mod converge;
pub mod review;
pub mod gitops;
pub mod cli;

#[cfg(test)]
#[expect(unreachable_pub, reason = "shared with the integration tests")]
#[path = "../tests/it/support/random.rs"]
mod random;
