//! An image holds what it holds: two releases cannot describe one image differently.

use std::collections::BTreeMap;

use super::facts::list;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Model, Release};

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    let mut releases: Vec<_> = model.releases.iter().map(|(_, release)| release).collect();
    releases.sort_by_key(|release| release.meta.span);
    let mut first_of = BTreeMap::new();
    for release in releases {
        let first = *first_of.entry(release.image.value.as_str()).or_insert(release);
        if contents(first) == contents(release) {
            continue;
        }
        diagnostics.push(
            Diagnostic::error(
                Code::CHECK_IMAGE_CONTRADICTION,
                format!(
                    "releases `{}` and `{}` describe image `{}` differently",
                    first.meta.name, release.meta.name, release.image.value
                ),
            )
            .at(release.image.span, describe(model, release))
            .and(first.image.span, describe(model, first))
            .help("name the right image in each; a release never changes, a new image gets a new one"),
        );
    }
}

fn contents(release: &Release) -> (&str, Vec<usize>) {
    (&release.frappe.value, release.apps.iter().map(|app| app.id.index()).collect())
}

fn describe(model: &Model, release: &Release) -> String {
    if release.apps.is_empty() {
        return format!("Frappe {} alone", release.frappe.value);
    }
    let apps = list(release.apps.iter().map(|app| model.apps[app.id].meta.name.as_str()));
    format!("Frappe {} with {apps}", release.frappe.value)
}
