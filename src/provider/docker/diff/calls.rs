//! The drafts that container changes are made of.

use std::collections::{BTreeMap, BTreeSet};

use crate::desired::call::{Arg, Call};
use crate::desired::change::Action;
use crate::desired::docker::{Container, File, Health};
use crate::desired::fields::Consequence;
use crate::desired::observed::Present;
use crate::desired::{Object, ObjectId};
use crate::provider::proposal::{Draft, Proposal};

/// Creates a container under a name, on all its networks, with its files. It is not started.
pub(super) fn create(id: &ObjectId, wanted: &Container, name: &str, reason: &str) -> Vec<Draft> {
    let this = || Arg::Object(id.clone());
    let call =
        Call::CreateContainer { id: id.clone(), name: name.to_owned(), container: Box::new(wanted.clone()) };
    let mut drafts = vec![Draft::new(call, reason)];
    // The engine attaches it to the first network when it creates it.
    for (network, aliases) in wanted.networks.iter().skip(1) {
        drafts.push(connect(this(), network, aliases));
    }
    if !wanted.files.is_empty() {
        let mut files = put(this(), wanted.files.clone());
        "there before it starts".clone_into(&mut files.reason);
        drafts.push(files);
    }
    drafts
}

pub(super) fn connect(container: Arg, network: &str, aliases: &BTreeSet<String>) -> Draft {
    let call = Call::ConnectNetwork { container, network: network.to_owned(), aliases: aliases.clone() };
    Draft::new(call, format!("belongs on {network}"))
}

pub(super) fn disconnect(container: Arg, network: &str) -> Draft {
    let call = Call::DisconnectNetwork { container, network: network.to_owned() };
    Draft::new(call, format!("no longer belongs on {network}"))
}

pub(super) fn put(container: Arg, files: BTreeMap<String, File>) -> Draft {
    let reason = match files.len() {
        1 => files.keys().map(|path| format!("{path} differs")).collect(),
        n => format!("{n} files differ"),
    };
    Draft::new(Call::PutFiles { container, files }, reason)
}

pub(super) fn start(container: Arg) -> Draft {
    Draft::new(Call::StartContainer { container }, "ready to start")
}

pub(super) fn unpause(container: Arg) -> Draft {
    Draft::new(Call::UnpauseContainer { container }, "somebody paused it")
}

/// Stops a container that was seen to run; its own grace counts, not the wanted one.
pub(super) fn stop(present: &Present, grace: u64, reason: &str, consequence: Consequence) -> Draft {
    let call = Call::StopContainer { container: Arg::Handle(present.handle.clone()), grace };
    Draft::new(call, reason).felt(consequence)
}

pub(super) fn remove(present: &Present, reason: &str) -> Draft {
    Draft::new(Call::RemoveContainer { container: Arg::Handle(present.handle.clone()) }, reason)
}

pub(super) fn rename(container: Arg, name: &str) -> Draft {
    Draft::new(Call::RenameContainer { container, name: name.to_owned() }, format!("{name} is its name"))
}

/// Waits until it is healthy: as long as its health check may take to say no, and a little more.
pub(super) fn healthy(container: Arg, health: Option<&Health>) -> Draft {
    Draft::new(Call::AwaitHealthy { container, within: within(health) }, "must be healthy first")
}

/// Seconds that an engine may take until it calls a container unhealthy, and ten more.
pub(super) fn within(health: Option<&Health>) -> u64 {
    health
        .map_or(0, |h| {
            let look = h.interval.saturating_add(h.timeout);
            h.start_period.saturating_add(h.retries.saturating_mul(look)).saturating_add(10)
        })
        .max(30)
}

/// Waits for what an interrupted run of ours left running in a container: mending it meanwhile would do it twice.
pub(super) fn busy(present: &Present) -> Vec<Draft> {
    let waits = present.status.busy.iter().map(|mark| {
        let container = Arg::Handle(present.handle.clone());
        let call = Call::AwaitExec { container, mark: mark.clone(), within: 600 };
        Draft::new(call, format!("an interrupted run still works in it: {mark}"))
    });
    waits.collect()
}

/// The object that a call makes a container for.
#[must_use]
pub const fn makes(call: &Call) -> Option<&ObjectId> {
    match call {
        Call::CreateContainer { id, .. } => Some(id),
        _ => None,
    }
}

/// Whether a container may have another address after a call.
#[must_use]
pub const fn may_move(call: &Call) -> bool {
    matches!(call, Call::StartContainer { .. } | Call::RestartContainer { .. } | Call::ConnectNetwork { .. })
}

/// Waits for a container that runs and is not ready; `None` for everything else.
#[must_use]
pub fn await_ready(present: &Present) -> Option<Draft> {
    match &present.object {
        Object::Container(seen) if present.status.running && !present.status.is_ready() => {
            let health = seen.health.as_ref().or(present.provided.health.as_ref());
            Some(healthy(Arg::Handle(present.handle.clone()), health))
        }
        _ => None,
    }
}

/// Adds a restart to what is proposed for a container, unless it starts anyway.
pub fn restart(id: &ObjectId, present: &Present, proposal: &mut Option<Proposal>) {
    let Object::Container(seen) = &present.object else { return };
    let starts =
        |p: &Proposal| p.drafts.iter().any(|draft| matches!(draft.call, Call::StartContainer { .. }));
    if proposal.as_ref().is_some_and(starts) {
        return;
    }
    let handle = present.handle.clone();
    let proposal =
        proposal.get_or_insert_with(|| Proposal::new(Action::Update, Vec::new(), Vec::new(), Some(handle)));
    let this = || Arg::Object(id.clone());
    let call = Call::RestartContainer { container: this(), grace: seen.stop_grace };
    let reason = "looks up its upstreams only when it starts, and they have new addresses";
    let health = seen.health.as_ref().or(present.provided.health.as_ref());
    let added = [Draft::new(call, reason).felt(Consequence::Restart), healthy(this(), health)];
    proposal.drafts.splice(proposal.ready..proposal.ready, added);
    proposal.ready += 2;
}
