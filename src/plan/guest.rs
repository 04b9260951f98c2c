//! A database server is a guest on the networks of its benches. It joins those that there are, and stays on those of which nothing
//! changes: a bench that is left as it is keeps its database, and what is wrong with one bench's network holds up no other bench.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::build::{Builder, Fate};
use crate::desired::observed::{Observation, Present};
use crate::desired::{Entry, Object, ObjectId, ObjectKind};
use crate::provider::diff;

impl<'a> Builder<'a> {
    /// What is wanted of an object by now: for a guest, on each network of which nothing changes, what it has there.
    pub(super) fn as_guest(&self, id: &ObjectId, entry: &'a Entry) -> Cow<'a, Entry> {
        let Object::Container(container) = &entry.object else { return Cow::Borrowed(entry) };
        if !diff::is_guest(id) {
            return Cow::Borrowed(entry);
        }
        let seen = self.observed.objects.get(id).and_then(Observation::present).map(Present::serving);
        let has = match seen.map(|present| &present.object) {
            Some(Object::Container(seen)) => Cow::Borrowed(&seen.networks),
            _ => Cow::Owned(BTreeMap::new()),
        };
        let names = container.networks.keys().chain(has.keys());
        let fixed: BTreeMap<&str, &ObjectId> = names
            .filter_map(|name| Some((name.as_str(), self.network(&entry.host, name)?)))
            .filter(|(_, network)| network.of != id.of && self.is_left(network))
            .collect();
        if fixed.is_empty() {
            return Cow::Borrowed(entry);
        }
        let mut entry = entry.clone();
        entry.needs.retain(|need| !fixed.values().any(|network| *network == need));
        if let Object::Container(container) = &mut entry.object {
            for name in fixed.keys() {
                match has.get(*name) {
                    Some(aliases) => container.networks.insert((*name).to_owned(), aliases.clone()),
                    None => container.networks.remove(*name),
                };
            }
        }
        Cow::Owned(entry)
    }

    /// The object that a network of a host is, wanted or seen.
    fn network(&self, host: &str, name: &str) -> Option<&'a ObjectId> {
        let is_it = |object: &Object| matches!(object, Object::Network(network) if network.name == name);
        let mut wanted = self.desired.objects.iter().filter(|(id, _)| id.kind == ObjectKind::Network);
        let wanted = wanted.find(|(_, entry)| entry.host == host && is_it(&entry.object)).map(|(id, _)| id);
        wanted.or_else(|| {
            let mut seen = self.observed.present().filter(|(id, _)| id.kind == ObjectKind::Network);
            seen.find(|(_, present)| present.host == host && is_it(&present.object)).map(|(id, _)| id)
        })
    }

    /// Whether nothing changes about a network: nobody wants it, or it is left out.
    fn is_left(&self, network: &ObjectId) -> bool {
        !self.desired.objects.contains_key(network)
            || self.stays.root(&network.of).is_some()
            || matches!(self.fates.get(network), Some(Fate::Out(_)))
            || !matches!(
                self.observed.objects.get(network),
                None | Some(Observation::Absent | Observation::Present(_))
            )
    }
}
