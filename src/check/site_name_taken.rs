//! A site is a directory in `sites/`, beside files that every bench has there.

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::Model;

/// What a bench keeps in `sites/` beside its sites and could be a site's name.
const FILES: [&str; 4] = ["apps.json", "apps.txt", "assets.json", "currentsite.txt"];

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    for (_, site) in model.sites.iter().filter(|(_, site)| FILES.contains(&site.host_name.as_str())) {
        let directory = &site.host_name;
        diagnostics.push(
            Diagnostic::error(
                Code::CHECK_SITE_NAME_TAKEN,
                format!("site `{}` would lie where every bench has `sites/{directory}`", site.meta.name),
            )
            .at(site.meta.span, "its directory has this name")
            .help("choose another name"),
        );
    }
}
