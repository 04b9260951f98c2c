//! What runs, for programs.

use serde_json::{Value, json};

use crate::desired::observed::{Observation, Observed};
use crate::desired::{Desired, ObjectId, ObjectKind};
use crate::pipeline::certificates::NameCertificate;

/// Every object with its state, and the hosts.
#[must_use]
pub fn status(desired: &Desired, observed: &Observed, certificates: &[NameCertificate]) -> Value {
    let objects: Vec<Value> = desired
        .objects
        .iter()
        .map(|(id, entry)| json!({"address": entry.address, "identity": id, "host": entry.host, "state": state(observed, id)}))
        .collect();
    let left = observed.objects.iter().filter(|(id, seen)| {
        !desired.objects.contains_key(*id) && seen.present().is_some() && id.kind != ObjectKind::Image
    });
    let undeclared: Vec<Value> = left
        .map(|(id, seen)| {
            let host = seen.present().map(|present| present.host.as_str());
            json!({"identity": id, "for": id.of, "host": host, "state": state(observed, id)})
        })
        .collect();
    json!({"undeclared": undeclared, "format_version": "1.0", "fleet": desired.fleet, "hosts": observed.hosts, "objects": objects, "certificates": certificates})
}

fn state(observed: &Observed, id: &ObjectId) -> Value {
    match observed.objects.get(id) {
        Some(Observation::Present(present)) => json!({"is": "present", "status": present.status}),
        Some(Observation::Foreign { evidence }) => json!({"is": "foreign", "evidence": evidence}),
        Some(Observation::Lost(lost)) => json!({"is": "lost", "evidence": lost}),
        Some(Observation::Unreadable { why, .. }) => json!({"is": "unreadable", "why": why}),
        Some(Observation::Absent) | None => json!({"is": "absent"}),
    }
}
