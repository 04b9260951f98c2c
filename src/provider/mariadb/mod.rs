//! MariaDB: servers, and the databases and accounts of sites.

pub mod lower;
pub mod render;
pub mod sql;
