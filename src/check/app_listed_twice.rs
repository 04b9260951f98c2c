//! An app is in an image once and installed once.

use std::collections::BTreeMap;

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{App, Model, Ref};

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    for (_, release) in model.releases.iter() {
        twice(model, &format!("release `{}`", release.meta.name), &release.apps, diagnostics);
    }
    for (_, site) in model.sites.iter() {
        twice(model, &format!("site `{}`", site.meta.name), &site.apps, diagnostics);
    }
}

fn twice(model: &Model, who: &str, apps: &[Ref<App>], diagnostics: &mut Diagnostics) {
    let mut first = BTreeMap::new();
    for app in apps {
        let Some(before) = first.insert(app.id, app.span) else { continue };
        first.insert(app.id, before);
        let name = &model.apps[app.id].meta.name;
        diagnostics.push(
            Diagnostic::error(Code::CHECK_APP_LISTED_TWICE, format!("{who} lists app `{name}` twice"))
                .at(app.span, "again")
                .and(before, "listed here")
                .fix("remove it", app.span, ""),
        );
    }
}
