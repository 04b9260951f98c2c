//! `guard/unreadable-host`: nobody plans for a host that does not answer.

use crate::desired::Desired;
use crate::desired::observed::{Observation, Observed};
use crate::diag::{Code, Diagnostic};

pub(super) fn check(desired: &Desired, observed: &Observed) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (id, target) in &desired.hosts {
        let why = match observed.hosts.get(id) {
            None => Some("it was not looked at"),
            Some(facts) => facts.unreadable.as_deref(),
        };
        // The host answered, and one of its things could not be read for a reason that is not another thing.
        let part = || {
            desired.objects.iter().filter(|(_, entry)| entry.host == *id).find_map(|(object, _)| {
                match observed.objects.get(object) {
                    Some(Observation::Unreadable { behind: None, why }) => Some(why.as_str()),
                    _ => None,
                }
            })
        };
        let Some(why) = why.or_else(part) else { continue };
        found.push(
            Diagnostic::error(
                Code::GUARD_UNREADABLE_HOST,
                format!("host `{}` could not be read", target.name),
            )
            .at(target.span, "reached like this")
            .note(why)
            .note("what could not be read is not empty: nothing is changed on any host")
            .help("make the host reachable and plan again"),
        );
    }
    found
}
