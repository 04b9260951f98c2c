//! A plan says how many sites a tenant may have.

use super::facts::{place, sites_of_tenants};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::Model;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    for ((_, tenant), mut sites) in model.tenants.iter().zip(sites_of_tenants(model)) {
        let Some(limit) = &tenant.limits.sites else { continue };
        let count = sites.len() as u64;
        if count <= limit.value {
            continue;
        }
        sites.sort_by_key(|site| site.meta.span);
        let over = usize::try_from(limit.value)
            .ok()
            .and_then(|n| sites.get(n))
            .map_or(tenant.meta.span, |s| s.meta.span);
        diagnostics.push(
            Diagnostic::error(
                Code::CHECK_TOO_MANY_SITES,
                format!("tenant `{}` has {count} sites and may have {}", tenant.meta.name, limit.value),
            )
            .at(over, "one more than allowed")
            .and(place(limit, tenant.plan.span), format!("at most {}", limit.value))
            .help("move the tenant to a larger plan, or raise `sites` in the tenant's own limits"),
        );
    }
}
