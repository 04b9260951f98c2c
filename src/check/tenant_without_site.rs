//! A tenant that has no site pays for nothing.

use super::facts::sites_of_tenants;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::Model;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    for ((_, tenant), sites) in model.tenants.iter().zip(sites_of_tenants(model)) {
        if !sites.is_empty() {
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
