//! The Docker Engine, through its API alone: what is on it, and every call that changes it.

pub mod apply;
mod archive;
mod await_healthy;
pub mod client;
mod containers;
mod create;
mod errors;
pub mod exec;
mod files;
mod found;
mod keeper;
pub mod labels;
pub mod lock;
pub mod observe;
mod networks;
mod process;
mod pull;
mod read;
mod ssh;
mod stale;
mod volumes;

pub use client::Engine;
