//! Containers of benches that an older release made: they go on as they are until they are made anew for another reason, because
//! people would notice the change.

use crate::desired::docker::Container;
use crate::desired::observed::{Observation, Observed, Present};
use crate::desired::{Desired, Object, ObjectId, ObjectKind};
use crate::provider::frappe::parts::LOADING;
use crate::provider::names::{DATABASE_NETWORK, is_database_server};

/// What is wanted of a container that an older release made, as that release wanted it; `None` where it is as today's would be.
#[must_use]
pub fn as_it_was(
    id: &ObjectId,
    wanted: &Container,
    present: Option<&Present>,
    desired: &Desired,
) -> Option<Container> {
    let seen = seen(present?)?;
    let command = websocket(id, wanted, seen);
    let network = server_network(id, wanted, seen, desired);
    if command.is_none() && network.is_none() {
        return None;
    }
    let mut older = wanted.clone();
    if command.is_some() {
        older.command = command;
    }
    if let Some(network) = network {
        older
            .networks
            .extend(seen.networks.get_key_value(network).map(|(name, on)| (name.clone(), on.clone())));
    }
    Some(older)
}

/// What people should know of those that are there.
#[must_use]
pub fn notes(desired: &Desired, observed: &Observed) -> Vec<String> {
    let (mut websockets, mut shared) = (Vec::new(), Vec::new());
    for (id, entry) in desired.objects.iter().filter(|(id, _)| id.kind == ObjectKind::Container) {
        let Object::Container(wanted) = &entry.object else { continue };
        let present = observed.objects.get(id).and_then(Observation::present);
        let Some(seen) = present.and_then(seen) else { continue };
        if websocket(id, wanted, seen).is_some() {
            websockets.push(wanted.name.as_str());
        }
        if server_network(id, wanted, seen, desired).is_some() {
            shared.push(wanted.name.as_str());
        }
    }
    let websockets = some(&websockets).map(|(first, names)| {
        format!(
            "{names} was made by an older release: realtime works there only where a site's name leads to its edge from inside \
             of a container, at port 80 or 443. `docker rm -f {first}` and an apply make it as it should be; its frontend restarts \
             with it"
        )
    });
    let shared = some(&shared).map(|(first, names)| {
        format!(
            "{names} was made by an older release and is still on its database's network, with those of other benches: while its \
             own `backend` is down, that name leads to theirs. It leaves that network when it is made anew; `docker rm -f {first}` \
             and an apply do so at once"
        )
    });
    websockets.into_iter().chain(shared).collect()
}

/// The first of some names, and in words how many there are.
fn some<'n>(names: &[&'n str]) -> Option<(&'n str, String)> {
    let first = *names.first()?;
    let more = if names.len() > 1 { format!(" (and {} more)", names.len() - 1) } else { String::new() };
    Some((first, format!("`{first}`{more}")))
}

/// The container that is there, where nothing else bears its mark.
fn seen(present: &Present) -> Option<&Container> {
    match &present.object {
        Object::Container(seen) if present.spare.is_empty() => Some(seen),
        _ => None,
    }
}

/// The command of a websocket from before realtime asked the bench itself who somebody is.
fn websocket(id: &ObjectId, wanted: &Container, seen: &Container) -> Option<Vec<String>> {
    if id.role != "websocket" {
        return None;
    }
    // The shell, its option and its script; what is loaded first is an argument of the script's.
    let words = wanted.command.iter().flatten().take(3);
    let command: Vec<String> = words.map(|word| word.replace(LOADING, "exec node ")).collect();
    let is_older = seen.command.as_ref() == Some(&command) && wanted.command.as_ref() != Some(&command);
    is_older.then_some(command)
}

/// The database server's network, on which all benches of a server were before the server joined theirs.
fn server_network<'d>(
    id: &ObjectId,
    wanted: &Container,
    seen: &Container,
    desired: &'d Desired,
) -> Option<&'d str> {
    if !id.of.starts_with("bench.") {
        return None;
    }
    let server = desired.objects.get(id)?.needs.iter().find(|need| is_database_server(need))?;
    let network = ObjectId::new(&server.of, ObjectKind::Network, DATABASE_NETWORK);
    let Object::Network(network) = &desired.objects.get(&network)?.object else { return None };
    let is_older = seen.networks.contains_key(&network.name) && !wanted.networks.contains_key(&network.name);
    is_older.then_some(network.name.as_str())
}
