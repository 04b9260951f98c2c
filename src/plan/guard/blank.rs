//! `guard/empty-fleet`: files without objects never mean "remove everything".

use crate::desired::Desired;
use crate::desired::observed::Observed;
use crate::diag::{Code, Diagnostic};

pub(super) fn check(desired: &Desired, observed: &Observed) -> Option<Diagnostic> {
    let there = observed.objects.values().filter(|one| one.present().is_some()).count();
    if !desired.objects.is_empty() || there == 0 {
        return None;
    }
    let message = format!("the fleet `{}` is empty, and {there} of its objects are there", desired.fleet);
    Some(
        Diagnostic::error(Code::GUARD_EMPTY_FLEET, message)
            .note("an empty fleet is a wrong directory, a shallow clone or a lost file far more often than a wish")
            .note("everything goes on running untouched")
            .help("look at the directory and the revision that were read")
            .help("to take a fleet down, remove its declarations one after the other"),
    )
}
