//! `guard/above-approved`: a later round does nothing worse than what was shown and approved.

use crate::desired::fields::Consequence;
use crate::diag::{Code, Diagnostic};
use crate::plan::facts::felt;
use crate::source::Span;

pub(in crate::plan) fn refuse(address: &str, cause: Option<&Span>, consequence: Consequence) -> Diagnostic {
    let message = format!("`{address}` would mean {}, which was not approved", felt(consequence));
    let diagnostic = Diagnostic::error(Code::GUARD_ABOVE_APPROVED, message)
        .note("it could not be seen, or was as it should be, when this run was approved")
        .note("it stays as it is; the rest goes on")
        .help("apply once more: the plan shows it from the beginning");
    match cause {
        Some(span) => diagnostic.at(*span, "comes from here"),
        None => diagnostic,
    }
}
