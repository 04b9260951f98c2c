//! What a server turned out to hold, as objects: present, foreign, or behind a server that cannot be asked. The sandbox sees
//! its servers through the same.

use std::collections::BTreeMap;

use super::lower::DATA;
use super::read::Read;
use crate::desired::docker::{Container, Provided};
use crate::desired::observed::{Observation, Observed, Present, Status};
use crate::desired::{Desired, Entry, Object, ObjectId, ObjectKind};
use crate::provider::names::MARIADB;

/// The servers of a host: those that are wanted there, and those that were seen and hold what somebody may still want.
#[must_use]
pub fn servers<'a>(
    host: &str,
    desired: &'a Desired,
    seen: &'a Observed,
) -> BTreeMap<&'a ObjectId, &'a Container> {
    let wanted = desired.objects.iter().filter(|(_, entry)| entry.host == host);
    let wanted = wanted.map(|(id, entry)| (id, &entry.object));
    let there = seen.objects.iter().filter_map(|(id, one)| Some((id, &one.present()?.object)));
    // The wanted fields count where both are there.
    there
        .chain(wanted)
        .filter(|(id, _)| id.role == MARIADB)
        .filter_map(|(id, object)| match object {
            Object::Container(container) => Some((id, &**container)),
            _ => None,
        })
        .collect()
}

/// Whether a server can be asked.
#[derive(Debug)]
pub enum Stand<'a> {
    /// It and its data are not there: nothing is in it.
    Gone,
    /// It cannot be asked; why.
    Unknown(String),
    /// The engine id of its container.
    Ready(&'a str),
}

/// Asks whether a server can be asked; `seen` is what was seen of containers and volumes.
#[must_use]
pub fn stand<'a>(id: &ObjectId, server: &Container, desired: &Desired, seen: &'a Observed) -> Stand<'a> {
    match seen.objects.get(id) {
        Some(Observation::Present(container)) => {
            // An interrupted change of the container leaves two.
            let container = container.serving();
            let status = &container.status;
            if !status.running {
                Stand::Unknown(format!("its server does not run ({})", status.text))
            } else if !status.busy.is_empty() {
                Stand::Unknown("a command of an earlier run is still at work in its server".to_owned())
            } else if !status.is_ready() {
                let health = status.health.as_deref().unwrap_or("not ready");
                Stand::Unknown(format!("its server is {health}"))
            } else {
                Stand::Ready(&container.handle)
            }
        }
        Some(Observation::Unreadable { why, .. }) => Stand::Unknown(why.clone()),
        Some(Observation::Foreign { .. } | Observation::Lost(_) | Observation::Absent) | None => {
            // Databases go with the volume; while that is there, only a server can show them.
            if has_data(server, desired, seen) {
                Stand::Unknown("the container of its server is not there, and its data is".to_owned())
            } else {
                Stand::Gone
            }
        }
    }
}

fn has_data(server: &Container, desired: &Desired, seen: &Observed) -> bool {
    let name = server.volumes.get(DATA).map(|mount| mount.volume.as_str());
    desired.objects.iter().any(|(id, entry)| {
        matches!(&entry.object, Object::Volume(volume) if Some(volume.name.as_str()) == name)
            && matches!(seen.objects.get(id), Some(Observation::Present(_) | Observation::Unreadable { .. }))
    })
}

/// A server of a host.
#[derive(Debug)]
pub struct Of<'a> {
    /// The host.
    pub host: &'a str,
    /// What is wanted.
    pub desired: &'a Desired,
    /// Its container.
    pub server: &'a ObjectId,
}

impl<'a> Of<'a> {
    /// The databases and accounts that are wanted in it.
    pub fn wanted(&self) -> impl Iterator<Item = (&'a ObjectId, &'a Entry)> {
        let (host, server) = (self.host, self.server);
        self.desired.objects.iter().filter(move |(id, entry)| {
            matches!(id.kind, ObjectKind::Schema | ObjectKind::Account)
                && entry.host == host
                && entry.needs.contains(server)
        })
    }

    /// Nobody can say anything of what is wanted in it.
    #[must_use]
    pub fn unreadable(&self, why: &str) -> Vec<(ObjectId, Observation)> {
        let behind = Some(self.server.clone());
        let unreadable = |id: &ObjectId| {
            (id.clone(), Observation::Unreadable { behind: behind.clone(), why: why.to_owned() })
        };
        self.wanted().map(|(id, _)| unreadable(id)).collect()
    }

    /// What bears our mark, wanted or not, and strangers under the names that are wanted.
    #[must_use]
    pub fn objects(&self, read: &Read) -> Vec<(ObjectId, Observation)> {
        let mut found: BTreeMap<ObjectId, Observation> = BTreeMap::new();
        for (id, entry) in self.wanted() {
            let evidence = match &entry.object {
                Object::Schema(schema) if read.schemas.contains_key(&schema.name) => {
                    read.evidence(&self.desired.fleet, "database", &schema.name)
                }
                Object::Account(account) if read.accounts.contains_key(&account.name) => {
                    read.evidence(&self.desired.fleet, "account", &account.name)
                }
                _ => continue,
            };
            found.insert(id.clone(), Observation::Foreign { evidence });
        }
        for (id, name) in &read.marks {
            // A mark without its thing is what a run leaves that ended between the two: the thing is absent.
            let object = match id.kind {
                ObjectKind::Schema => read.schemas.get(name).cloned().map(Object::Schema),
                ObjectKind::Account => read.accounts.get(name).cloned().map(Object::Account),
                _ => None,
            };
            if let Some(object) = object {
                found.insert(id.clone(), Observation::Present(Box::new(self.present(object, name))));
            }
        }
        for (id, entry) in self.wanted() {
            let name = match &entry.object {
                Object::Schema(schema) => &schema.name,
                Object::Account(account) => &account.name,
                _ => continue,
            };
            if let Some(why) = read.unreadable.get(name) {
                let why = format!("`{name}`: {why}");
                found.insert(id.clone(), Observation::Unreadable { behind: Some(self.server.clone()), why });
            }
        }
        found.into_iter().collect()
    }

    fn present(&self, object: Object, name: &str) -> Present {
        Present {
            host: self.host.to_owned(),
            object,
            handle: name.to_owned(),
            provided: Provided::default(),
            status: Status { running: true, ..Status::default() },
            attached: BTreeMap::new(),
            spare: Vec::new(),
            within: Some(self.server.clone()),
        }
    }
}
