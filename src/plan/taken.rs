//! What a plan that was made earlier would take from somebody who has it by now, or keeps it.

use std::collections::{BTreeMap, BTreeSet};

use super::Plan;
use crate::desired::call::Call;
use crate::desired::observed::Observed;
use crate::desired::traefik::Route;
use crate::desired::{Object, ObjectId, ObjectKind};
use crate::provider::diff;

impl Plan {
    /// Routes that would get a name which another one answers at now, and goes on to answer at: which, and why not. Traefik
    /// would send that name's visitors to either.
    #[must_use]
    pub fn taken(&self, observed: &Observed) -> BTreeMap<ObjectId, String> {
        let mut routes: BTreeMap<ObjectId, Route> = BTreeMap::new();
        for step in &self.steps {
            if let Call::Routes { set, .. } = &step.call {
                for (key, entry) in set {
                    let empty = || Route { file: String::new(), entries: BTreeMap::new() };
                    let route = routes.entry(diff::owner_of_route(key)).or_insert_with(empty);
                    route.entries.insert(key.clone(), entry.clone());
                }
            }
        }
        let routes: Vec<(ObjectId, Object)> =
            routes.into_iter().map(|(id, route)| (id, Object::Route(route))).collect();
        let mut takers: BTreeMap<&str, BTreeSet<&ObjectId>> = BTreeMap::new();
        for (id, route) in &routes {
            for name in diff::names(route) {
                takers.entry(name).or_default().insert(id);
            }
        }
        let mut taken = BTreeMap::new();
        if takers.is_empty() {
            return taken;
        }
        for (holder, present) in observed.present().filter(|(id, _)| id.kind == ObjectKind::Route) {
            for one in std::iter::once(present).chain(&present.spare) {
                let Object::Route(route) = &one.object else { continue };
                let mut kept: Option<BTreeSet<String>> = None;
                for name in diff::names(&one.object) {
                    let others = takers.get(name).into_iter().flatten().filter(|taker| **taker != holder);
                    for taker in others {
                        let kept = kept.get_or_insert_with(|| self.names_kept(holder, route));
                        if kept.contains(name) {
                            let why = format!("`{name}` is `{}`'s, which does not give it up", holder.of);
                            taken.insert((*taker).clone(), why);
                        }
                    }
                }
            }
        }
        taken
    }

    /// Names at which a route answers when all steps of a plan are done.
    fn names_kept(&self, id: &ObjectId, route: &Route) -> BTreeSet<String> {
        let mut route = route.clone();
        for step in &self.steps {
            if let Call::Routes { file, set, remove, .. } = &step.call
                && *file == route.file
            {
                route.entries.retain(|key, _| !remove.contains(key));
                let own = set.iter().filter(|(key, _)| diff::owner_of_route(key) == *id);
                route.entries.extend(own.map(|(key, entry)| (key.clone(), entry.clone())));
            }
        }
        diff::names(&Object::Route(route)).into_iter().map(str::to_owned).collect()
    }
}
