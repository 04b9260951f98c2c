//! `guard/networks`: no more networks are begun than the engine has subnets for.

use std::collections::BTreeMap;

use crate::desired::ObjectKind;
use crate::desired::change::Action;
use crate::desired::observed::Observed;
use crate::diag::{Code, Diagnostic};
use crate::plan::{Plan, Refusal};
use crate::provider::docker::MORE_NETWORKS;

/// Refuses the plan as a whole where a host would be asked for more networks than it can make: it would be half done when the engine
/// says so.
pub(in crate::plan) fn check(plan: &mut Plan, observed: &Observed) {
    let mut made: BTreeMap<&str, u64> = BTreeMap::new();
    let networks = plan.changes.iter().filter(|change| change.id.kind == ObjectKind::Network);
    for change in networks.filter(|change| change.action == Action::Create) {
        *made.entry(&change.host).or_default() += 1;
    }
    let mut refusals = Vec::new();
    for (host, wanted) in made {
        let Some(facts) = observed.hosts.get(host) else { continue };
        let Some(left) = facts.networks_left.filter(|left| *left < wanted) else { continue };
        let networks = if wanted == 1 { "1 network is".to_owned() } else { format!("{wanted} networks are") };
        let message =
            format!("{networks} to be made on host `{}`, and its engine can make {left} more", facts.name);
        let diagnostic = Diagnostic::error(Code::GUARD_NETWORKS, message)
            .note("each takes a subnet of the engine's address pools; without a setting of its own an engine has 31 in all")
            .note("a bench has a network of its own, and so have a database and an edge; nothing was begun")
            .help(MORE_NETWORKS);
        refusals.push(Refusal { diagnostic, object: None, fatal: true });
    }
    plan.refusals.extend(refusals);
}
