//! Networks. The engine changes nothing of one: a network that differs is made anew under everybody who is on it.

use std::collections::{BTreeMap, BTreeSet};

use super::calls;
use crate::desired::call::{Arg, Call};
use crate::desired::change::Action;
use crate::desired::compare::compare;
use crate::desired::docker::Network;
use crate::desired::fields::Consequence;
use crate::desired::observed::Present;
use crate::desired::{Object, ObjectId};
use crate::provider::diff::Context;
use crate::provider::proposal::{Comparison, Draft, Proposal};

/// A network that differs is emptied, made anew and filled again, with the aliases that were seen, also those of
/// containers that are not ours.
#[must_use]
pub fn network(id: &ObjectId, wanted: &Network, present: Option<&Present>, cx: &Context<'_>) -> Comparison {
    let create =
        |reason: &str| Draft::new(Call::CreateNetwork { id: id.clone(), network: wanted.clone() }, reason);
    let Some(present) = present else {
        let draft = create("not there yet");
        return Comparison::change(Proposal::new(Action::Create, Vec::new(), vec![draft], None));
    };
    let Object::Network(seen) = &present.object else { return Comparison::UNCHANGED };
    if seen == wanted {
        return Comparison::UNCHANGED;
    }
    let members = members(seen, present, cx);
    let mut drafts: Vec<Draft> = members
        .keys()
        .map(|handle| {
            let mut draft =
                calls::disconnect(Arg::Handle(handle.clone()), &seen.name).felt(Consequence::Recreate);
            draft.reason =
                format!("{} is made anew: its containers don't reach each other meanwhile", seen.name);
            draft
        })
        .collect();
    drafts.push(remove(present, "the engine can change nothing of a network"));
    drafts.push(create("the same network with the wanted fields").felt(Consequence::Recreate));
    for (handle, aliases) in &members {
        let mut draft = calls::connect(Arg::Handle(handle.clone()), &wanted.name, aliases);
        "back on the new network".clone_into(&mut draft.reason);
        drafts.push(draft);
    }
    Comparison::change(Proposal::new(Action::Replace, compare(seen, wanted), drafts, None))
}

/// Removes a network. Who is still on it when it goes is seen to by the plan.
#[must_use]
pub fn remove_network(present: &Present) -> Proposal {
    Proposal::new(Action::Delete, Vec::new(), vec![remove(present, "no longer wanted")], None)
}

fn remove(present: &Present, reason: &str) -> Draft {
    Draft::new(Call::RemoveNetwork { handle: present.handle.clone() }, reason)
}

/// Everybody on it: what the engine lists, and our containers that don't run.
fn members(seen: &Network, present: &Present, cx: &Context<'_>) -> BTreeMap<String, BTreeSet<String>> {
    let mut members = present.attached.clone();
    for (handle, aliases) in cx.members.get(&seen.name).into_iter().flatten() {
        members.insert(handle.clone(), aliases.clone());
    }
    members
}
