//! Declarations that nothing refers to: left over, or meant to be used under another name.

use std::collections::BTreeSet;

use super::facts::answers;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Meta, Model};
use crate::value::certificate::covers;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    let plans: BTreeSet<_> = model.tenants.iter().map(|(_, tenant)| tenant.plan.id).collect();
    let sizes: BTreeSet<_> = model.benches.iter().filter_map(|(_, bench)| Some(bench.size?.id)).collect();
    let releases: BTreeSet<_> =
        model.benches.iter().filter_map(|(_, bench)| Some(bench.release?.id)).collect();
    let apps: BTreeSet<_> =
        model.releases.iter().flat_map(|(_, release)| &release.apps).map(|app| app.id).collect();
    let mut unused: Vec<(&Meta, &str)> = Vec::new();
    let tenants = "no tenant has it";
    unused
        .extend(model.plans.iter().filter(|(id, _)| !plans.contains(id)).map(|(_, it)| (&it.meta, tenants)));
    let benches = "no bench has it";
    unused
        .extend(model.sizes.iter().filter(|(id, _)| !sizes.contains(id)).map(|(_, it)| (&it.meta, benches)));
    let runs = "no bench runs it";
    unused.extend(
        model.releases.iter().filter(|(id, _)| !releases.contains(id)).map(|(_, it)| (&it.meta, runs)),
    );
    let none = "no release has it";
    let declared = model.apps.iter().filter(|(_, app)| app.meta.name != "frappe");
    unused.extend(declared.filter(|(id, _)| !apps.contains(id)).map(|(_, it)| (&it.meta, none)));
    let answers = answers(model);
    for file in model.fleet.certificates.iter().flat_map(|certificates| &certificates.files) {
        if !answers.iter().any(|answer| covers(&file.names, &answer.key())) {
            diagnostics.push(
                Diagnostic::warning(
                    Code::CHECK_UNUSED,
                    format!("the certificate in `{}` is not used", file.path.value),
                )
                .at(file.path.span, format!("it is for {}", few(&file.names)))
                .help("remove it, or give one of its names to a site as a `domain`"),
            );
        }
    }
    for (meta, label) in unused {
        diagnostics.push(
            Diagnostic::warning(Code::CHECK_UNUSED, format!("`{}` is not used", meta.address))
                .at(meta.span, label)
                .help("remove it, or refer to it"),
        );
    }
}

/// Names, of many only the first.
fn few(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(3).map(|name| format!("`{name}`")).collect();
    match names.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
