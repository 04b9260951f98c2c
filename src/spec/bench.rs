//! `size` and `bench`: where sites run.

use super::database::Database;
use super::field::Reference;
use super::host::Host;
use super::release::Release;
use super::scalar::Count;
use super::table::block;
use super::tenant::Tenant;
use crate::source::Spanned;
use crate::value::{Bytes, Image, Name, NanoCpus};

block! {
    /// How big a bench is.
    Size = "size" ["name"] {
        /// Its name.
        name: Option<Spanned<Name>> = "name" required;
        /// Its first name, when it was renamed.
        id: Option<Spanned<Name>> = "id";
        /// Web workers.
        gunicorn: Option<Box<Gunicorn>> = "gunicorn";
        /// Background workers.
        queues: Option<Box<Queues>> = "queues";
        /// Memory of the bench's containers together.
        memory: Option<Spanned<Bytes>> = "memory";
        /// Processors of the bench's containers together.
        cpus: Option<Spanned<NanoCpus>> = "cpus";
        /// Processes of each container.
        processes: Option<Spanned<Count>> = "processes";
        /// What the cache Redis may hold; default 256MiB.
        cache: Option<Spanned<Bytes>> = "cache";
        /// Sites that are made or given apps at the same time; default as many as the backend has processors and memory for.
        sites_at_once: Option<Spanned<Count>> = "sites-at-once";
    }
}

block! {
    /// A Frappe bench: the containers that serve its sites.
    Bench = "bench" ["name"] {
        /// Its name.
        name: Option<Spanned<Name>> = "name" required;
        /// Its first name, when it was renamed.
        id: Option<Spanned<Name>> = "id";
        /// What it runs; without one only its network and Redis pair are made.
        release: Option<Spanned<Reference<Release>>> = "release";
        /// How big it is.
        size: Option<Spanned<Reference<Size>>> = "size";
        /// Its host.
        host: Option<Spanned<Reference<Host>>> = "host" required;
        /// The server of its sites' databases; needed with a release.
        database: Option<Spanned<Reference<Database>>> = "database";
        /// The tenant that has the bench alone; without one it is shared.
        tenant: Option<Spanned<Reference<Tenant>>> = "tenant";
        /// Web workers, instead of the size's.
        gunicorn: Option<Box<Gunicorn>> = "gunicorn";
        /// Background workers, instead of the size's.
        queues: Option<Box<Queues>> = "queues";
        /// Memory of its containers together, instead of the size's.
        memory: Option<Spanned<Bytes>> = "memory";
        /// Processors of its containers together, instead of the size's.
        cpus: Option<Spanned<NanoCpus>> = "cpus";
        /// Processes of each container, instead of the size's.
        processes: Option<Spanned<Count>> = "processes";
        /// What the cache Redis may hold, instead of the size's.
        cache: Option<Spanned<Bytes>> = "cache";
        /// Sites that are made or given apps at the same time, instead of the size's.
        sites_at_once: Option<Spanned<Count>> = "sites-at-once";
        /// The image of its Redis pair; default `redis:7.2`.
        redis_image: Option<Spanned<Image>> = "redis-image";
    }
}

block! {
    /// Web workers.
    Gunicorn = "gunicorn" [] {
        /// Processes; default 2.
        workers: Option<Spanned<Count>> = "workers";
        /// Threads of each; default 4.
        threads: Option<Spanned<Count>> = "threads";
    }
}

block! {
    /// Background workers: how many containers serve each queue.
    Queues = "queues" [] {
        /// For the queues short and default; default 1.
        short: Option<Spanned<Count>> = "short";
        /// For the queues long, default and short; default 1.
        long: Option<Spanned<Count>> = "long";
    }
}
