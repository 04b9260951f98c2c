//! How the limits of a bench are shared out among its containers, so that together they are exactly what was declared.

use std::collections::BTreeMap;

use crate::model::Bench;

const MIB: u64 = 1024 * 1024;
/// A hundredth of a processor: the least that an engine takes.
pub const CPU_STEP: u64 = 10_000_000;
/// The least memory that an engine takes.
pub const LEAST_MEMORY: u64 = 6 * MIB;

/// A container and what it weighs: megabytes of memory under load, and parts of a processor.
#[derive(Debug, Clone)]
pub struct Weight {
    /// Its service.
    pub service: String,
    memory: u64,
    cpu: u64,
}

/// Limits of one container.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    /// Bytes.
    pub memory: Option<u64>,
    /// Billionths of a processor.
    pub nano_cpus: Option<u64>,
    /// Processes.
    pub pids: Option<u64>,
}

/// Every service that the bench has with a release, `backend` first: it takes what does not divide.
#[must_use]
pub fn weights(bench: &Bench) -> Vec<Weight> {
    let weight = |service: &str, memory, cpu| Weight { service: service.to_owned(), memory, cpu };
    let workers = bench.gunicorn.value.workers;
    let mut weights = vec![
        // A preloading master, and what the field budgets for a worker under load.
        weight("backend", workers.saturating_mul(150).saturating_add(90), workers.saturating_mul(4).max(4)),
        weight("frontend", 64, 2),
        weight("websocket", 128, 2),
        weight("scheduler", 128, 1),
        weight("redis-queue", 64, 1),
        weight("redis-cache", 0, 1),
    ];
    let queues = bench.queues.value;
    weights.extend(numbered("queue-short", queues.short).map(|service| weight(&service, 240, 2)));
    weights.extend(numbered("queue-long", queues.long).map(|service| weight(&service, 240, 2)));
    weights
}

/// `queue-short`, `queue-short-2`, …
pub fn numbered(service: &str, count: u64) -> impl Iterator<Item = String> + use<'_> {
    (1..=count).map(move |n| if n == 1 { service.to_owned() } else { format!("{service}-{n}") })
}

/// What the cache's Redis needs: what it may hold, a quarter for fragmentation and buffers, and itself.
#[must_use]
pub const fn cache_memory(bench: &Bench) -> u64 {
    let cache = bench.cache.value;
    cache.saturating_add(cache / 4).saturating_add(16 * MIB).div_ceil(MIB).saturating_mul(MIB)
}

/// The limits of every service. Processes are a limit of each container; memory and processors are shared out.
#[must_use]
pub fn shares(bench: &Bench) -> BTreeMap<String, Share> {
    let weights = weights(bench);
    let limits = &bench.resources;
    let cache = cache_memory(bench);
    let memory = limits.memory.as_ref().map(|limit| {
        let rest = limit.value.saturating_sub(cache);
        let mut parts = divide(rest, MIB, &weights, |weight| weight.memory);
        parts.insert("redis-cache".to_owned(), limit.value.min(cache));
        parts
    });
    let cpus =
        limits.nano_cpus.as_ref().map(|limit| divide(limit.value, CPU_STEP, &weights, |weight| weight.cpu));
    let pids = limits.processes.as_ref().map(|limit| limit.value);
    weights
        .iter()
        .map(|weight| {
            let of =
                |parts: &Option<BTreeMap<String, u64>>| parts.as_ref().map(|parts| parts[&weight.service]);
            (weight.service.clone(), Share { memory: of(&memory), nano_cpus: of(&cpus), pids })
        })
        .collect()
}

/// Whole steps by weight; what is left goes to the first.
fn divide(total: u64, step: u64, weights: &[Weight], of: impl Fn(&Weight) -> u64) -> BTreeMap<String, u64> {
    let sum: u128 = weights.iter().map(|weight| u128::from(of(weight))).sum::<u128>().max(1);
    let mut left = total;
    let mut parts = BTreeMap::new();
    for weight in weights {
        let exact = u128::from(total) * u128::from(of(weight)) / sum;
        let part = u64::try_from(exact).unwrap_or(total) / step * step;
        left = left.saturating_sub(part);
        parts.insert(weight.service.clone(), part);
    }
    if let Some(part) = weights.first().and_then(|first| parts.get_mut(&first.service)) {
        *part += left;
    }
    parts
}
