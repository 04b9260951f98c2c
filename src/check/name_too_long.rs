//! DNS and MariaDB cut or refuse long names; both do it long after the fleet was reviewed.

use super::facts::answers;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Meta, Model};

/// A label of DNS; container engines resolve their aliases by it too.
const LABEL: usize = 63;
/// A whole name of DNS.
const NAME: usize = 253;
/// What Tenantry puts around an id in the longest name it makes of it, `-` and the service `queue-short` included.
const AROUND: usize = 20;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    for answer in answers(model) {
        let name = answer.key();
        let label = name.split('.').map(str::len).max().unwrap_or_default();
        let fault = if label > LABEL {
            format!("a part of `{name}` has {label} characters; DNS allows {LABEL}")
        } else if name.len() > NAME {
            format!("`{name}` has {} characters; DNS allows {NAME}", name.len())
        } else {
            continue;
        };
        diagnostics.push(
            Diagnostic::error(Code::CHECK_NAME_TOO_LONG, fault)
                .at(answer.span, format!("{} answers at it", answer.who))
                .help("choose a shorter name"),
        );
    }
    let benches = model.benches.iter().map(|(_, bench)| &bench.meta);
    let databases = model.databases.iter().map(|(_, database)| &database.meta);
    let edges = model.edges.iter().map(|(_, edge)| &edge.meta);
    for meta in benches.chain(databases).chain(edges) {
        physical(model, meta, diagnostics);
    }
}

/// Containers reach one another by names made of the fleet's id and the declaration's.
fn physical(model: &Model, meta: &Meta, diagnostics: &mut Diagnostics) {
    let fleet = &model.fleet.id;
    let room = LABEL.saturating_sub(AROUND + fleet.value.len());
    let id = meta.identity.id();
    if id.len() > room {
        let text = format!("`{id}` has {} characters; with the fleet's id before it {room} fit", id.len());
        diagnostics.push(
            Diagnostic::error(Code::CHECK_NAME_TOO_LONG, text)
                .at(meta.span, "containers get their names from it")
                .and(fleet.span, format!("{} characters before each of them", fleet.value.len()))
                .help("shorten the name, or give it a short `id`"),
        );
    }
}
