//! Two objects of one type to the fields in which they differ.

use serde_json::{Map, Value, json};

use super::change::FieldChange;
use super::content::Content;
use super::fields::{Consequence, Managed};

/// How far below a field a difference is told by itself: `files./etc/traefik/traefik.yml.content`.
const DEPTH: usize = 2;

/// The managed fields in which two objects differ, in the order of declaration. Both must be sealed already.
#[must_use]
pub fn compare<T: Managed>(before: &T, after: &T) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    for ((field, before), after) in T::FIELDS.iter().zip(before.values()).zip(after.values()) {
        descend(field.name, before, after, field.consequence, DEPTH, &mut changes);
    }
    changes
}

fn descend(
    path: &str,
    before: Value,
    after: Value,
    consequence: Consequence,
    depth: usize,
    to: &mut Vec<FieldChange>,
) {
    if before == after {
        return;
    }
    match (before, after) {
        (Value::Object(before), Value::Object(mut after))
            if depth > 0 && !is_content(&before) && !is_content(&after) =>
        {
            for (key, old) in before {
                let new = after.remove(&key).unwrap_or_default();
                descend(&format!("{path}.{key}"), old, new, consequence, depth - 1, to);
            }
            for (key, new) in after {
                descend(&format!("{path}.{key}"), Value::Null, new, consequence, depth - 1, to);
            }
        }
        (before, after) => {
            to.push(FieldChange {
                path: path.to_owned(),
                before: redact(before),
                after: redact(after),
                consequence,
            });
        }
    }
}

/// The words under which a [`Content`] is serialised.
const CONTENT: [&str; 4] = ["text", "secret", "sealed", "unopened"];

fn is_content(object: &Map<String, Value>) -> bool {
    object.len() == 1 && object.keys().all(|key| CONTENT.contains(&key.as_str()))
}

/// What stands in plans for a value with secrets in it.
#[must_use]
pub fn masked() -> Value {
    json!({ "sealed": "***" })
}

/// Whether a value of a [`FieldChange`] stands for secrets.
#[must_use]
pub fn is_masked(value: &Value) -> bool {
    value.as_object().is_some_and(|object| is_content(object) && !object.contains_key("text"))
}

/// Takes fingerprints and references out of a value: a fingerprint without a key could be guessed.
#[must_use]
pub fn redact(value: Value) -> Value {
    match value {
        Value::Object(object) if is_content(&object) => match object.get("text") {
            Some(text) => text.clone(),
            None => masked(),
        },
        Value::Object(object) => object.into_iter().map(|(key, value)| (key, redact(value))).collect(),
        other => other,
    }
}

/// Whether two contents can be compared here; the reason where they can't.
///
/// # Errors
/// Why one of them could not be opened.
pub fn comparable(before: &Content, after: &Content) -> Result<(), String> {
    match (before, after) {
        (Content::Unopened(why), _) | (_, Content::Unopened(why)) => Err(why.clone()),
        _ => Ok(()),
    }
}
