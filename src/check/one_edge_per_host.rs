//! Every bench of a host is reached through the host's edge; with two nobody says through which.

use std::collections::BTreeMap;

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::Model;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    let mut edges: Vec<_> = model.edges.iter().map(|(_, edge)| edge).collect();
    edges.sort_by_key(|edge| edge.meta.span);
    let mut first_on = BTreeMap::new();
    for edge in edges {
        let first = *first_on.entry(edge.host.id).or_insert(edge);
        if first.meta.span == edge.meta.span {
            continue;
        }
        let host = &model.hosts[edge.host.id].meta.name;
        diagnostics.push(
            Diagnostic::error(
                Code::CHECK_ONE_EDGE_PER_HOST,
                format!("host `{host}` has the edges `{}` and `{}`", first.meta.name, edge.meta.name),
            )
            .at(edge.host.span, "a second edge on it")
            .and(first.host.span, "the first")
            .help("keep one edge a host; it serves every bench there"),
        );
    }
}
