//! Traefik: static configuration, and routes through its file provider.

pub mod diff;
pub mod lower;
pub mod pages;
pub mod render;
mod routes;
pub mod settings;
mod site_routes;
mod tls;
