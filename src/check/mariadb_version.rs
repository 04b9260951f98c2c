//! Frappe supports MariaDB 10.6 to 11.8.

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::Model;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    for (id, database) in model.databases.iter() {
        let Some(version) = version(&database.version.value) else { continue };
        if ((10, 6)..=(11, 8)).contains(&version) {
            continue;
        }
        let user = model.benches.iter().find_map(|(_, bench)| {
            bench.database.filter(|database| database.id == id)?;
            Some(&model.releases[bench.release?.id])
        });
        let Some(release) = user else { continue };
        diagnostics.push(
            Diagnostic::warning(
                Code::CHECK_MARIADB_VERSION,
                format!(
                    "Frappe {} does not support MariaDB {}",
                    release.frappe.value, database.version.value
                ),
            )
            .at(database.version.span, "supported are 10.6 to 11.8")
            .and(release.frappe.span, "a bench with this Frappe uses it")
            .help("10.11 and 11.8 are the long-term versions that Frappe supports"),
        );
    }
}

/// Major and minor; `None` for what is no number.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.split('.');
    let major = parts.next()?.parse().ok()?;
    Some((major, parts.next().map_or(Some(0), |minor| minor.parse().ok())?))
}
