//! `guard/foreign-object`: what does not bear our mark is never touched.

use super::caused;
use crate::desired::{Entry, ObjectId};
use crate::diag::{Code, Diagnostic};
use crate::plan::facts::physical;

pub(in crate::plan) fn refuse(id: &ObjectId, entry: &Entry, evidence: &str) -> Diagnostic {
    let name = physical(&entry.object);
    let message = format!("the {} `{name}` is there and not ours", id.kind.word());
    let diagnostic = Diagnostic::error(Code::GUARD_FOREIGN_OBJECT, message)
        .note(evidence)
        .note(format!("`{}` and what needs it are left out; nothing of it is touched", entry.address))
        .help(format!("rename or remove the other `{name}`, then plan again"))
        .help("or give this declaration another `id`, when nothing of it is there yet");
    caused(diagnostic, entry, "wants that name")
}
