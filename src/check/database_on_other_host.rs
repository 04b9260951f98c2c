//! A bench and its database share a private network, which ends at the host.

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::Model;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    for (_, bench) in model.benches.iter() {
        let Some(reference) = bench.database else { continue };
        let database = &model.databases[reference.id];
        if database.host.id == bench.host.id {
            continue;
        }
        diagnostics.push(
            Diagnostic::error(
                Code::CHECK_DATABASE_ON_OTHER_HOST,
                format!(
                    "bench `{}` is on host `{}` and its database `{}` on host `{}`",
                    bench.meta.name,
                    model.hosts[bench.host.id].meta.name,
                    database.meta.name,
                    model.hosts[database.host.id].meta.name
                ),
            )
            .at(reference.span, "this database is on another host")
            .and(bench.host.span, "the bench is here")
            .and(database.host.span, "the database is here")
            .help("give the bench's host a database of its own"),
        );
    }
}
