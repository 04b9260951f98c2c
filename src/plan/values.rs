//! Every object of a plan with all its fields, as it is and as it will be: what Terraform's plans have beside their changes.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Plan;
use crate::desired::change::{Action, Change, FieldChange};
use crate::desired::compare::redact;
use crate::desired::observed::{Observation, Observed};
use crate::desired::{Desired, Object, ObjectId, Owner};

/// One object. Secrets are masked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resource {
    /// What people call it.
    pub address: String,
    /// Its fields as it is; `None` when it is not there.
    pub before: Option<Value>,
    /// Its fields once the plan is applied; `None` when it is not there then.
    pub after: Option<Value>,
    /// Addresses of what it needs; `None` when the files do not declare it.
    pub needs: Option<Vec<String>>,
}

/// Objects by id.
pub type Resources = BTreeMap<ObjectId, Resource>;

/// What is there and what will be. What nothing changes, be it refused or left out, stays as it was seen; what cannot be seen
/// yet will be as it is wanted.
#[must_use]
pub fn resources(plan: &Plan, desired: &Desired, observed: &Observed) -> Resources {
    let changes: BTreeMap<&ObjectId, &Change> = plan.changes.iter().map(|c| (&c.id, c)).collect();
    let seen = |id: &ObjectId| {
        let present = observed.objects.get(id).and_then(Observation::present)?;
        let owner = desired.objects.get(id).map(|entry| &entry.owner);
        Some(fields(id, &present.object, &present.host, owner))
    };
    let deferred: BTreeSet<&ObjectId> = plan.deferred.iter().map(|one| &one.id).collect();
    let mut all = Resources::new();
    for (id, entry) in &desired.objects {
        let wanted = || fields(id, &entry.object, &entry.host, Some(&entry.owner));
        let (before, after) = match changes.get(id) {
            Some(change) if change.action == Action::Create => (None, Some(wanted())),
            Some(change) if change.action == Action::Delete => (seen(id), None),
            // From one to the other by exactly what the change says: an image adds fields of its own to what is seen.
            Some(change) => {
                let before = with(wanted(), &change.fields, |field| &field.before);
                (Some(before), Some(with(wanted(), &change.fields, |field| &field.after)))
            }
            None if deferred.contains(id) => (None, Some(wanted())),
            None => {
                let seen = seen(id);
                (seen.clone(), seen)
            }
        };
        let needs = entry.needs.iter().filter_map(|need| Some(desired.objects.get(need)?.address.clone()));
        all.insert(
            id.clone(),
            Resource { address: entry.address.clone(), before, after, needs: Some(needs.collect()) },
        );
    }
    for id in observed.objects.keys().filter(|id| !desired.objects.contains_key(id)) {
        let change = changes.get(id);
        let goes = change.is_some_and(|change| change.action == Action::Delete);
        let address = change.map_or_else(|| id.to_string(), |change| change.address.clone());
        let after = if goes { None } else { seen(id) };
        all.insert(id.clone(), Resource { address, before: seen(id), after, needs: None });
    }
    all.retain(|_, resource| resource.before.is_some() || resource.after.is_some());
    all
}

/// An object's fields, and whose it is and where.
fn fields(id: &ObjectId, object: &Object, host: &str, owner: Option<&Owner>) -> Value {
    // `{"container": {…}}` to what is in it.
    let object = serde_json::to_value(object).unwrap_or_default();
    let mut fields = match object {
        Value::Object(object) => {
            object.into_iter().next().map(|(_, fields)| redact(fields)).unwrap_or_default()
        }
        other => other,
    };
    if let Some(fields) = fields.as_object_mut() {
        fields.insert("id".to_owned(), json!(id));
        fields.insert("host".to_owned(), json!(host));
        let tenant = match owner {
            Some(Owner::Tenant(tenant)) => json!(tenant),
            _ => Value::Null,
        };
        fields.insert("tenant".to_owned(), tenant);
    }
    fields
}

/// The fields with one side of a change in their places.
fn with(mut fields: Value, changes: &[FieldChange], side: fn(&FieldChange) -> &Value) -> Value {
    for change in changes {
        if let Value::Object(object) = &mut fields {
            put(object, &change.path, side(change), true);
        }
    }
    fields
}

/// Puts a value where a path leads. Names in a path may have dots themselves (`files./etc/a.yml.mode`): the longest that is
/// there is meant, and what is nowhere is one name.
fn put(object: &mut Map<String, Value>, path: &str, value: &Value, is_field: bool) {
    let within = object.iter().filter(|(key, inner)| {
        inner.is_object() && path.strip_prefix(key.as_str()).is_some_and(|rest| rest.starts_with('.'))
    });
    let inner = within.map(|(key, _)| key.clone()).max_by_key(String::len);
    if !object.contains_key(path)
        && let Some(key) = inner
        && let Some(Value::Object(inner)) = object.get_mut(&key)
    {
        put(inner, &path[key.len() + 1..], value, false);
        return;
    }
    // A field is always there, if only as `null`; an entry of a map is not.
    if value.is_null() && !is_field {
        object.remove(path);
    } else {
        object.insert(path.to_owned(), value.clone());
    }
}

/// The names that a path consists of, as they are in a value.
#[must_use]
pub fn segments(fields: &Value, path: &str) -> Vec<String> {
    let Value::Object(object) = fields else { return vec![path.to_owned()] };
    let key = object
        .keys()
        .filter(|key| path.strip_prefix(key.as_str()).is_some_and(|rest| rest.starts_with('.')))
        .max_by_key(|key| key.len());
    match key {
        Some(key) if !object.contains_key(path) => {
            let mut all = vec![key.clone()];
            all.extend(segments(&object[key], &path[key.len() + 1..]));
            all
        }
        _ => vec![path.to_owned()],
    }
}
