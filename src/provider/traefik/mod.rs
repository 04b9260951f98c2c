//! Traefik: static configuration, and routes through its file provider.

pub mod apply;
mod await_routes;
pub mod diff;
pub mod dynamic;
pub mod lower;
pub mod observe;
pub mod pages;
pub mod render;
mod routes;
pub mod settings;
mod site_routes;
mod tls;
