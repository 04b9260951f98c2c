//! A plan in the shape of Terraform's plan JSON, for the tools that read that; what is more stands under `tenantry`.

use serde_json::{Map, Value, json};

use crate::desired::Object;
use crate::desired::call::Call;
use crate::desired::change::{Action, Change, FieldChange};
use crate::desired::compare::{is_masked, redact};
use crate::plan::Plan;

/// Minor versions add, major ones change.
const FORMAT: &str = "1.2";

/// The whole plan.
#[must_use]
pub fn plan(plan: &Plan) -> Value {
    let counts = plan.counts();
    let refusals: Vec<Value> = plan
        .refusals
        .iter()
        .map(|refusal| {
            let help: Vec<&str> = refusal.diagnostic.help.iter().map(|help| help.text.as_str()).collect();
            json!({
                "code": refusal.diagnostic.code.as_str(),
                "summary": refusal.diagnostic.message,
                "notes": refusal.diagnostic.notes,
                "help": help,
                "object": refusal.object,
                "fatal": refusal.fatal,
            })
        })
        .collect();
    json!({
        "format_version": FORMAT,
        "resource_changes": plan.changes.iter().map(|one| change(plan, one)).collect::<Vec<_>>(),
        "resource_drift": [],
        "output_changes": {},
        "applyable": !plan.changes.is_empty() && !plan.is_refused(),
        "complete": plan.deferred.is_empty() && plan.refusals.is_empty(),
        "errored": plan.is_refused(),
        "tenantry": {
            "version": env!("CARGO_PKG_VERSION"),
            "fleet": plan.fleet,
            "consequence": plan.consequence(),
            "counts": counts,
            "steps": plan.steps.iter().map(|step| json!({
                "id": step.id.to_string(),
                "object": step.object,
                "host": step.host,
                "call": call_name(&step.call),
                "after": step.after.iter().map(ToString::to_string).collect::<Vec<_>>(),
                "consequence": step.consequence,
                "reason": step.reason,
            })).collect::<Vec<_>>(),
            "refusals": refusals,
            "deferred": plan.deferred,
            "not_compared": plan.not_compared,
            "notes": plan.notes,
            "looked_at": plan.looked_at,
        },
    })
}

fn change(plan: &Plan, change: &Change) -> Value {
    let (before, after) = match change.action {
        Action::Create => (Value::Null, made(plan, change)),
        Action::Delete => (json!({ "name": change.physical }), Value::Null),
        Action::Update | Action::Replace => {
            (side(&change.fields, |f| &f.before), side(&change.fields, |f| &f.after))
        }
    };
    let replaced: Vec<Value> = change
        .fields
        .iter()
        .filter(|field| change.action == Action::Replace && forces(field))
        .map(|field| json!([field.path]))
        .collect();
    let causes = &change.causes;
    json!({
        "address": change.address,
        "mode": "managed",
        "type": change.id.kind.word(),
        "name": change.physical,
        "provider_name": "tenantry",
        "change": {
            "actions": actions(change.action),
            "before": before,
            "after": after,
            "after_unknown": {},
            "before_sensitive": sensitive(&change.fields, |f| &f.before),
            "after_sensitive": sensitive(&change.fields, |f| &f.after),
            "replace_paths": replaced,
        },
        "tenantry": {
            "id": change.id,
            "host": change.host,
            "owner": change.owner,
            "consequence": change.consequence,
            "causes": causes,
            "steps": change.steps.iter().map(ToString::to_string).collect::<Vec<_>>(),
        },
    })
}

fn forces(field: &FieldChange) -> bool {
    field.consequence >= crate::desired::fields::Consequence::Recreate
}

/// A new container is made and started before the old one is removed.
const fn actions(action: Action) -> &'static [&'static str] {
    match action {
        Action::Create => &["create"],
        Action::Update => &["update"],
        Action::Replace => &["create", "delete"],
        Action::Delete => &["delete"],
    }
}

fn side(fields: &[FieldChange], of: fn(&FieldChange) -> &Value) -> Value {
    let fields: Map<String, Value> =
        fields.iter().map(|field| (field.path.clone(), masked(of(field)))).collect();
    Value::Object(fields)
}

fn masked(value: &Value) -> Value {
    if is_masked(value) { json!("***") } else { mask(redact(value.clone())) }
}

fn mask(value: Value) -> Value {
    match value {
        value if is_masked(&value) => json!("***"),
        Value::Object(object) => object.into_iter().map(|(key, value)| (key, mask(value))).collect(),
        Value::Array(items) => items.into_iter().map(mask).collect(),
        other => other,
    }
}

fn sensitive(fields: &[FieldChange], of: fn(&FieldChange) -> &Value) -> Value {
    let fields: Map<String, Value> = fields
        .iter()
        .filter(|field| is_masked(of(field)))
        .map(|field| (field.path.clone(), Value::Bool(true)))
        .collect();
    Value::Object(fields)
}

/// The fields of what will be made, without secrets.
fn made(plan: &Plan, change: &Change) -> Value {
    let object = change.steps.iter().filter_map(|id| plan.step(*id)).find_map(|step| match &step.call {
        Call::CreateContainer { container, .. } => Some(Object::Container(container.clone())),
        Call::CreateNetwork { network, .. } => Some(Object::Network(network.clone())),
        Call::CreateVolume { volume, .. } => Some(Object::Volume(volume.clone())),
        _ => None,
    });
    let value = object.and_then(|object| serde_json::to_value(object).ok());
    // `{"container": {…}}` to what is in it.
    let fields = value.and_then(|value| value.as_object().and_then(|one| one.values().next().cloned()));
    match fields {
        Some(fields) => mask(redact(fields)),
        None => json!({ "name": change.physical }),
    }
}

/// The word under which a call is serialised.
fn call_name(call: &Call) -> Value {
    serde_json::to_value(call).ok().and_then(|value| value.get("call").cloned()).unwrap_or_default()
}
