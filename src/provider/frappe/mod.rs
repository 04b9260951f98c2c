//! Frappe: the containers of benches, and what is in them.

pub mod bench;
pub mod config;
pub mod diff;
pub mod lower;
mod parts;
pub mod render;
mod room;
pub mod share;
