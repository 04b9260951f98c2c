//! Two hosts are two machines. With one engine behind both, each would find the other's containers.

use std::collections::BTreeMap;

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Engine, Model};

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    let mut hosts: Vec<_> = model.hosts.iter().map(|(_, host)| host).collect();
    hosts.sort_by_key(|host| host.meta.span);
    let mut first_at = BTreeMap::new();
    for host in hosts {
        let Engine::Docker(at) = &host.engine.value else { continue };
        let first = *first_at.entry(at.as_deref().map(|at| at.trim_end_matches('/'))).or_insert(host);
        if first.meta.span == host.meta.span {
            continue;
        }
        let engine = at.as_ref().map_or_else(|| "the local one".to_owned(), |at| format!("`{at}`"));
        diagnostics.push(
            Diagnostic::error(
                Code::CHECK_ENGINE_REPEATED,
                format!("hosts `{}` and `{}` are the same engine, {engine}", first.meta.name, host.meta.name),
            )
            .at(host.engine.span, "the same engine again")
            .and(first.engine.span, format!("host `{}`", first.meta.name))
            .help("declare a machine once; use the engine `sandbox` for one that does not exist yet"),
        );
    }
}
