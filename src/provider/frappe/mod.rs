//! Frappe: the containers of benches, and what is in them.

pub mod apply;
mod at_once;
pub mod bench;
mod body_size;
pub mod config;
pub mod diff;
pub mod lower;
pub mod mark;
pub mod observe;
mod parts;
pub mod render;
mod room;
pub mod secret;
pub mod share;
pub mod stale;
mod wiring;

pub use parts::{HOME, WAITING};
