//! `git push` is the deployment, by the real git into a bare repository; what is applied goes to sandboxes here, and to the engine in
//! `live`.

mod chained;
mod environment;
mod interrupted;
mod left;
mod order;
mod pause;
mod push;
mod queue;
mod refused;
mod review;
mod server;
mod variables;
