//! A bench that a tenant has alone is one trust zone: its code can read every site on it.

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::Model;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    for (_, site) in model.sites.iter() {
        let bench = &model.benches[site.bench.id];
        let Some(owner) = bench.tenant.filter(|owner| owner.id != site.tenant.id) else { continue };
        diagnostics.push(
            Diagnostic::error(
                Code::CHECK_BENCH_OF_ANOTHER_TENANT,
                format!(
                    "site `{}` of tenant `{}` is on a bench that tenant `{}` has alone",
                    site.meta.name,
                    model.tenants[site.tenant.id].meta.name,
                    model.tenants[owner.id].meta.name
                ),
            )
            .at(site.bench.span, format!("bench `{}`", bench.meta.name))
            .and(owner.span, "whose it is")
            .help("put the site on a shared bench or on one of its own tenant"),
        );
    }
}
