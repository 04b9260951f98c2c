//! The Docker driver alone, against a real engine.

mod bed;
mod calls;
mod failures;
mod lock;
mod reading;
mod routes;
