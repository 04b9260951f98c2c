//! Limits that add up to more memory than a machine has protect nothing: its kernel kills what it likes.

use super::facts::{bytes, place};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Host, Id, Model};
use crate::source::Span;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    for (id, host) in model.hosts.iter() {
        let Some(memory) = &host.memory else { continue };
        let limits = limits(model, id);
        let sum = limits.iter().fold(0_u64, |sum, limit| sum.saturating_add(limit.0));
        if sum <= memory.value {
            continue;
        }
        let mut diagnostic = Diagnostic::warning(
            Code::CHECK_HOST_OVERCOMMITTED,
            format!(
                "host `{}` has {} of memory; the limits of what is on it add up to {}",
                host.meta.name,
                bytes(memory.value),
                bytes(sum)
            ),
        )
        .at(memory.span, bytes(memory.value));
        for (amount, span, who) in limits {
            diagnostic = diagnostic.and(span, format!("{who}: {}", bytes(amount)));
        }
        diagnostics.push(diagnostic.help("lower a limit, or move a bench to another host"));
    }
}

fn limits(model: &Model, host: Id<Host>) -> Vec<(u64, Span, String)> {
    let mut all = Vec::new();
    for (_, edge) in model.edges.iter().filter(|(_, edge)| edge.host.id == host) {
        all.extend(edge.memory.iter().map(|m| (m.value, m.span, format!("edge `{}`", edge.meta.name))));
    }
    for (_, database) in model.databases.iter().filter(|(_, database)| database.host.id == host) {
        all.extend(
            database.memory.iter().map(|m| (m.value, m.span, format!("database `{}`", database.meta.name))),
        );
    }
    for (_, bench) in model.benches.iter().filter(|(_, bench)| bench.host.id == host) {
        let span = |m| place(m, bench.meta.span);
        all.extend(
            bench.resources.memory.iter().map(|m| (m.value, span(m), format!("bench `{}`", bench.meta.name))),
        );
    }
    all
}
