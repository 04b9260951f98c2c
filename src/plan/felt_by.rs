//! Which sites feel that something is down for a while.

use std::collections::{BTreeMap, BTreeSet};

use super::Plan;
use crate::desired::change::Action;
use crate::desired::fields::Consequence;
use crate::desired::observed::{Observation, Observed};
use crate::desired::{Desired, Entry, Object, ObjectId, ObjectKind};
use crate::provider::diff;

/// The most that are named.
const NAMED: usize = 10;

/// A note for each declaration that is down while it changes and has sites that answer now.
pub(super) fn notes(plan: &Plan, desired: &Desired, observed: &Observed) -> Vec<String> {
    let mut down: BTreeMap<&ObjectId, BTreeSet<String>> = BTreeMap::new();
    for change in &plan.changes {
        let stops = change.action != Action::Create && change.consequence >= Consequence::Restart;
        if stops && change.id.kind == ObjectKind::Container && diff::answers_visitors(&change.id) {
            down.insert(&change.id, BTreeSet::new());
        }
    }
    if down.is_empty() {
        return Vec::new();
    }
    for (id, site) in desired.objects.iter().filter(|(id, _)| id.kind == ObjectKind::Site) {
        let is_there = observed.objects.get(id).and_then(Observation::present).is_some();
        if is_there && !is_suspended(site) {
            let behind = behind(id, site, desired);
            for (_, sites) in down.iter_mut().filter(|(id, _)| behind.contains(*id)) {
                sites.insert(declaration(&site.address).to_owned());
            }
        }
    }
    let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (id, sites) in down {
        let of = desired
            .objects
            .get(id)
            .map_or_else(|| id.of.clone(), |entry| declaration(&entry.address).to_owned());
        told.entry(of).or_default().extend(sites);
    }
    let feel = told.into_iter().filter(|(_, sites)| !sites.is_empty());
    feel.map(|(of, sites)| {
        let named: Vec<String> = sites.iter().take(NAMED).map(|site| format!("`{site}`")).collect();
        let more = sites.len() - named.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("while `{of}` changes, these do not answer: {}{more}", named.join(", "))
    })
    .collect()
}

fn is_suspended(site: &Entry) -> bool {
    matches!(&site.object, Object::Site(site) if site.suspended)
}

/// All containers without which a site does not answer.
fn behind<'d>(id: &ObjectId, site: &'d Entry, desired: &'d Desired) -> BTreeSet<&'d ObjectId> {
    let route = ObjectId::new(&id.of, ObjectKind::Route, "");
    let mut waiting: Vec<&'d ObjectId> = site.needs.iter().collect();
    waiting.extend(desired.objects.get(&route).into_iter().flat_map(|route| &route.needs));
    let mut all = BTreeSet::new();
    while let Some(need) = waiting.pop() {
        if all.insert(need) {
            waiting.extend(desired.objects.get(need).into_iter().flat_map(|entry| &entry.needs));
        }
    }
    all
}

/// `bench.b` of `bench.b/container/backend`.
fn declaration(address: &str) -> &str {
    address.split('/').next().unwrap_or(address)
}
