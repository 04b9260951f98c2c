//! Server scripts are code of one tenant. In a shared bench it reads every other tenant's files and passwords.

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{ConfigValue, Model};

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    for (_, site) in model.sites.iter() {
        let bench = &model.benches[site.bench.id];
        let on = site.config.iter().find(|(key, value)| {
            key.value == "server_script_enabled"
                && !matches!(
                    value.value,
                    ConfigValue::Bool(false) | ConfigValue::Integer(0) | ConfigValue::Remove
                )
        });
        let Some((key, _)) = on.filter(|_| bench.tenant.is_none()) else { continue };
        diagnostics.push(
            Diagnostic::error(
                Code::CHECK_SERVER_SCRIPTS_ON_SHARED_BENCH,
                format!(
                    "site `{}` cannot have server scripts on the shared bench `{}`",
                    site.meta.name, bench.meta.name
                ),
            )
            .at(key.span, "runs the tenant's code")
            .and(site.bench.span, "beside other tenants' sites")
            .and(bench.meta.span, "no `tenant` has this bench alone")
            .help("give the tenant a bench of its own"),
        );
    }
}
