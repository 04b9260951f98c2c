//! What several rules need to know of a fleet. No rule is in here.

mod answers;

pub(super) use answers::{Answer, answers};

use crate::diag::Diagnostic;
use crate::model::{Bench, Id, Layered, Model, Site};
use crate::source::Span;
use crate::value::{Bytes, NanoCpus};

/// Where a layered value was written, or the declaration that it belongs to when nobody wrote it.
pub(super) fn place<T>(value: &Layered<T>, otherwise: Span) -> Span {
    value.span.unwrap_or(otherwise)
}

/// Shows where a layered value was written; a default was written nowhere and becomes a note.
pub(super) fn and_layered<T>(diagnostic: Diagnostic, value: &Layered<T>, text: String) -> Diagnostic {
    match value.span {
        Some(span) => diagnostic.and(span, text),
        None => diagnostic.note(format!("{text}, the default")),
    }
}

/// Bytes as people write them, e.g. `1536MiB`.
pub(super) fn bytes(bytes: u64) -> String {
    Bytes(bytes).to_string()
}

/// Processors as people write them, e.g. `1.5`.
pub(super) fn cpus(nano: u64) -> String {
    NanoCpus(nano).to_string()
}

/// The sites of a bench, in the order of their names.
pub(super) fn sites_on(model: &Model, bench: Id<Bench>) -> impl Iterator<Item = &Site> {
    model.sites.iter().map(|(_, site)| site).filter(move |site| site.bench.id == bench)
}

/// The sites of every tenant, by the tenant's place in the model.
pub(super) fn sites_of_tenants(model: &Model) -> Vec<Vec<&Site>> {
    let mut sites = vec![Vec::new(); model.tenants.len()];
    for (_, site) in model.sites.iter() {
        sites[site.tenant.id.index()].push(site);
    }
    sites
}

/// How many database connections a bench can need for one site at the same moment, and the sum in words.
pub(super) fn connections_of(bench: &Bench) -> (u64, String) {
    let web = bench.gunicorn.value.workers.saturating_mul(bench.gunicorn.value.threads);
    let queues = bench.queues.value.short.saturating_add(bench.queues.value.long);
    let sum = web.saturating_add(queues).saturating_add(1 + 4);
    let words = format!(
        "{} workers × {} threads + {queues} queue workers + 1 scheduler + 4 for `bench` commands = {sum}",
        bench.gunicorn.value.workers, bench.gunicorn.value.threads
    );
    (sum, words)
}

/// How many sites there are beside one that is named, to follow its name.
pub(super) fn other_sites(count: usize) -> String {
    match count {
        0 | 1 => String::new(),
        2 => " and 1 other site".to_owned(),
        _ => format!(" and {} other sites", count - 1),
    }
}

/// Names in backticks as a sentence has them; at most six, then how many more.
pub(super) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 6;
    let names: Vec<_> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => "none".to_owned(),
        [one] => one.clone(),
        [most @ .., last] if names.len() <= SHOWN => format!("{} and {last}", most.join(", ")),
        _ => format!("{} and {} more", names[..SHOWN].join(", "), names.len() - SHOWN),
    }
}
