//! Two objects of one type to the fields in which they differ.

use serde_json::{Map, Value, json};

use super::Object;
use super::change::FieldChange;
use super::content::Content;
use super::fields::{Field, Managed};
use crate::diag::may_be_secret;

/// How far below a field a difference is told by itself: `files./etc/traefik/traefik.yml.content`.
const DEPTH: usize = 2;

/// The managed fields in which two objects differ, in the order of declaration. Both must be sealed already.
#[must_use]
pub fn compare<T: Managed>(before: &T, after: &T) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    for ((field, before), after) in T::FIELDS.iter().zip(before.values()).zip(after.values()) {
        descend(field, field.name, (before, after), DEPTH, &mut changes);
    }
    changes
}

fn descend(
    field: &Field,
    path: &str,
    (before, after): (Value, Value),
    depth: usize,
    to: &mut Vec<FieldChange>,
) {
    // What people choose is shown as it is, whatever it looks like.
    let wrapped = |object: &Map<String, Value>| !field.free && is_content(object);
    let redacted = |value| match (field.free, path.rsplit('.').next()) {
        (true, Some(key)) if field.name == "config" => veiled(key, value),
        (true, _) => value,
        (false, _) => redact(value),
    };
    if before == after {
        return;
    }
    match (before, after) {
        (Value::Object(before), Value::Object(mut after))
            if depth > 0 && !wrapped(&before) && !wrapped(&after) =>
        {
            for (key, old) in before {
                let new = after.remove(&key).unwrap_or_default();
                descend(field, &format!("{path}.{key}"), (old, new), depth - 1, to);
            }
            for (key, new) in after {
                descend(field, &format!("{path}.{key}"), (Value::Null, new), depth - 1, to);
            }
        }
        (before, after) => {
            to.push(FieldChange {
                path: path.to_owned(),
                before: redacted(before),
                after: redacted(after),
                consequence: field.consequence,
            });
        }
    }
}

/// What people wrote under a key that speaks of a secret is not shown, although it stands in clear.
fn veiled(key: &str, value: Value) -> Value {
    match value {
        Value::Null | Value::Bool(_) => value,
        _ if may_be_secret(key) => masked(),
        Value::Object(object) => {
            object.into_iter().map(|(key, value)| (key.clone(), veiled(&key, value))).collect()
        }
        Value::Array(items) => items.into_iter().map(|item| veiled(key, item)).collect(),
        other => other,
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

/// Whether a value of a [`FieldChange`] stands for secrets. A site's own `{"secret": …}` does not.
#[must_use]
pub fn is_masked(value: &Value) -> bool {
    *value == masked()
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

/// The managed fields of an object by name, without fingerprints and references.
#[must_use]
pub fn readable(object: &Object) -> Value {
    match object {
        Object::Image(one) => fields(one),
        Object::Network(one) => fields(one),
        Object::Volume(one) => fields(one),
        Object::Container(one) => fields(one.as_ref()),
        Object::Route(one) => fields(one),
        Object::Schema(one) => fields(one),
        Object::Account(one) => fields(one),
        Object::BenchConfig(one) => fields(one),
        Object::Site(one) => fields(one.as_ref()),
    }
}

fn fields<T: Managed>(object: &T) -> Value {
    let value = |field: &Field, value| if field.free { value } else { redact(value) };
    let fields = T::FIELDS.iter().zip(object.values());
    Value::Object(fields.map(|(field, held)| (field.name.to_owned(), value(field, held))).collect())
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
