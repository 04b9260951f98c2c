//! The Docker Engine, through its API alone: what is on it, and every call that changes it.

pub mod apply;
mod archive;
mod await_healthy;
pub mod client;
mod containers;
mod create;
mod errors;
pub mod exec;
mod found;
pub mod labels;
pub mod lower;
mod networks;
pub mod observe;
mod pull;
mod read;
pub mod render;
mod ssh;
mod tarball;
mod volumes;

pub use client::Engine;
