//! The engine refuses to create a container that may use more processors than the machine has.

use super::facts::{cpus, place};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Host, Id, Model};
use crate::source::Span;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    let mut check = |host: Id<Host>, amount: u64, span: Span, who: String| {
        let host = &model.hosts[host];
        let Some(there) = host.nano_cpus.as_ref().filter(|there| amount > there.value) else { return };
        diagnostics.push(
            Diagnostic::error(
                Code::CHECK_CPUS_EXCEED_HOST,
                format!(
                    "{who} may use {} processors; host `{}` has {}",
                    cpus(amount),
                    host.meta.name,
                    cpus(there.value)
                ),
            )
            .at(span, "the engine refuses this at create")
            .and(there.span, format!("{} processors", cpus(there.value)))
            .help(format!("allow at most {}", cpus(there.value))),
        );
    };
    for (_, edge) in model.edges.iter() {
        if let Some(limit) = &edge.nano_cpus {
            check(edge.host.id, limit.value, limit.span, format!("edge `{}`", edge.meta.name));
        }
    }
    for (_, database) in model.databases.iter() {
        if let Some(limit) = &database.nano_cpus {
            check(database.host.id, limit.value, limit.span, format!("database `{}`", database.meta.name));
        }
    }
    for (_, bench) in model.benches.iter() {
        if let Some(limit) = &bench.resources.nano_cpus {
            check(
                bench.host.id,
                limit.value,
                place(limit, bench.meta.span),
                format!("bench `{}`", bench.meta.name),
            );
        }
    }
}
