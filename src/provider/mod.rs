//! 6. The seam to the world, and one folder a backend.

pub mod docker;
mod error;
pub mod frappe;
pub mod host;
pub mod inside;
pub mod mariadb;
pub mod traefik;
pub mod real;

pub use error::{Error, ErrorKind};
pub use host::{BoxFuture, Host, LockInfo, Output};
pub use real::Connection;
