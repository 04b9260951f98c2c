//! MariaDB: servers, and the databases and accounts of sites.

pub mod apply;
pub mod diff;
pub mod lower;
pub mod observe;
pub mod render;
pub mod sql;
