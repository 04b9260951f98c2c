//! What will change: a change an object, made of steps.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::call::{Call, StepId};
use super::fields::Consequence;
use super::{ObjectId, Owner};

/// What happens to an object, in Terraform's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// `+`
    Create,
    /// `~`
    Update,
    /// `-/+`
    Replace,
    /// `-`
    Delete,
}

/// One object's change: what people see and count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The object.
    pub id: ObjectId,
    /// What people call it.
    pub address: String,
    /// Its name in the world (container name, file), for people who look there.
    pub physical: String,
    /// Who notices.
    pub owner: Owner,
    /// Host identity.
    pub host: String,
    /// What happens.
    pub action: Action,
    /// The worst of its steps.
    pub consequence: Consequence,
    /// Which fields change; empty for creations and deletions.
    pub fields: Vec<FieldChange>,
    /// The declarations behind it, `path:line`, nearest first.
    pub causes: Vec<String>,
    /// Its steps, in order.
    pub steps: Vec<StepId>,
}

/// One field's change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    /// `memory`, `environment.TZ`, `files./etc/traefik/traefik.yml.content`.
    pub path: String,
    /// As it is; `null` when it is not there. Secrets are sealed.
    pub before: Value,
    /// As it will be; `null` when it will not be there.
    pub after: Value,
    /// What this field alone would mean.
    pub consequence: Consequence,
}

/// One call, and what it waits for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Its place in the plan.
    pub id: StepId,
    /// The object that it works on.
    pub object: ObjectId,
    /// Host identity.
    pub host: String,
    /// The call.
    pub call: Call,
    /// Steps that must have succeeded.
    pub after: Vec<StepId>,
    /// What people notice.
    pub consequence: Consequence,
    /// Why, in a few words.
    pub reason: String,
    /// How many such steps may be under way at the same time, where they take turns ([`Call::turns`]).
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub at_once: u64,
}

const fn one() -> u64 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
const fn is_one(at_once: &u64) -> bool {
    *at_once == 1
}
