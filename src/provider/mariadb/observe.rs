//! Databases and accounts of a host's servers, one round of SQL a server, and one more for each hundred sites.

use std::collections::{BTreeMap, BTreeSet};

use super::found::{Of, Stand, servers, stand};
use super::read::{self, Read};
use super::{client, sites, sql};
use crate::desired::observed::{Observation, Observed};
use crate::desired::{Desired, Object, ObjectId};
use crate::provider::Error;
use crate::provider::inside::Inside;
use crate::provider::site_tables::Server;
use crate::world::secret::Opener;

/// In the arguments of execs that only read: it is no step's, so nobody waits for them.
const MARK: &str = "reads-databases";
/// Seconds that a look may take.
const WITHIN: u64 = 60;
/// Seconds that a look waits for somebody's lock on one table.
pub(super) const LOCK_WAIT: u64 = 2;

/// Looks at every server of a host; `seen` is what was seen of its containers and volumes. The second part is what each
/// server that answered told of the sites in it, by its container.
pub async fn observe(
    inside: &dyn Inside,
    host: &str,
    desired: &Desired,
    seen: &Observed,
    opener: &Opener<'_>,
) -> (Vec<(ObjectId, Observation)>, BTreeMap<ObjectId, Server>) {
    let looks = servers(host, desired, seen).into_iter().map(|(id, server)| async move {
        let of = Of { host, desired, server: id };
        match stand(id, server, desired, seen) {
            Stand::Gone => (id, Vec::new(), None),
            Stand::Unknown(why) => (id, of.unreadable(&why), None),
            Stand::Ready(container) => match look(inside, container, &of, opener).await {
                Ok(read) => {
                    let objects = of.objects(&read);
                    (id, objects, Some(read.server))
                }
                Err(error) => {
                    let why = match &error.advice {
                        Some(advice) => format!("{error}; {advice}"),
                        None => error.to_string(),
                    };
                    (id, of.unreadable(&why), None)
                }
            },
        }
    });
    let mut objects = Vec::new();
    let mut told = BTreeMap::new();
    for (id, found, server) in futures_util::future::join_all(looks).await {
        objects.extend(found);
        told.extend(server.map(|server| (id.clone(), server)));
    }
    (objects, told)
}

async fn look(inside: &dyn Inside, container: &str, of: &Of<'_>, opener: &Opener<'_>) -> Result<Read, Error> {
    let (mut databases, mut accounts) = (BTreeSet::new(), BTreeSet::new());
    for (_, entry) in of.wanted() {
        match &entry.object {
            Object::Schema(schema) => databases.insert(schema.name.as_str()),
            Object::Account(account) => accounts.insert(account.name.as_str()),
            _ => continue,
        };
    }
    let fleet = &of.desired.fleet;
    let script = format!("{}{}", sql::session(LOCK_WAIT), sql::look(fleet, &databases, &accounts));
    let rows = client::run(inside, container, MARK, "read databases", &script, WITHIN).await?;
    let mut read = read::read(&rows, fleet, opener)?;
    let tables = std::mem::take(&mut read.tables);
    let at = sites::At { inside, container, mark: MARK, fleet };
    for (databases, told) in sites::read(at, &tables).await {
        let told = told.and_then(|rows| read::understand(&mut read, &rows, fleet, opener));
        if let Err(error) = told {
            let unread = databases.into_iter().map(|name| (name.clone(), error.to_string()));
            read.server.unreadable.extend(unread);
        }
    }
    Ok(read)
}
