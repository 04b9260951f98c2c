//! Docker: images, networks, volumes and containers.

mod files;
pub mod lower;
pub mod render;
mod service;
