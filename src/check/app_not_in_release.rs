//! A site can install only what its bench's image holds.

use super::facts::list;
use crate::diag::{Code, Diagnostic, Diagnostics, suggest};
use crate::model::Model;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    for (_, site) in model.sites.iter() {
        let bench = &model.benches[site.bench.id];
        let Some(reference) = bench.release else { continue };
        let release = &model.releases[reference.id];
        let there: Vec<&str> = release.apps.iter().map(|app| model.apps[app.id].meta.name.as_str()).collect();
        for wanted in &site.apps {
            let name = model.apps[wanted.id].meta.name.as_str();
            if name == "frappe" || there.contains(&name) {
                continue;
            }
            let diagnostic = Diagnostic::error(
                Code::CHECK_APP_NOT_IN_RELEASE,
                format!("release `{}` of bench `{}` has no app `{name}`", release.meta.name, bench.meta.name),
            )
            .at(wanted.span, "not in the image")
            .and(release.meta.span, format!("has {}", list(there.iter().copied())))
            .and(site.bench.span, "the site runs on this bench");
            diagnostics.push(match suggest(name, there.iter().copied()) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic
                    .help("move the site to a bench whose release has it, or build an image with it"),
            });
        }
    }
}
