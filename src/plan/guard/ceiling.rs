//! `guard/above-approved`: a second round does nothing worse than what was shown and approved.

use super::caused;
use crate::desired::Entry;
use crate::desired::fields::Consequence;
use crate::diag::{Code, Diagnostic};
use crate::plan::facts::felt;

pub(in crate::plan) fn refuse(entry: &Entry, consequence: Consequence, ceiling: Consequence) -> Diagnostic {
    let message = format!("`{}` would mean {}, which was not approved", entry.address, felt(consequence));
    let diagnostic = Diagnostic::error(Code::GUARD_ABOVE_APPROVED, message)
        .note(format!("what was approved went as far as {}", felt(ceiling)))
        .help("plan again and approve what it shows");
    caused(diagnostic, entry, "comes from here")
}
