//! `guard/volume-differs`: a volume is never made anew.

use super::caused;
use crate::desired::change::FieldChange;
use crate::desired::{Entry, Object};
use crate::diag::{Code, Diagnostic};

pub(super) fn refuse(entry: &Entry, fields: &[FieldChange]) -> Diagnostic {
    // What holds the data is not always a volume: the way out is one of its own.
    let way = match &entry.object {
        Object::Schema(_) | Object::Account(_) => {
            "or give the database and the account in the server the wanted name by hand, and plan again"
        }
        _ => "or move the data yourself: back it up, remove the volume, apply, restore",
    };
    let message = format!("`{}` is not as declared, and making it anew would lose its data", entry.address);
    let mut diagnostic = Diagnostic::error(Code::GUARD_VOLUME_DIFFERS, message);
    for field in fields {
        diagnostic =
            diagnostic.note(format!("`{}` is {} and should be {}", field.path, field.before, field.after));
    }
    diagnostic = diagnostic
        .note("it and what needs it stay as they are")
        .help("put the declaration back as it was")
        .help(way);
    caused(diagnostic, entry, "declared here")
}
