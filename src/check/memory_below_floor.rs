//! A bench that has less memory than its idle processes need is killed, or kills itself, at the first busy minute.

use super::facts::{and_layered, bytes, place};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Bench, Model};

const MIB: u64 = 1024 * 1024;
/// MiB of a command that makes a site or gives it an app.
const COMMAND: u64 = 160;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    for (_, bench) in model.benches.iter() {
        let Some(limit) = &bench.resources.memory else { continue };
        let (floor, sum) = floor(bench);
        // What the engine refuses is another rule's.
        if limit.value < 6 * MIB || limit.value >= floor {
            continue;
        }
        let diagnostic = Diagnostic::warning(
            Code::CHECK_MEMORY_BELOW_FLOOR,
            format!(
                "{} of memory are too little for bench `{}`, which needs {} when idle{}",
                bytes(limit.value),
                bench.meta.name,
                bytes(floor),
                if bench.sites_at_once.is_some() { " but for sites being made" } else { "" }
            ),
        )
        .at(place(limit, bench.meta.span), bytes(limit.value));
        let workers = format!("{} gunicorn workers", bench.gunicorn.value.workers);
        let diagnostic = and_layered(diagnostic, &bench.gunicorn, workers);
        let diagnostic =
            and_layered(diagnostic, &bench.cache, format!("{} of cache", bytes(bench.cache.value)));
        let diagnostic = match &bench.sites_at_once {
            Some(sites) => and_layered(diagnostic, sites, format!("{} sites at once", sites.value)),
            None => diagnostic,
        };
        diagnostics.push(diagnostic.note(sum).help("give it more memory, fewer workers or a smaller cache"));
    }
}

/// Resident memory as measured on idle benches without apps: gunicorn's master 90 MiB and 75 a worker, 44 for each
/// background worker and the scheduler, 60 for nginx and node. The cache may fill up to its limit at any time.
fn floor(bench: &Bench) -> (u64, String) {
    let web = bench.gunicorn.value.workers;
    let background = bench.queues.value.short.saturating_add(bench.queues.value.long).saturating_add(1);
    let sum = web.saturating_mul(75).saturating_add(background.saturating_mul(44)).saturating_add(90 + 60);
    let commands = bench.sites_at_once.as_ref().map_or(0, |sites| sites.value.saturating_mul(COMMAND));
    let sum = sum.saturating_add(commands);
    let total = sum.saturating_mul(MIB).saturating_add(bench.cache.value);
    let made = if commands > 0 { format!(" + {commands} for sites being made") } else { String::new() };
    let words = format!(
        "90 MiB for gunicorn + {web} workers × 75 + {background} background processes × 44 + 60 for nginx and node{made} + {} of cache = {}",
        bytes(bench.cache.value),
        bytes(total)
    );
    (total, words)
}
