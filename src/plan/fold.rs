//! Changes that are the same for many objects, told once.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::desired::ObjectKind;
use crate::desired::change::{Action, Change, FieldChange};
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

impl Told<'_> {
    /// Every change that is told.
    pub fn all(&self) -> impl Iterator<Item = &Change> + Clone {
        let changes = match self {
            Self::One(change) => std::slice::from_ref(change),
            Self::Many(changes) => changes,
        };
        changes.iter().copied()
    }
}

/// The same kind and role, the same action, the same fields with the same values before and after.
type Key<'a> = (ObjectKind, &'a str, Action, Consequence, Vec<(String, String, String)>);

/// Puts together what is the same; each stands where its first change stood.
#[must_use]
pub fn fold<'a>(changes: impl IntoIterator<Item = &'a Change>) -> Vec<Told<'a>> {
    let mut places: BTreeMap<Key<'_>, usize> = BTreeMap::new();
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

fn key(change: &Change) -> Key<'_> {
    let fields = general(change).into_iter().map(|f| (f.path, f.before.to_string(), f.after.to_string()));
    (change.id.kind, &change.id.role, change.action, change.consequence, fields.collect())
}

/// The fields of a change with `*` for its declaration's own name (`site-globex.rate` becomes `site-*.rate`): what is
/// then the same is the same for all.
#[must_use]
pub fn general(change: &Change) -> Vec<FieldChange> {
    let Some((kind, name)) = change.id.of.split_once('.') else { return change.fields.clone() };
    let (own, star) = (format!("{kind}-{name}"), format!("{kind}-*"));
    let field = |field: &FieldChange| FieldChange {
        path: starred(&field.path, &own, &star),
        before: starred_value(&field.before, &own, &star),
        after: starred_value(&field.after, &own, &star),
        consequence: field.consequence,
    };
    change.fields.iter().map(field).collect()
}

fn starred_value(value: &Value, own: &str, star: &str) -> Value {
    match value {
        Value::String(text) => Value::String(starred(text, own, star)),
        Value::Array(items) => items.iter().map(|item| starred_value(item, own, star)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(key, value)| (key.clone(), starred_value(value, own, star))).collect()
        }
        other => other.clone(),
    }
}

/// Puts the star where the whole name stands, and not where another one begins or ends with it.
fn starred(text: &str, own: &str, star: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    while let Some(at) = rest.find(own) {
        let (before, after) = (&rest[..at], &rest[at + own.len()..]);
        let inside = before.chars().next_back().or_else(|| out.chars().next_back()).is_some_and(part)
            || after.chars().next().is_some_and(part);
        out.push_str(before);
        out.push_str(if inside { own } else { star });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::starred;

    #[test]
    fn only_a_whole_name_is_starred() {
        let star = |text: &str| starred(text, "site-ab", "site-*");
        assert_eq!(star("http.routers.site-ab"), "http.routers.site-*");
        assert_eq!(star("site-ab.rate@file site-ab"), "site-*.rate@file site-*");
        assert_eq!(star("site-abc my-site-ab site-ab-c"), "site-abc my-site-ab site-ab-c");
        assert_eq!(star("site-absite-ab"), "site-absite-ab");
    }
}
