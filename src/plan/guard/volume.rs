//! `guard/volume-differs`: a volume is never made anew.

use super::caused;
use crate::desired::Entry;
use crate::desired::change::FieldChange;
use crate::diag::{Code, Diagnostic};

pub(super) fn refuse(entry: &Entry, fields: &[FieldChange]) -> Diagnostic {
    let message = format!("`{}` is not as declared, and making it anew would lose its data", entry.address);
    let mut diagnostic = Diagnostic::error(Code::GUARD_VOLUME_DIFFERS, message);
    for field in fields {
        diagnostic =
            diagnostic.note(format!("`{}` is {} and should be {}", field.path, field.before, field.after));
    }
    diagnostic = diagnostic
        .note("it and what needs it stay as they are")
        .help("put the declaration back as it was")
        .help("or move the data yourself: back it up, remove the volume, apply, restore");
    caused(diagnostic, entry, "declared here")
}
