//! What could not be read is never taken for absent: it stops itself and what needs it, and nothing else.

use std::collections::BTreeSet;

use super::build::{Builder, Fate};
use super::{Deferred, guard};
use crate::desired::observed::Observation;
use crate::desired::{Entry, Object, ObjectId, ObjectKind};
use crate::provider::diff;

/// A wanted object.
type Wanted<'a> = (&'a ObjectId, &'a Entry);

impl<'a> Builder<'a> {
    /// What is settled later, and the rest, both in their order. What could not be read because of something that it does not
    /// need is settled after that, and what needs it after it.
    pub(super) fn late(&self, order: impl Iterator<Item = Wanted<'a>>) -> (Vec<Wanted<'a>>, Vec<Wanted<'a>>) {
        let mut late: BTreeSet<&ObjectId> = BTreeSet::new();
        order.partition(|(id, entry)| {
            let edge = self.edge(&entry.host).filter(|_| matches!(entry.object, Object::Route(_)));
            let waits = entry.needs.iter().chain(edge).any(|need| late.contains(need));
            let is_late = waits || self.is_hidden(id);
            if is_late {
                late.insert(*id);
            }
            is_late
        })
    }

    fn is_hidden(&self, id: &ObjectId) -> bool {
        let Some(Observation::Unreadable { behind: Some(behind), .. }) = self.observed.objects.get(id) else {
            return false;
        };
        self.desired.objects.get(id).is_some_and(|entry| !entry.needs.contains(behind) && behind != id)
    }

    /// What is wanted and could not be read: planned later where what it lives in is about to change, else refused.
    pub(super) fn unread(
        &mut self,
        id: &ObjectId,
        entry: &Entry,
        behind: Option<&ObjectId>,
        why: &str,
    ) -> Fate {
        let out = Fate::Out(id.clone());
        let Some(behind) = behind else {
            self.refuse(id, guard::unreadable::refuse(entry, None, why));
            return out;
        };
        match self.fates.get(behind) {
            Some(Fate::Changes { .. }) => {}
            // What it lives in is planned later too.
            Some(Fate::Out(root)) if self.plan.deferred.iter().any(|deferred| deferred.id == *root) => {}
            // It is told why that is left out.
            Some(Fate::Out(root)) => {
                let root = root.clone();
                self.waiting.entry(root.clone()).or_default().insert(id.clone());
                return Fate::Out(root);
            }
            Some(Fate::Stays(_)) | None => {
                let known = self.desired.objects.get(behind).map(|entry| entry.address.clone());
                let address = known.unwrap_or_else(|| behind.to_string());
                // What it lives in answered, and is whole: then it is the thing itself that has to be mended.
                let there = self.observed.objects.get(behind).and_then(Observation::present);
                let ails = there.is_none_or(|there| !there.serving().status.is_ready());
                let behind = ails.then_some(address.as_str());
                self.refuse(id, guard::unreadable::refuse(entry, behind, why));
                return out;
            }
        }
        self.plan.deferred.push(Deferred {
            id: id.clone(),
            address: entry.address.clone(),
            behind: behind.clone(),
            why: why.to_owned(),
        });
        out
    }

    /// Refuses what nobody wants any more and could not be read.
    pub(super) fn unwanted_unread(&mut self) {
        for (id, observation) in &self.observed.objects {
            if let Observation::Unreadable { why, .. } = observation
                && !self.desired.objects.contains_key(id)
            {
                self.refuse(id, guard::unreadable::unwanted(id, why));
            }
        }
    }

    /// What could not be read on a host and may use something there that nobody wants any more.
    pub(super) fn may_use(&self, host: &str, unwanted: &ObjectId) -> Option<&'a ObjectId> {
        let user = match unwanted.kind {
            ObjectKind::Network | ObjectKind::Volume => ObjectKind::Container,
            ObjectKind::Container if diff::serves_routes(unwanted) => ObjectKind::Route,
            _ => return None,
        };
        let unread = self.observed.objects.iter().filter(|(id, observation)| {
            id.kind == user && matches!(observation, Observation::Unreadable { .. })
        });
        let here = |id: &ObjectId| self.desired.objects.get(id).is_none_or(|entry| entry.host == host);
        unread.map(|(id, _)| id).find(|id| here(id))
    }
}
