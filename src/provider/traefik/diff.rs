//! Routes, seen and wanted.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::desired::call::{Arg, Call};
use crate::desired::change::{Action, FieldChange};
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

/// Certificates and the account that they come with: Traefik gets them again where they are missing.
#[must_use]
pub fn is_got_again(id: &ObjectId) -> bool {
    id.kind == ObjectKind::Volume && id.role == "acme" && id.of.starts_with("edge.")
}

/// The names at which a route answers.
#[must_use]
pub fn names(route: &Route) -> BTreeSet<&str> {
    let rules = route.entries.values().filter_map(|entry| entry.get("rule")?.as_str());
    rules
        .flat_map(|rule| rule.split("Host(`").skip(1))
        .filter_map(|rest| Some(rest.split_once('`')?.0))
        .collect()
}

/// Takes names out of a route that is there and stays: before others get them, and itself gets others. `None` where it
/// answers at none of them.
#[must_use]
pub fn give_up(present: &Present, names: &BTreeSet<&str>, edge: &ObjectId) -> Option<Draft> {
    let seen = files(present).into_iter().next()?;
    let mut set = BTreeMap::new();
    let mut remove = BTreeSet::new();
    for (key, entry) in &seen.entries {
        let Some(rule) = entry.get("rule").and_then(Value::as_str) else { continue };
        let gives = |term: &&str| {
            names.iter().any(|name| {
                let rest = term.strip_prefix("Host(`").and_then(|rest| rest.strip_prefix(name));
                rest.and_then(|rest| rest.strip_prefix("`)"))
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(" && "))
            })
        };
        if !rule.split(" || ").any(|term| gives(&term)) {
            continue;
        }
        let left: Vec<&str> = rule.split(" || ").filter(|term| !gives(term)).collect();
        if left.is_empty() {
            remove.insert(key.clone());
        } else {
            let mut entry = entry.clone();
            entry["rule"] = Value::from(left.join(" || "));
            set.insert(key.clone(), entry);
        }
    }
    let gives = !set.is_empty() || !remove.is_empty();
    gives.then(|| routes(edge, &seen.file, set, remove, "a name goes to another site".to_owned()))
}

/// Sets what differs and removes what is no longer wanted; a route that moves is in its new file before it leaves the
/// old one. Where a move was interrupted it is in two files, and leaves the other.
#[must_use]
pub fn route(wanted: &Route, present: Option<&Present>, edge: Option<&ObjectId>) -> Comparison {
    let Some(edge) = edge else {
        // Check refuses a bench without an edge on its host, so there is no route without one.
        return Comparison::UNCHANGED;
    };
    let seen: Vec<&Route> = present.map(files).unwrap_or_default();
    let idle = present.is_some_and(|present| !present.status.running);
    if seen == [wanted] && idle {
        return Comparison::change(served(wanted, edge));
    }
    if seen == [wanted] {
        return Comparison::UNCHANGED;
    }
    let Some(before) = seen.first() else {
        let reason = "not there yet".to_owned();
        let draft = routes(edge, &wanted.file, wanted.entries.clone(), BTreeSet::new(), reason);
        return Comparison::change(Proposal::new(Action::Create, Vec::new(), vec![draft], None));
    };
    let mut drafts = Vec::new();
    let here = seen.iter().find(|route| route.file == wanted.file);
    let there = |key: &str| here.and_then(|route| route.entries.get(key));
    let set: BTreeMap<String, Value> = wanted
        .entries
        .iter()
        .filter(|(key, value)| there(key) != Some(*value))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let gone: BTreeSet<String> = here
        .into_iter()
        .flat_map(|route| route.entries.keys())
        .filter(|key| !wanted.entries.contains_key(*key))
        .cloned()
        .collect();
    if !set.is_empty() || !gone.is_empty() {
        drafts.push(routes(edge, &wanted.file, set, gone, "differs from what is wanted".to_owned()));
    }
    let mut fields = compare(*before, wanted);
    for other in seen.iter().filter(|route| route.file != wanted.file) {
        drafts.push(leave(edge, other, format!("moves to {}", wanted.file)));
        if other.file != before.file {
            let path = "left_behind".to_owned();
            let consequence = Consequence::Reload;
            fields.push(FieldChange {
                path,
                before: other.file.clone().into(),
                after: Value::Null,
                consequence,
            });
        }
    }
    if drafts.is_empty() {
        return Comparison::UNCHANGED;
    }
    Comparison::change(Proposal::new(Action::Update, fields, drafts, None))
}

/// The route lies in its file, and Traefik does not run it: the call writes nothing and says why that is so.
fn served(wanted: &Route, edge: &ObjectId) -> Proposal {
    let reason = "written, and Traefik does not run it".to_owned();
    let draft = routes(edge, &wanted.file, wanted.entries.clone(), BTreeSet::new(), reason);
    let field = FieldChange {
        path: "served".to_owned(),
        before: false.into(),
        after: true.into(),
        consequence: Consequence::Reload,
    };
    Proposal::new(Action::Update, vec![field], vec![draft], None)
}

/// Removes every entry.
#[must_use]
pub fn remove_route(present: &Present, edge: &ObjectId) -> Proposal {
    let drafts = files(present).into_iter().map(|seen| leave(edge, seen, "no longer wanted".to_owned()));
    Proposal::new(Action::Delete, Vec::new(), drafts.collect(), None)
}

/// The route in each file that it was seen in.
fn files(present: &Present) -> Vec<&Route> {
    std::iter::once(present)
        .chain(&present.spare)
        .filter_map(|one| match &one.object {
            Object::Route(route) => Some(route),
            _ => None,
        })
        .collect()
}

fn leave(edge: &ObjectId, seen: &Route, reason: String) -> Draft {
    routes(edge, &seen.file, BTreeMap::new(), seen.entries.keys().cloned().collect(), reason)
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
