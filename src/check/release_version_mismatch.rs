//! Frappe's own images are tagged with the version that is in them.

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::Model;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    for (_, release) in model.releases.iter() {
        let Some((name, tag)) = release.image.value.rsplit_once(':') else { continue };
        // Tags of other images may count anything.
        if !name.ends_with("frappe/erpnext") && !name.ends_with("frappe/base") {
            continue;
        }
        let (Some(tagged), Some(said)) = (major(tag.trim_start_matches('v')), major(&release.frappe.value))
        else {
            continue;
        };
        if tagged == said {
            continue;
        }
        diagnostics.push(
            Diagnostic::error(
                Code::CHECK_RELEASE_VERSION_MISMATCH,
                format!(
                    "release `{}` says Frappe {said}, and its image is of version {tagged}",
                    release.meta.name
                ),
            )
            .at(release.frappe.span, format!("version {said}"))
            .and(release.image.span, format!("version {tagged}"))
            .help("commands differ between versions: write the one that is in the image"),
        );
    }
}

fn major(version: &str) -> Option<u32> {
    version.split('.').next()?.parse().ok()
}
