//! A server that runs out of connections fails every site on it at once.

use super::facts::{connections_of, place};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::Model;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    for (id, database) in model.databases.iter() {
        let benches: Vec<_> = model
            .benches
            .iter()
            .map(|(_, bench)| bench)
            .filter(|bench| {
                bench.release.is_some() && bench.database.is_some_and(|database| database.id == id)
            })
            .collect();
        let need = benches.iter().fold(0_u64, |sum, bench| sum.saturating_add(connections_of(bench).0));
        if need <= database.connections.value {
            continue;
        }
        let mut diagnostic = Diagnostic::warning(
            Code::CHECK_SERVER_CONNECTIONS,
            format!(
                "the benches on database `{}` can need {need} connections; it allows {}",
                database.meta.name, database.connections.value
            ),
        )
        .at(
            place(&database.connections, database.meta.span),
            format!("allows {}", database.connections.value),
        );
        for bench in benches {
            let span = bench.database.map_or(bench.meta.span, |database| database.span);
            diagnostic = diagnostic
                .and(span, format!("bench `{}` can need {}", bench.meta.name, connections_of(bench).0));
        }
        diagnostics.push(
            diagnostic.help(format!("set `connections` of the database to {need}, or spread the benches")),
        );
    }
}
