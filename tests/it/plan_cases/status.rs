//! `status --json` is what `schemas/status.schema.json` says, whatever a case has made of the world.

use std::sync::OnceLock;

use jsonschema::Validator;
use serde_json::Value;

use super::stage::Stage;
use crate::support::disk;

fn validator() -> &'static Validator {
    static VALIDATOR: OnceLock<Validator> = OnceLock::new();
    VALIDATOR.get_or_init(|| {
        let schema: Value = serde_json::from_str(&disk::read("schemas/status.schema.json")).unwrap();
        assert!(jsonschema::draft7::meta::is_valid(&schema), "the schema is none");
        jsonschema::draft7::new(&schema).unwrap()
    })
}

impl Stage {
    /// Asks for the status of a fleet that compiles.
    pub(super) fn status(&self) -> Result<(), String> {
        let ran = self.tenantry(&["status", "--json"], None);
        let json: Value =
            serde_json::from_str(&ran.out).map_err(|error| format!("status: {error}\n{}", ran.text()))?;
        let faults: Vec<String> = validator()
            .iter_errors(&json)
            .map(|fault| format!("status{}: {fault}", fault.instance_path()))
            .collect();
        if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
    }
}
