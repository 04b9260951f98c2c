//! What exists is found again by identity: two declarations with one would fight over the same containers and data.

use std::collections::BTreeMap;

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Meta, Model};

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    let mut all: Vec<&Meta> = Vec::new();
    all.extend(model.hosts.iter().map(|(_, it)| &it.meta));
    all.extend(model.edges.iter().map(|(_, it)| &it.meta));
    all.extend(model.databases.iter().map(|(_, it)| &it.meta));
    all.extend(model.benches.iter().map(|(_, it)| &it.meta));
    all.extend(model.tenants.iter().map(|(_, it)| &it.meta));
    all.extend(model.sites.iter().map(|(_, it)| &it.meta));
    all.sort_by_key(|meta| meta.span);
    let mut seen: BTreeMap<&str, &Meta> = BTreeMap::new();
    for meta in all {
        let Some(first) = seen.get(meta.identity.as_str()) else {
            seen.insert(meta.identity.as_str(), meta);
            continue;
        };
        diagnostics.push(
            Diagnostic::error(
                Code::CHECK_IDENTITY_REUSED,
                format!("`{}` and `{}` are both `{}`", first.address, meta.address, meta.identity),
            )
            .at(meta.span, "has the same identity")
            .and(first.span, "as this one")
            .help("give one of them an `id` that nothing else has, or rename the one that is new"),
        );
    }
}
