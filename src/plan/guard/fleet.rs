//! `guard/new-fleet`: a host that serves another fleet is begun on deliberately.

use crate::desired::observed::Observed;
use crate::desired::{Desired, ObjectId, ObjectKind};
use crate::diag::{Code, Diagnostic};
use crate::plan::Policy;

pub(super) fn check(desired: &Desired, observed: &Observed, policy: &Policy) -> Vec<Diagnostic> {
    if policy.new_fleet {
        return Vec::new();
    }
    let wanted = |host: &str| desired.objects.values().any(|entry| entry.host == host);
    // An image bears nobody's mark: the other fleet's is there for this one too.
    let marked = |id: &ObjectId| id.kind != ObjectKind::Image;
    let ours = |host: &str| {
        let mut present =
            observed.objects.iter().filter(|(id, _)| marked(id)).filter_map(|(_, one)| one.present());
        present.any(|present| present.host == host)
    };
    let strange = observed.hosts.iter().filter(|(id, facts)| {
        !facts.other_fleets.is_empty() && facts.unreadable.is_none() && wanted(id) && !ours(id)
    });
    let refusals = strange.map(|(id, facts)| {
        let others: Vec<String> = facts.other_fleets.iter().map(|fleet| format!("`{fleet}`")).collect();
        let message = format!(
            "host `{}` bears the marks of {} and none of fleet `{}`",
            facts.name,
            others.join(", "),
            desired.fleet
        );
        let diagnostic = Diagnostic::error(Code::GUARD_NEW_FLEET, message)
            .note("a changed fleet id looks just like this, and would build everything a second time")
            .help("when the id was changed by mistake, put it back")
            .leave("new-fleet", "when this fleet is to begin on that host: `--new-fleet`");
        match desired.hosts.get(id) {
            Some(host) => diagnostic.at(host.span, "this host"),
            None => diagnostic,
        }
    });
    refusals.collect()
}
