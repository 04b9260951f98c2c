//! An account with fewer connections than its bench can ask for at once answers HTTP 500 under load, not a queue.

use std::collections::BTreeMap;

use super::facts::{and_layered, connections_of, other_sites, place};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::Model;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    let mut told = BTreeMap::new();
    for (_, site) in model.sites.iter() {
        let Some(limit) = &site.limits.connections else { continue };
        let (floor, _) = connections_of(&model.benches[site.bench.id]);
        if limit.value < floor {
            told.entry((place(limit, site.meta.span), site.bench.id)).or_insert((site, limit, 0_usize)).2 +=
                1;
        }
    }
    for ((span, id), (site, limit, count)) in told {
        let bench = &model.benches[id];
        let (floor, sum) = connections_of(bench);
        let mut diagnostic = Diagnostic::error(
            Code::CHECK_CONNECTIONS_BELOW_FLOOR,
            format!(
                "{} connections are too few for bench `{}`, which can need {floor} for one site",
                limit.value, bench.meta.name
            ),
        )
        .at(span, format!("{} connections", limit.value))
        .and(site.bench.span, format!("holds for site `{}`{} here", site.meta.name, other_sites(count)));
        diagnostic = and_layered(
            diagnostic,
            &bench.gunicorn,
            format!("{} workers × {} threads", bench.gunicorn.value.workers, bench.gunicorn.value.threads),
        );
        diagnostics.push(
            diagnostic
                .note(sum)
                .help(format!("allow at least {floor} connections, or make the bench smaller")),
        );
    }
}
