//! Routes, seen and wanted.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::desired::call::{Arg, Call};
use crate::desired::change::Action;
use crate::desired::compare::compare;
use crate::desired::fields::Consequence;
use crate::desired::observed::Present;
use crate::desired::traefik::Route;
use crate::desired::{Object, ObjectId, ObjectKind};
use crate::provider::proposal::{Comparison, Draft, Proposal};

/// Whether a container is the Traefik of its host.
#[must_use]
pub fn serves_routes(id: &ObjectId) -> bool {
    id.kind == ObjectKind::Container && id.role == "traefik" && id.of.starts_with("edge.")
}

/// The volume of dynamic files holds nothing but routes, which are compiled again at will.
#[must_use]
pub fn is_disposable_volume(id: &ObjectId) -> bool {
    id.kind == ObjectKind::Volume && id.role == "dynamic" && id.of.starts_with("edge.")
}

/// Sets what differs and removes what is no longer wanted; a route that moves is in its new file before it leaves the
/// old one.
#[must_use]
pub fn route(wanted: &Route, present: Option<&Present>, edge: Option<&ObjectId>) -> Comparison {
    let Some(edge) = edge else {
        // Check refuses a bench without an edge on its host, so there is no route without one.
        return Comparison::UNCHANGED;
    };
    let seen = match present.map(|present| &present.object) {
        Some(Object::Route(seen)) => Some(seen),
        _ => None,
    };
    let Some(seen) = seen else {
        let set = wanted.entries.clone();
        let draft = routes(edge, &wanted.file, set, BTreeSet::new(), format!("routes in {}", wanted.file));
        return Comparison::change(Proposal::new(Action::Create, Vec::new(), vec![draft], None));
    };
    if seen == wanted {
        return Comparison::UNCHANGED;
    }
    let moved = seen.file != wanted.file;
    let set = wanted.entries.iter().filter(|(key, value)| moved || seen.entries.get(*key) != Some(*value));
    let set: BTreeMap<String, Value> = set.map(|(key, value)| (key.clone(), value.clone())).collect();
    let gone =
        seen.entries.keys().filter(|key| moved || !wanted.entries.contains_key(*key)).cloned().collect();
    let drafts = if moved {
        vec![
            routes(edge, &wanted.file, set, BTreeSet::new(), format!("moves to {}", wanted.file)),
            routes(edge, &seen.file, BTreeMap::new(), gone, format!("has moved from {}", seen.file)),
        ]
    } else {
        vec![routes(edge, &wanted.file, set, gone, format!("routes in {}", wanted.file))]
    };
    Comparison::change(Proposal::new(Action::Update, compare(seen, wanted), drafts, None))
}

/// Removes every entry.
#[must_use]
pub fn remove_route(seen: &Route, edge: &ObjectId) -> Option<Proposal> {
    let gone = seen.entries.keys().cloned().collect();
    let draft = routes(edge, &seen.file, BTreeMap::new(), gone, "no longer wanted".to_owned());
    Some(Proposal::new(Action::Delete, Vec::new(), vec![draft], None))
}

fn routes(
    edge: &ObjectId,
    file: &str,
    set: BTreeMap<String, Value>,
    remove: BTreeSet<String>,
    reason: String,
) -> Draft {
    let call = Call::Routes { container: Arg::Object(edge.clone()), file: file.to_owned(), set, remove };
    Draft::new(call, reason).felt(Consequence::Reload)
}
