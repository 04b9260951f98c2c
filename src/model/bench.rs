//! Benches and what they are made of.

use super::{Database, Host, Layered, Meta, Ref, Tenant};
use crate::source::Spanned;

/// A Frappe app.
#[derive(Debug, Clone)]
pub struct App {
    /// Name and place.
    pub meta: Meta,
    /// Where its source is.
    pub repository: Option<Spanned<String>>,
    /// Branch or tag.
    pub branch: Option<Spanned<String>>,
    /// Apps that must be installed before it, `frappe` aside.
    pub requires: Vec<Ref<App>>,
}

/// An image and the apps in it.
#[derive(Debug, Clone)]
pub struct Release {
    /// Name and place.
    pub meta: Meta,
    /// Frappe's version, e.g. `15.80.0`.
    pub frappe: Spanned<String>,
    /// The image.
    pub image: Spanned<String>,
    /// Apps in the image beside `frappe`, in the order of the bench.
    pub apps: Vec<Ref<App>>,
}

/// Web workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gunicorn {
    /// Processes.
    pub workers: u64,
    /// Threads of each.
    pub threads: u64,
}

/// Background workers: how many containers serve each queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Queues {
    /// Queues short and default.
    pub short: u64,
    /// Queues long, default and short.
    pub long: u64,
}

/// What the containers of a bench may use together; `None` is no limit.
#[derive(Debug, Clone, Default)]
pub struct Resources {
    /// Bytes.
    pub memory: Option<Layered<u64>>,
    /// Billionths of a processor.
    pub nano_cpus: Option<Layered<u64>>,
    /// Processes of each container.
    pub processes: Option<Layered<u64>>,
}

/// How big a bench is.
#[derive(Debug, Clone)]
pub struct Size {
    /// Name and place.
    pub meta: Meta,
    /// Web workers.
    pub gunicorn: Layered<Gunicorn>,
    /// Background workers.
    pub queues: Layered<Queues>,
    /// Limits.
    pub resources: Resources,
    /// Bytes that the cache Redis may hold.
    pub cache: Layered<u64>,
    /// Sites that are made or given apps at the same time, where that is declared.
    pub sites_at_once: Option<Layered<u64>>,
}

/// A Frappe bench. Layers are applied: size, then the owner's plan, then its own.
#[derive(Debug, Clone)]
pub struct Bench {
    /// Name and place.
    pub meta: Meta,
    /// What it runs; without one only its network and Redis pair are made.
    pub release: Option<Ref<Release>>,
    /// How big it is.
    pub size: Option<Ref<Size>>,
    /// Its host.
    pub host: Ref<Host>,
    /// The server of its sites' databases.
    pub database: Option<Ref<Database>>,
    /// The tenant that has it alone.
    pub tenant: Option<Ref<Tenant>>,
    /// Web workers.
    pub gunicorn: Layered<Gunicorn>,
    /// Background workers.
    pub queues: Layered<Queues>,
    /// Limits.
    pub resources: Resources,
    /// Bytes that the cache Redis may hold.
    pub cache: Layered<u64>,
    /// Sites that are made or given apps at the same time, where that is declared.
    pub sites_at_once: Option<Layered<u64>>,
    /// The image of its Redis pair.
    pub redis_image: Layered<String>,
}
