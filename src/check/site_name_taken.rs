//! A site is a directory beside others in `sites/`, and Frappe's command line confuses it with an app of the same name.

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::Model;

/// What a bench keeps in `sites/` beside its sites.
const FILES: [&str; 6] =
    ["apps.json", "apps.txt", "archived", "assets", "common_site_config.json", "currentsite.txt"];

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    for (_, site) in model.sites.iter() {
        let directory = site.host_name.as_str();
        if FILES.contains(&directory) {
            diagnostics.push(
                Diagnostic::error(
                    Code::CHECK_SITE_NAME_TAKEN,
                    format!("site `{directory}` would lie where every bench has `sites/{directory}`"),
                )
                .at(site.meta.span, "its directory has this name")
                .help("choose another name"),
            );
        } else if let Some((_, app)) = model.apps.iter().find(|(_, app)| app.meta.name == directory) {
            let mut diagnostic = Diagnostic::error(
                Code::CHECK_SITE_NAME_TAKEN,
                format!("site `{directory}` is called like an app, which Frappe refuses from version 16 on"),
            )
            .at(site.meta.span, "its directory has this name");
            // `frappe` is always there without being declared; then there is no other place to show.
            if app.meta.span != model.fleet.meta.span {
                diagnostic = diagnostic.and(app.meta.span, "the app");
            }
            diagnostics.push(diagnostic.help("choose another name"));
        }
    }
}
