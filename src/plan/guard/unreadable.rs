//! `guard/unreadable-object`: what cannot be read, and will not be after this plan either.

use super::caused;
use crate::desired::{Entry, ObjectId};
use crate::diag::{Code, Diagnostic};

/// What is wanted and could not be read; `behind` is the address of what it lives in, where that is why.
pub(in crate::plan) fn refuse(entry: &Entry, behind: Option<&str>, why: &str) -> Diagnostic {
    let diagnostic = told(&entry.address, why)
        .note("what could not be read is not absent: it and what needs it are left as they are; the rest can be applied");
    let diagnostic = match behind {
        Some(behind) => diagnostic.help(format!("mend `{behind}` and plan again")),
        None => diagnostic.help("mend what is named above, and plan again"),
    };
    caused(diagnostic, entry, "declared here")
}

/// What nobody wants any more and could not be read.
pub(in crate::plan) fn unwanted(id: &ObjectId, why: &str) -> Diagnostic {
    told(&id.to_string(), why)
        .note("no file declares it any more; what could not be read is not removed")
        .help("mend what is named above, and plan again")
}

fn told(address: &str, why: &str) -> Diagnostic {
    Diagnostic::error(Code::GUARD_UNREADABLE_OBJECT, format!("`{address}` could not be read")).note(why)
}
