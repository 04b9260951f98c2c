//! Sites on a host without an edge run, and nobody reaches them.

use super::facts::sites_on;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::Model;
use crate::source::Syntax;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    for (id, bench) in model.benches.iter() {
        let Some(site) = sites_on(model, id).next() else { continue };
        if model.edges.iter().any(|(_, edge)| edge.host.id == bench.host.id) {
            continue;
        }
        let host = &model.hosts[bench.host.id].meta.name;
        diagnostics.push(
            Diagnostic::error(
                Code::CHECK_BENCH_WITHOUT_EDGE,
                format!("bench `{}` has sites on host `{host}`, which has no edge", bench.meta.name),
            )
            .at(bench.host.span, "no edge here")
            .and(site.bench.span, format!("site `{}` would not be reached", site.meta.name))
            .help(match bench.host.span.syntax() {
                Syntax::Kdl => format!("declare `edge \"{host}\" {{ host \"{host}\" }}`"),
                Syntax::Yaml => format!("declare `edge: {{{host}: {{host: {host}}}}}`"),
            }),
        );
    }
}
