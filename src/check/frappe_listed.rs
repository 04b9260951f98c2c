//! `frappe` is the framework: in every image and every site, first, without being asked for.

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::Model;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    let releases = model.releases.iter().flat_map(|(_, release)| &release.apps);
    let sites = model.sites.iter().flat_map(|(_, site)| &site.apps);
    for app in releases.chain(sites).filter(|app| model.apps[app.id].meta.name == "frappe") {
        diagnostics.push(
            Diagnostic::error(Code::CHECK_FRAPPE_LISTED, "`frappe` is always there and is not listed")
                .at(app.span, "comes by itself, and first")
                .fix("remove it", app.span, ""),
        );
    }
}
