//! Limits in a site that no site can have: they are the tenant's, or its bench's.

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Layer, Model};

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    for (_, site) in model.sites.iter() {
        let limits = &site.limits;
        let fields = [
            ("sites", "counts the sites of a tenant", &limits.sites),
            ("memory", "holds the containers of a bench", &limits.memory),
            ("cpus", "holds the containers of a bench", &limits.nano_cpus),
            ("processes", "holds the containers of a bench", &limits.processes),
        ];
        for (word, why, limit) in fields {
            let Some(limit) = limit.as_ref().filter(|limit| limit.layer == Layer::Site) else { continue };
            diagnostics.push(
                Diagnostic::error(
                    Code::CHECK_LIMIT_WITHOUT_EFFECT,
                    format!("a `{word}` limit of site `{}` has no effect: it {why}", site.meta.name),
                )
                .at(limit.span.unwrap_or(site.meta.span), "not a site's")
                .and(model.tenants[site.tenant.id].meta.span, "its tenant")
                .help("write it in the limits of the tenant or its plan"),
            );
        }
    }
}
