//! The Docker driver alone, against a real engine, and the SQL that goes through it to a real server.

mod bed;
mod benches_alike;
mod calls;
mod database_errors;
mod database_limits;
mod databases;
mod databases_alike;
mod failures;
mod initialising;
mod lock;
mod many_sites;
mod reading;
mod routes;
mod server;
