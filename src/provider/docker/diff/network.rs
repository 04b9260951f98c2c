//! Networks. The engine changes nothing of one: a network that differs is made anew under everybody who is on it.

use std::collections::{BTreeMap, BTreeSet};

use super::calls;
use crate::desired::call::{Arg, Call};
use crate::desired::change::{Action, FieldChange};
use crate::desired::compare::compare;
use crate::desired::docker::Network;
use crate::desired::fields::Consequence;
use crate::desired::observed::Present;
use crate::desired::{Object, ObjectId};
use crate::provider::diff::Context;
use crate::provider::proposal::{Comparison, Draft, Obstacle, Proposal};

/// A network that differs is emptied, made anew and filled again, with the aliases that were seen. Our
/// containers change only after that, so one that is to leave it is put back first and serves until its own change.
/// Somebody else's containers on it are never touched: then it stays as it is, and the plan says so.
#[must_use]
pub fn network(id: &ObjectId, wanted: &Network, present: Option<&Present>, cx: &Context<'_>) -> Comparison {
    let create =
        |reason: &str| Draft::new(Call::CreateNetwork { id: id.clone(), network: wanted.clone() }, reason);
    let Some(present) = present else {
        let draft = create("not there yet");
        return Comparison::change(Proposal::new(Action::Create, Vec::new(), vec![draft], None));
    };
    let Object::Network(seen) = &present.object else { return Comparison::UNCHANGED };
    if seen == wanted && present.spare.is_empty() {
        return Comparison::UNCHANGED;
    }
    if seen == wanted {
        return Comparison::change(without_spares(present));
    }
    let members = members(seen, present, cx);
    let on = (present.host.clone(), seen.name.clone());
    let ours = |handle: &&String| cx.members.get(&on).is_some_and(|m| m.contains_key(*handle));
    let strangers: BTreeSet<String> = members.keys().filter(|handle| !ours(handle)).cloned().collect();
    if !strangers.is_empty() {
        return Comparison::refused(Obstacle::StrangersOnNetwork(strangers));
    }
    let mut drafts: Vec<Draft> = members
        .keys()
        .map(|handle| {
            let mut draft =
                calls::disconnect(Arg::Handle(handle.clone()), &seen.name).felt(Consequence::Recreate);
            draft.reason = format!("{} is made anew: cut off meanwhile", seen.name);
            draft
        })
        .collect();
    drafts.push(remove(present, "a network can't be changed in place"));
    drafts.push(create("made anew as declared").felt(Consequence::Recreate));
    for (handle, aliases) in &members {
        let mut draft = calls::connect(Arg::Handle(handle.clone()), &wanted.name, aliases);
        "was on it before".clone_into(&mut draft.reason);
        drafts.push(draft);
    }
    Comparison::change(Proposal::new(Action::Replace, compare(seen, wanted), drafts, None))
}

/// A second network of the same name and mark makes the name ambiguous: no container starts on it any more.
fn without_spares(present: &Present) -> Proposal {
    let field = FieldChange {
        path: "networks_of_this_name".to_owned(),
        before: (present.spare.len() + 1).into(),
        after: 1.into(),
        consequence: Consequence::None,
    };
    let drafts = present.spare.iter().map(|spare| remove(spare, "a second one of the same name"));
    Proposal::new(Action::Update, vec![field], drafts.collect(), None)
}

/// Removes a network, when its guests have left it. Who else is still on it is seen to by the plan.
#[must_use]
pub fn remove_network(present: &Present, network: &Network, guests: &[&Present]) -> Proposal {
    let all = guests.iter().flat_map(|guest| std::iter::once(*guest).chain(&guest.spare));
    let on_it = all.filter(|guest| match &guest.object {
        Object::Container(container) => container.networks.contains_key(&network.name),
        _ => false,
    });
    let mut drafts: Vec<Draft> = on_it
        .map(|guest| {
            let mut draft = calls::disconnect(Arg::Handle(guest.handle.clone()), &network.name);
            "nobody else is on it any more".clone_into(&mut draft.reason);
            draft
        })
        .collect();
    drafts.push(remove(present, "no longer wanted"));
    Proposal::new(Action::Delete, Vec::new(), drafts, None)
}

fn remove(present: &Present, reason: &str) -> Draft {
    Draft::new(Call::RemoveNetwork { handle: present.handle.clone() }, reason)
}

/// Everybody on it: what the engine lists, and our containers that don't run.
fn members(seen: &Network, present: &Present, cx: &Context<'_>) -> BTreeMap<String, BTreeSet<String>> {
    let mut members = present.attached.clone();
    for (handle, aliases) in cx.members.get(&(present.host.clone(), seen.name.clone())).into_iter().flatten()
    {
        members.insert(handle.clone(), aliases.clone());
    }
    members
}
