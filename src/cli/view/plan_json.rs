//! A plan in the shape of Terraform's plan JSON, for the tools that read that; what is more stands under `tenantry`.

use serde_json::{Map, Value, json};

use crate::desired::call::Call;
use crate::desired::change::{Action, Change, FieldChange};
use crate::desired::compare::is_masked;
use crate::plan::Plan;
use crate::plan::values::{Resource, Resources, segments};

/// Minor versions add, major ones change.
const FORMAT: &str = "1.2";
/// Of a state inside a plan.
const STATE_FORMAT: &str = "1.0";
/// The version of Terraform whose plans have this shape: tools refuse one that they do not know.
const TERRAFORM: &str = "1.9.0";
/// Who makes all of it, in Terraform's words.
const PROVIDER: &str = "tenantry";

/// The whole plan.
#[must_use]
pub fn plan(plan: &Plan, resources: &Resources) -> Value {
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
        "terraform_version": TERRAFORM,
        "variables": {},
        "planned_values": values(resources, |resource| resource.after.as_ref()),
        "resource_changes": plan.changes.iter().map(|one| change(one, resources.get(&one.id))).collect::<Vec<_>>(),
        "resource_drift": [],
        "output_changes": {},
        "prior_state": {
            "format_version": STATE_FORMAT,
            "terraform_version": TERRAFORM,
            "values": values(resources, |resource| resource.before.as_ref()),
        },
        "configuration": configuration(resources),
        "relevant_attributes": [],
        "checks": [],
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

/// Every object that is there, before or after, as Terraform's state tells it.
fn values(resources: &Resources, side: fn(&Resource) -> Option<&Value>) -> Value {
    let all = resources.iter().filter_map(|(id, resource)| {
        let fields = side(resource)?;
        Some(json!({
            "address": resource.address,
            "mode": "managed",
            "type": id.kind.word(),
            "name": name(fields, &resource.address),
            "provider_name": PROVIDER,
            "schema_version": 0,
            "values": masked(fields),
            "sensitive_values": sensitive(fields),
        }))
    });
    json!({ "outputs": {}, "root_module": { "resources": all.collect::<Vec<_>>() } })
}

/// What the files declare, and what each of it needs.
fn configuration(resources: &Resources) -> Value {
    let declared = resources.iter().filter_map(|(id, resource)| {
        let needs = resource.needs.as_ref()?;
        let fields = resource.after.as_ref().or(resource.before.as_ref())?;
        Some(json!({
            "address": resource.address,
            "mode": "managed",
            "type": id.kind.word(),
            "name": name(fields, &resource.address),
            "provider_config_key": PROVIDER,
            "expressions": {},
            "schema_version": 0,
            "depends_on": needs,
        }))
    });
    json!({
        "provider_config": { PROVIDER: {
            "name": PROVIDER,
            "full_name": PROVIDER,
            "version_constraint": env!("CARGO_PKG_VERSION"),
        } },
        "root_module": { "resources": declared.collect::<Vec<_>>() },
    })
}

/// What it is called in the world, as far as its fields say so.
fn name<'a>(fields: &'a Value, address: &'a str) -> &'a str {
    let names = ["name", "reference", "directory"];
    names.iter().find_map(|key| fields.get(*key)?.as_str()).unwrap_or(address)
}

fn change(change: &Change, resource: Option<&Resource>) -> Value {
    let before = resource.and_then(|resource| resource.before.as_ref());
    let after = resource.and_then(|resource| resource.after.as_ref());
    let replaced: Vec<Value> = change
        .fields
        .iter()
        .filter(|field| change.action == Action::Replace && forces(field))
        .map(|field| json!(segments(after.unwrap_or(&Value::Null), &field.path)))
        .collect();
    json!({
        "address": change.address,
        "mode": "managed",
        "type": change.id.kind.word(),
        "name": change.physical,
        "provider_name": PROVIDER,
        "change": {
            "actions": actions(change.action),
            "before": before.map_or(Value::Null, masked),
            "after": after.map_or(Value::Null, masked),
            "after_unknown": {},
            "before_sensitive": before.map_or(Value::Bool(false), sensitive),
            "after_sensitive": after.map_or(Value::Bool(false), sensitive),
            "replace_paths": replaced,
        },
        "tenantry": {
            "id": change.id,
            "host": change.host,
            "owner": change.owner,
            "consequence": change.consequence,
            "causes": change.causes,
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

/// A value without its secrets.
fn masked(value: &Value) -> Value {
    match value {
        value if is_masked(value) => json!("***"),
        Value::Object(object) => object.iter().map(|(key, value)| (key.clone(), masked(value))).collect(),
        Value::Array(items) => items.iter().map(masked).collect(),
        other => other.clone(),
    }
}

/// Where the secrets are: the same shape with `true` in their places and nothing beside them.
fn sensitive(value: &Value) -> Value {
    let Value::Object(object) = value else { return json!({}) };
    let marks: Map<String, Value> = object
        .iter()
        .filter_map(|(key, value)| {
            let mark = if is_masked(value) { Value::Bool(true) } else { sensitive(value) };
            (mark != json!({})).then(|| (key.clone(), mark))
        })
        .collect();
    Value::Object(marks)
}

/// The word under which a call is serialised.
fn call_name(call: &Call) -> Value {
    serde_json::to_value(call).ok().and_then(|value| value.get("call").cloned()).unwrap_or_default()
}
