//! `guard/moved-since`: a saved plan changes nothing that is no longer as it saw it.

use crate::diag::{Code, Diagnostic};

pub(in crate::plan) fn refuse(address: &str, why: &str) -> Diagnostic {
    Diagnostic::error(Code::GUARD_MOVED_SINCE, format!("`{address}` is no longer as the plan saw it"))
        .note(why)
        .note("it and what waits for it stay as they are; the rest of the plan can be applied")
        .help("plan again: the new plan starts from what is there now")
}
