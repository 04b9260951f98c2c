//! Memory, processors and processes belong to containers. On a shared bench no container is one tenant's.

use std::collections::BTreeMap;

use super::facts::{other_sites, place};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Layer, Layered, Model, Site};
use crate::source::Span;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    // One plan serves many sites: a limit is told once a place, with the first site that it cannot hold.
    let mut told: BTreeMap<(Span, &str), (&Site, usize)> = BTreeMap::new();
    for (_, site) in model.sites.iter() {
        if model.benches[site.bench.id].tenant.is_some() {
            continue;
        }
        for (word, limit) in of_containers(site) {
            // One that stands in the site itself holds nowhere, and another rule says so.
            if let Some(limit) = limit.filter(|limit| limit.layer != Layer::Site) {
                told.entry((place(limit, site.meta.span), word)).or_insert((site, 0)).1 += 1;
            }
        }
    }
    for ((span, word), (site, count)) in told {
        let bench = &model.benches[site.bench.id];
        diagnostics.push(
            Diagnostic::error(
                Code::CHECK_LIMITS_ON_SHARED_BENCH,
                format!(
                    "the `{word}` limit of site `{}` cannot hold on the shared bench `{}`",
                    site.meta.name, bench.meta.name
                ),
            )
            .at(span, "the engine limits containers, not sites")
            .and(
                site.bench.span,
                format!("site `{}`{} on it, among others", site.meta.name, other_sites(count)),
            )
            .and(bench.meta.span, "no `tenant` has this bench alone")
            .help(format!(
                "give tenant `{}` a bench of its own, or limit the bench by its size",
                model.tenants[site.tenant.id].meta.name
            )),
        );
    }
}

fn of_containers(site: &Site) -> [(&'static str, Option<&Layered<u64>>); 3] {
    [
        ("memory", site.limits.memory.as_ref()),
        ("cpus", site.limits.nano_cpus.as_ref()),
        ("processes", site.limits.processes.as_ref()),
    ]
}
