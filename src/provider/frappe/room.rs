//! Whether the limits of a bench leave each of its containers enough to start with.

use std::collections::BTreeMap;

use super::share::{self, Share};
use crate::diag::{Code, Diagnostic};
use crate::model::Bench;
use crate::provider::lower::Lowering;

/// Reports limits that leave a container less than it can start with.
pub(super) fn check(to: &mut Lowering<'_>, bench: &Bench, shares: &BTreeMap<String, Share>) {
    let resources = &bench.resources;
    let starved = |of: fn(&Share) -> Option<u64>, least| {
        shares
            .iter()
            .find(|(_, share)| of(share).is_some_and(|value| value < least))
            .map(|(service, _)| service)
    };
    if let (Some(limit), Some(service)) =
        (&resources.memory, starved(|share| share.memory, share::LEAST_MEMORY))
    {
        let cache = share::cache_memory(bench);
        let mut diagnostic = Diagnostic::error(
            Code::LOWER_BENCH_LIMIT,
            format!("the memory of bench `{}` leaves too little for `{service}`", bench.meta.name),
        )
        .at(limit.span.unwrap_or(bench.meta.span), "shared out among all containers of the bench")
        .note(format!("{} MiB of it are for the cache; the rest is for the other containers", cache >> 20))
        .help("raise `memory`, or lower `cache`");
        if let Some(span) = bench.cache.span {
            diagnostic = diagnostic.and(span, "taken off first");
        }
        to.diagnostics.push(diagnostic);
    }
    if let (Some(limit), Some(service)) =
        (&resources.nano_cpus, starved(|share| share.nano_cpus, share::CPU_STEP))
    {
        to.diagnostics.push(
            Diagnostic::error(
                Code::LOWER_BENCH_LIMIT,
                format!("the processors of bench `{}` leave too little for `{service}`", bench.meta.name),
            )
            .at(limit.span.unwrap_or(bench.meta.span), "shared out among all containers of the bench")
            .help("raise `cpus`, or lower the number of workers"),
        );
    }
}
