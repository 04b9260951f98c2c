//! Changes that are the same for many objects, told once.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::desired::ObjectKind;
use crate::desired::change::{Action, Change};
use crate::desired::fields::Consequence;

/// From this many on, objects with the same change are told in one line.
const MANY: usize = 4;

/// What is told together.
#[derive(Debug, Clone, PartialEq)]
pub enum Told<'a> {
    /// One change.
    One(&'a Change),
    /// The same change to many objects, in the order of the plan.
    Many(Vec<&'a Change>),
}

impl<'a> Told<'a> {
    /// The change, or the first of many.
    #[must_use]
    pub fn first(&self) -> Option<&'a Change> {
        match self {
            Self::One(change) => Some(change),
            Self::Many(changes) => changes.first().copied(),
        }
    }
}

/// The same kind and role, the same action, the same fields with the same values before and after.
type Key = (ObjectKind, String, Action, Consequence, Vec<(String, String, String)>);

/// Puts together what is the same; each stands where its first change stood.
#[must_use]
pub fn fold<'a>(changes: impl IntoIterator<Item = &'a Change>) -> Vec<Told<'a>> {
    let mut places: BTreeMap<Key, usize> = BTreeMap::new();
    let mut groups: Vec<Vec<&Change>> = Vec::new();
    for change in changes {
        let place = *places.entry(key(change)).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(place) {
            group.push(change);
        }
    }
    let told = groups.into_iter().flat_map(|group| {
        if group.len() >= MANY { vec![Told::Many(group)] } else { group.into_iter().map(Told::One).collect() }
    });
    told.collect()
}

fn key(change: &Change) -> Key {
    let text = |value: &Value| value.to_string();
    let fields = change.fields.iter().map(|f| (f.path.clone(), text(&f.before), text(&f.after))).collect();
    (change.id.kind, change.id.role.clone(), change.action, change.consequence, fields)
}
