//! MariaDB: servers, and the databases and accounts of sites.

pub mod apply;
mod client;
pub mod diff;
pub mod found;
pub mod hash;
pub mod lower;
pub mod observe;
mod privileges;
pub mod read;
pub mod render;
mod sites;
pub mod sql;
