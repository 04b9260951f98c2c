//! A tenant that has no site pays for nothing.

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::Model;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    for (id, tenant) in model.tenants.iter() {
        if model.sites.iter().any(|(_, site)| site.tenant.id == id) {
            continue;
        }
        diagnostics.push(
            Diagnostic::warning(
                Code::CHECK_TENANT_WITHOUT_SITE,
                format!("tenant `{}` has no site", tenant.meta.name),
            )
            .at(tenant.meta.span, "nothing is made for it")
            .help("declare a `site` in it, or remove the tenant"),
        );
    }
}
