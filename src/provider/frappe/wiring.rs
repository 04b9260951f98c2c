//! The database that a bench is wired to, which its container's networks tell: the one that has the data of its sites,
//! whatever is declared by now.

use crate::desired::docker::Container;
use crate::desired::observed::Observed;
use crate::desired::{Object, ObjectId, ObjectKind};
use crate::provider::names::MARIADB;

/// The servers whose networks a container of a host is on.
pub(super) fn servers(container: &Container, host: &str, seen: &Observed) -> Vec<ObjectId> {
    seen.present()
        .filter(|(id, present)| {
            id.kind == ObjectKind::Network && id.of.starts_with("database.") && present.host == host
        })
        .filter(|(_, present)| match &present.object {
            Object::Network(network) => container.networks.contains_key(&network.name),
            _ => false,
        })
        .map(|(id, _)| ObjectId::new(&id.of, ObjectKind::Container, MARIADB))
        .collect()
}

/// The server that has a site's database, where that was seen: the wanted one where several have it.
pub(super) fn server_of<'a>(schema: &ObjectId, seen: &'a Observed) -> Option<&'a ObjectId> {
    seen.places(schema).next()?.within.as_ref()
}
