//! `guard/unreadable-object`: what cannot be read, and will not be after this plan either.

use super::caused;
use crate::desired::Entry;
use crate::diag::{Code, Diagnostic};

pub(in crate::plan) fn refuse(entry: &Entry, behind: &str, why: &str) -> Diagnostic {
    let message = format!("`{}` could not be read", entry.address);
    let diagnostic = Diagnostic::error(Code::GUARD_UNREADABLE_OBJECT, message)
        .note(why)
        .note("what could not be read is not absent: it and what needs it are left as they are")
        .help(format!("mend `{behind}` and plan again"));
    caused(diagnostic, entry, "declared here")
}
