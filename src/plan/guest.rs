//! A database server is a guest on the networks of its benches. It joins those that there are, and stays on those of which nothing
//! changes: a bench that is left as it is keeps its database, and what is wrong with one bench's network holds up no other bench.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::build::{Builder, Fate};
use crate::desired::observed::{Observation, Present};
use crate::desired::{Entry, Object, ObjectId};
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
        let networks = self.networks(&entry.host);
        let fixed: BTreeMap<&str, &ObjectId> = container
            .networks
            .keys()
            .chain(has.keys())
            .filter_map(|name| Some((name.as_str(), *networks.get(name.as_str())?)))
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

    /// The networks of a host by their names, those that are seen and those that are wanted.
    fn networks(&self, host: &str) -> BTreeMap<&'a str, &'a ObjectId> {
        let seen = self.observed.present().map(|(id, present)| (id, present.host.as_str(), &present.object));
        let wanted = self.desired.objects.iter().map(|(id, entry)| (id, entry.host.as_str(), &entry.object));
        // The wanted one counts where both are there.
        seen.chain(wanted)
            .filter(|(_, of, _)| *of == host)
            .filter_map(|(id, _, object)| match object {
                Object::Network(network) => Some((network.name.as_str(), id)),
                _ => None,
            })
            .collect()
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
