//! `guard/unreadable-host`: nobody plans for a host that does not answer. The others go on.

use std::collections::BTreeSet;

use crate::desired::Desired;
use crate::desired::observed::Observed;
use crate::diag::{Code, Diagnostic};

/// So many declarations are named; of the rest it is told how many there are.
const NAMED: usize = 8;

pub(super) fn check(desired: &Desired, observed: &Observed) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (id, target) in &desired.hosts {
        let why = match observed.hosts.get(id) {
            None => Some("it was not looked at"),
            Some(facts) => facts.unreadable.as_deref(),
        };
        let Some(why) = why else { continue };
        found.push(
            Diagnostic::error(
                Code::GUARD_UNREADABLE_HOST,
                format!("host `{}` could not be read", target.name),
            )
            .at(target.span, "reached like this")
            .note(why)
            .note(format!("what could not be read is not empty: {}", left_out(desired, id)))
            .help("make the host reachable and plan again"),
        );
    }
    found
}

/// What is wanted on a host, in words.
fn left_out(desired: &Desired, host: &str) -> String {
    let here = desired.objects.iter().filter(|(_, entry)| entry.host == host).map(|(id, _)| id.of.as_str());
    let all: BTreeSet<&str> = here.filter(|of| *of != host).collect();
    let mut names: Vec<String> = all.iter().take(NAMED).map(|of| format!("`{of}`")).collect();
    if all.len() > NAMED {
        names.push(format!("{} more", all.len() - NAMED));
    }
    match names.split_last() {
        None => "nothing is changed on it; the rest can be applied".to_owned(),
        Some((one, [])) => format!("{one} is left out; the rest can be applied"),
        Some((last, first)) => {
            format!("{} and {last} are left out; the rest can be applied", first.join(", "))
        }
    }
}
