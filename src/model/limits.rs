//! Plans, and the limits that layers of a fleet set.

use super::{Layered, Meta};
use crate::source::Spanned;
use crate::value::Money;

/// What a tenant pays for and may use.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Name and place.
    pub meta: Meta,
    /// What it costs.
    pub price: Option<Spanned<Money>>,
    /// What it allows.
    pub limits: Limits,
    /// How its sites shall be backed up (nothing acts on it yet).
    pub backup: Option<Backup>,
}

/// A schedule of backups.
#[derive(Debug, Clone)]
pub struct Backup {
    /// Seconds between two.
    pub every: Spanned<u64>,
    /// How many are kept.
    pub keep: Spanned<u64>,
}

/// Requests that a site may make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRate {
    /// Requests a period.
    pub average: u64,
    /// The period in seconds.
    pub period: u64,
    /// How many may come at once.
    pub burst: Option<u64>,
    /// How many may be under way at once.
    pub in_flight: Option<u64>,
}

/// What a site or tenant may use; `None` is no limit. After `resolve` every value is the nearest one.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    /// Sites a tenant may have.
    pub sites: Option<Layered<u64>>,
    /// Enabled system users a site (nothing acts on it yet).
    pub users: Option<Layered<u64>>,
    /// Bytes of a site's database (nothing acts on it yet).
    pub database_size: Option<Layered<u64>>,
    /// Bytes of a site's files (nothing acts on it yet).
    pub files_size: Option<Layered<u64>>,
    /// Connections of a site's database account.
    pub connections: Option<Layered<u64>>,
    /// Seconds a statement.
    pub statement_time: Option<Layered<u64>>,
    /// Requests of a site.
    pub requests: Option<Layered<RequestRate>>,
    /// Bytes of memory of the tenant's own bench.
    pub memory: Option<Layered<u64>>,
    /// Processors of the tenant's own bench, in billionths.
    pub nano_cpus: Option<Layered<u64>>,
    /// Processes of each container of the tenant's own bench.
    pub processes: Option<Layered<u64>>,
}
