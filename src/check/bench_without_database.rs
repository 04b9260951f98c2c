//! Frappe does not start a site without a database, and a bench with a release is there for sites.

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::Model;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    for (id, bench) in model.benches.iter().filter(|(_, bench)| bench.database.is_none()) {
        let (span, why) = match (&bench.release, super::facts::sites_on(model, id).next()) {
            (Some(release), _) => (release.span, "its release needs a database server".to_owned()),
            (None, Some(site)) => (site.bench.span, format!("site `{}` needs a database", site.meta.name)),
            (None, None) => continue,
        };
        diagnostics.push(
            Diagnostic::error(
                Code::CHECK_BENCH_WITHOUT_DATABASE,
                format!("bench `{}` has no database", bench.meta.name),
            )
            .at(bench.meta.span, "no `database` here")
            .and(span, why)
            .help("name a `database` of the same host in the bench"),
        );
    }
}
