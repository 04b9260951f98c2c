//! 6. The seam to the world, and one folder a backend.

pub mod docker;
pub mod diff;
mod error;
pub mod forward;
pub mod frappe;
pub mod host;
pub mod inside;
pub mod lines;
pub mod lower;
pub mod mariadb;
pub mod names;
pub mod real;
pub mod render;
pub mod secrets;
pub mod service;
pub mod site_tables;
pub mod proposal;
pub mod traefik;
pub mod write;
pub mod yaml;

pub use error::{Error, ErrorKind};
pub use host::{BoxFuture, Host, LockInfo, Output};
pub use real::Connection;
