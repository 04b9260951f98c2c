//! To MariaDB, Traefik and the engine 0 means "no limit": the opposite of what it reads like.

use std::collections::BTreeMap;

use super::facts::place;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Layered, Limits, Model};
use crate::source::Span;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    // The layers below hold the same limit again: a place is told once.
    let mut zeros: BTreeMap<Span, (&str, &str)> = BTreeMap::new();
    let all = std::iter::once((&model.fleet.limits, model.fleet.meta.span))
        .chain(model.plans.iter().map(|(_, it)| (&it.limits, it.meta.span)))
        .chain(model.tenants.iter().map(|(_, it)| (&it.limits, it.meta.span)))
        .chain(model.sites.iter().map(|(_, it)| (&it.limits, it.meta.span)));
    for (limits, span) in all {
        for (word, who, limit) in numbers(limits) {
            if let Some(limit) = limit.filter(|limit| limit.value == 0) {
                zeros.insert(place(limit, span), (word, who));
            }
        }
        if let Some(requests) = limits.requests.as_ref().filter(|requests| requests.value.average == 0) {
            zeros.insert(place(requests, span), ("requests", "Traefik"));
        }
    }
    let sizes = model.sizes.iter().map(|(_, it)| (&it.resources, it.meta.span));
    for (resources, span) in sizes.chain(model.benches.iter().map(|(_, it)| (&it.resources, it.meta.span))) {
        let fields = [
            ("memory", &resources.memory),
            ("cpus", &resources.nano_cpus),
            ("processes", &resources.processes),
        ];
        for (word, limit) in fields {
            if let Some(limit) = limit.as_ref().filter(|limit| limit.value == 0) {
                zeros.insert(place(limit, span), (word, "the engine"));
            }
        }
    }
    for (span, (word, who)) in zeros {
        diagnostics.push(
            Diagnostic::error(
                Code::CHECK_LIMIT_OF_ZERO,
                format!("a `{word}` limit of 0 is no limit at all to {who}"),
            )
            .at(span, "reads like nothing, means everything")
            .help("write at least 1, or remove the line for no limit"),
        );
    }
}

fn numbers(limits: &Limits) -> [(&'static str, &'static str, Option<&Layered<u64>>); 5] {
    [
        ("connections", "MariaDB", limits.connections.as_ref()),
        ("statement-time", "MariaDB", limits.statement_time.as_ref()),
        ("memory", "the engine", limits.memory.as_ref()),
        ("cpus", "the engine", limits.nano_cpus.as_ref()),
        ("processes", "the engine", limits.processes.as_ref()),
    ]
}
