//! The Docker Engine, through its API alone: what is on it, and every call that changes it.

mod address_pools;
pub mod apply;
mod archive;
mod await_healthy;
pub mod client;
mod containers;
mod create;
pub mod diff;
mod disk;
mod errors;
pub mod exec;
mod found;
mod keeper;
pub mod labels;
pub mod lock;
pub mod lower;
mod networks;
pub mod observe;
mod probe;
mod process;
mod pull;
mod read;
pub mod render;
mod ssh;
mod stale;
mod tarball;
mod volumes;

pub use client::Engine;
pub use errors::MORE_NETWORKS;
