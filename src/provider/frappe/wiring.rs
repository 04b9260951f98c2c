//! The database that a bench is wired to, which its container's networks tell: the one that has the data of its sites,
//! whatever is declared by now.

use crate::desired::docker::Container;
use crate::desired::observed::{Observation, Observed, Present};
use crate::desired::{Object, ObjectId};
use crate::provider::diff::Context;
use crate::provider::names::is_database_server;

/// The servers that share a network with a container of a host.
pub(super) fn servers(container: &Container, host: &str, seen: &Observed) -> Vec<ObjectId> {
    let shares = |server: &Present| match &server.object {
        Object::Container(server) => server.networks.keys().any(|name| container.networks.contains_key(name)),
        _ => false,
    };
    seen.present()
        .filter(|(id, present)| is_database_server(id) && present.host == host && shares(present))
        .map(|(id, _)| id.clone())
        .collect()
}

/// The server that has a site's database, where that was seen: the wanted one where several have it.
pub(super) fn server_of<'a>(schema: &ObjectId, seen: &'a Observed) -> Option<&'a ObjectId> {
    seen.places(schema).next()?.within.as_ref()
}

/// The servers of a host that could not be read: any of them may be the one.
pub(super) fn unread<'a>(host: &'a str, cx: &Context<'a>) -> impl Iterator<Item = ObjectId> + 'a {
    let Context { desired, observed, .. } = *cx;
    let unread = observed.objects.iter().filter(move |(id, one)| {
        is_database_server(id)
            && matches!(one, Observation::Unreadable { .. })
            && desired.objects.get(*id).is_some_and(|entry| entry.host == host)
    });
    unread.map(|(id, _)| id.clone())
}
