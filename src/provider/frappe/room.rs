//! Whether the processors of a bench are enough for each of its containers. (Its memory is `check`'s.)

use std::collections::BTreeMap;

use super::share::{CPU_STEP, Share};
use crate::diag::{Code, Diagnostic};
use crate::model::Bench;
use crate::provider::lower::Lowering;

/// Reports a limit of which some container would get less than the engine takes.
pub(super) fn check(to: &mut Lowering<'_>, bench: &Bench, shares: &BTreeMap<String, Share>) {
    let Some(limit) = &bench.resources.nano_cpus else { return };
    let starved = shares.iter().find(|(_, share)| share.nano_cpus.is_some_and(|cpus| cpus < CPU_STEP));
    let Some((service, _)) = starved else { return };
    let message = format!("the processors of bench `{}` leave too little for `{service}`", bench.meta.name);
    to.diagnostics.push(
        Diagnostic::error(Code::LOWER_BENCH_CPUS, message)
            .at(limit.span.unwrap_or(bench.meta.span), "shared out among all containers of the bench")
            .note("the engine takes no container with less than a hundredth of a processor")
            .help("raise `cpus`, or lower the number of workers"),
    );
}
