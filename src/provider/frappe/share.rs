//! How the limits of a bench are shared out among its containers, so that together they are exactly what was declared.

use std::collections::BTreeMap;

use crate::model::Bench;

const MIB: u64 = 1024 * 1024;
/// A hundredth of a processor: the least that an engine takes.
pub const CPU_STEP: u64 = 10_000_000;

/// A container and what it needs.
#[derive(Debug, Clone)]
struct Weight {
    service: String,
    /// Bytes that it has when idle.
    idle: u64,
    /// How much more it takes under load, beside the others.
    load: u64,
    /// Parts of a processor, beside the others.
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

/// Every service that the bench has with a release, `backend` first: it takes what does not divide. Idle memory is as
/// measured on benches without apps, load as the field budgets it: 150 MiB a gunicorn worker, 240 a background worker.
fn weights(bench: &Bench) -> Vec<Weight> {
    let weight = |service: &str, idle: u64, load, cpu| Weight {
        service: service.to_owned(),
        idle: idle.saturating_mul(MIB),
        load,
        cpu,
    };
    let workers = bench.gunicorn.value.workers;
    let cache = bench.cache.value;
    let mut weights = vec![
        weight(
            "backend",
            workers.saturating_mul(75).saturating_add(90),
            workers.saturating_mul(150),
            workers.saturating_mul(4).max(4),
        ),
        weight("frontend", 16, 32, 2),
        weight("websocket", 44, 64, 2),
        weight("scheduler", 44, 64, 1),
        weight("redis-queue", 8, 64, 1),
        // What it may hold; under load its buffers, and a quarter for fragmentation.
        Weight {
            idle: cache.div_ceil(MIB).saturating_mul(MIB),
            ..weight("redis-cache", 0, cache / MIB / 4 + 16, 1)
        },
    ];
    let queues = bench.queues.value;
    let services = numbered("queue-short", queues.short).chain(numbered("queue-long", queues.long));
    weights.extend(services.map(|service| weight(&service, 44, 240, 2)));
    weights
}

/// `queue-short`, `queue-short-2`, …
pub fn numbered(service: &str, count: u64) -> impl Iterator<Item = String> + use<'_> {
    (1..=count).map(move |n| if n == 1 { service.to_owned() } else { format!("{service}-{n}") })
}

/// The limits of every service. Processes are a limit of each container; memory and processors are shared out.
#[must_use]
pub fn shares(bench: &Bench) -> BTreeMap<String, Share> {
    let weights = weights(bench);
    let limits = &bench.resources;
    let memory = limits.memory.as_ref().map(|limit| {
        let idle = weights.iter().map(|weight| weight.idle).fold(0, u64::saturating_add);
        // `check` refuses limits that do not even hold the idle processes; the sum is right all the same.
        let Some(rest) = limit.value.checked_sub(idle) else {
            return divide(limit.value, MIB, &weights, |weight| weight.idle);
        };
        let mut parts = divide(rest, MIB, &weights, |weight| weight.load);
        for weight in &weights {
            *parts.entry(weight.service.clone()).or_default() += weight.idle;
        }
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
