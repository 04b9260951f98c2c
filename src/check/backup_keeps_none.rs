//! A schedule of backups that keeps none, or never waits, is no schedule.

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::Model;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    for (_, plan) in model.plans.iter() {
        let Some(backup) = &plan.backup else { continue };
        for (value, word, fault) in [
            (&backup.keep, "keep", "would delete every backup it makes"),
            (&backup.every, "every", "would make backups without a pause"),
        ] {
            if value.value == 0 {
                diagnostics.push(
                    Diagnostic::error(
                        Code::CHECK_BACKUP_KEEPS_NONE,
                        format!("plan `{}` {fault}", plan.meta.name),
                    )
                    .at(value.span, format!("`{word}` is 0"))
                    .help("write at least 1, or remove `backup` for a plan without backups"),
                );
            }
        }
    }
}
