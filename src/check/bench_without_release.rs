//! A site runs in a bench's containers, and those come from a release.

use super::facts::sites_on;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::Model;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    for (id, bench) in model.benches.iter().filter(|(_, bench)| bench.release.is_none()) {
        let Some(site) = sites_on(model, id).next() else { continue };
        diagnostics.push(
            Diagnostic::error(
                Code::CHECK_BENCH_WITHOUT_RELEASE,
                format!("bench `{}` has sites and no release to run them", bench.meta.name),
            )
            .at(bench.meta.span, "no `release` here")
            .and(site.bench.span, format!("site `{}` is to run on it", site.meta.name))
            .help("name a `release` in the bench"),
        );
    }
}
