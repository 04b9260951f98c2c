//! 6. The seam to the world, and one folder a backend.

pub mod docker;
mod error;
pub mod frappe;
pub mod host;
pub mod mariadb;
pub mod traefik;

pub use error::{Error, ErrorKind};
pub use host::{BoxFuture, Host, LockInfo, Output};
