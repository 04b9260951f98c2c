//! What is rendered, by the official schemas of the field.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tenantry::desired::Desired;
use tenantry::provider::render::render;

use super::{desired, yaml};

/// Where the official schemas are. In CI they must be.
fn schemas() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    #[expect(clippy::disallowed_methods, reason = "tests are told where the schemas are")]
    let (shared, ci) =
        (std::env::var("TENANTRY_SHARED").map_or(beside, PathBuf::from), std::env::var("CI").is_ok());
    let schemas = shared.join("schemas");
    if schemas.is_dir() {
        return Some(schemas);
    }
    assert!(!ci, "the schemas must be at $TENANTRY_SHARED/schemas in CI");
    println!("NOT RUN: no official schemas at {}; set TENANTRY_SHARED", schemas.display());
    None
}

#[expect(clippy::disallowed_methods, reason = "the schemas lie outside of the repository")]
fn read(path: &Path) -> Option<Vec<u8>> {
    std::fs::read(path).ok()
}

fn validator(path: &Path) -> jsonschema::Validator {
    let mut schema: Value = serde_json::from_slice(&read(path).unwrap()).unwrap();
    // compose-spec names draft 7 by an address that nobody else does.
    if schema["$schema"] == "https://json-schema.org/draft-07/schema" {
        schema["$schema"] = Value::from("http://json-schema.org/draft-07/schema#");
    }
    jsonschema::validator_for(&schema).unwrap()
}

fn validate(validator: &jsonschema::Validator, path: &str, value: &Value) {
    let errors: Vec<String> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{path}: {errors:#?}");
}

/// Every compose, static and dynamic file of a fleet against the schemas of the field.
pub(super) fn validate_all(desired: &Desired) {
    let Some(schemas) = schemas() else { return };
    let compose = ["compose/compose-spec.json", "compose/compose-spec.compose-go.json"]
        .map(|name| validator(&schemas.join(name)));
    let dynamic = validator(&schemas.join("derived/traefik-v3.7-file-provider.patched.json"));
    let settings = validator(&schemas.join("traefik/traefik-v3.json"));
    for artifact in render(desired) {
        let text = String::from_utf8(artifact.bytes).unwrap();
        if artifact.path.ends_with("compose.yaml") {
            let value = yaml(&text);
            for validator in &compose {
                validate(validator, &artifact.path, &value);
            }
            for (name, config) in value["configs"].as_object().into_iter().flatten() {
                if name.ends_with("traefik.yml") {
                    validate(&settings, name, &yaml(config["content"].as_str().unwrap()));
                }
            }
        } else if artifact.path.contains("/dynamic/") {
            validate(&dynamic, &artifact.path, &yaml(&text));
        } else if artifact.path.ends_with("_config.json") {
            serde_json::from_str::<Value>(&text).unwrap();
        }
    }
}

#[test]
fn every_artifact_is_valid_by_the_official_schemas() {
    validate_all(&desired(true));
    validate_all(&desired(false));
}

#[test]
fn a_schema_notices_a_key_that_compose_does_not_know() {
    let Some(schemas) = schemas() else { return };
    let compose = validator(&schemas.join("compose/compose-spec.json"));
    assert!(!compose.is_valid(&yaml("services: {a: {image: b, no_such_key: 1}}")));
}
