//! Traefik: static configuration, and routes through its file provider.

pub mod apply;
mod await_routes;
pub mod diff;
pub mod dynamic;
pub mod got;
pub mod lower;
pub mod observe;
mod own_certificates;
pub mod pages;
pub mod render;
mod routes;
pub mod settings;
mod site_routes;
mod tls;
