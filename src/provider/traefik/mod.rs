//! Traefik: routers, services and middlewares in the files that it watches.

pub mod apply;
mod await_routes;
pub mod dynamic;
pub mod observe;
