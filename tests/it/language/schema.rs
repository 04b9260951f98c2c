//! The JSON Schema of the YAML form: it takes what binds, and refuses what does not.

use serde_json::Value as Json;
use tenantry::spec::schema;

use super::files;
use super::yaml::{Style, below, constructs, yaml};
use crate::support::disk;

/// What a file is for a schema.
fn json(text: &str) -> Json {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn validator() -> jsonschema::Validator {
    jsonschema::draft7::new(&schema::json()).unwrap()
}

#[test]
fn the_schema_is_fresh() {
    disk::fresh("schemas/tenantry.schema.json", &schema::text());
}

#[test]
fn the_schema_is_a_schema_and_takes_every_construct() {
    assert!(jsonschema::draft7::meta::is_valid(&schema::json()));
    let validator = validator();
    for (shape, fields) in constructs() {
        for style in [Style::Short, Style::Long] {
            let text = below(shape.word, &yaml(shape, style, &fields));
            let errors: Vec<String> =
                validator.iter_errors(&json(&text)).map(|e| format!("{}: {e}", e.instance_path())).collect();
            assert!(errors.is_empty(), "{errors:#?}\n{text}");
        }
    }
}

#[test]
fn the_schema_takes_the_examples() {
    let validator = validator();
    let files = disk::files("examples", &[".yaml", ".yml"]);
    assert!(files.len() >= 2);
    for path in files {
        let errors: Vec<String> =
            validator.iter_errors(&json(&disk::read(&path))).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{path}: {errors:#?}");
    }
}

#[test]
fn the_schema_refuses_what_bind_refuses() {
    let validator = validator();
    for text in [
        "tenants: {}",
        "tenant: {globex: {}}",
        "tenant: {Globex: {plan: p}}",
        "tenant: {globex: {plan: p, contacts: a@b.example}}",
        "tenant: {globex: {plan: p, contact: nobody}}",
        "tenant: {globex: {plan: p, suspended: \"true\"}}",
        "tenant: {globex: {plan: 1}}",
        "tenant: [{name: globex, plan: p}]",
        "database: {d: {host: h, mariadb: 10.10}}",
        "database: {d: {host: h, mariadb: \"10.11\", root: hunter2}}",
        "database: {d: {host: h, mariadb: \"10.11\", root: {secret: hunter2}}}",
        "host: {h: {engine: podman}}",
        "host: {h: {engine: {at: tcp://1.2.3.4:1}}}",
        "host: {h: {engine: docker, memory: 4}}",
        "host: {h: {engine: docker, memory: 4 gigabytes}}",
        "host: {h: {engine: docker, cpus: 0}}",
        "edge: {e: {host: h, http: 70000}}",
        "plan: {p: {limits: {requests: 20}}}",
        "plan: {p: {limits: {requests: {burst: 1}}}}",
        "plan: {p: {limits: {connections: 0}}}",
        "plan: {p: {backup: {every: 6h}}}",
        "release: {r: {frappe: 15.80.0, image: x, apps: [1]}}",
        "site: {s: {bench: b, config: 1}}",
        "site: {s: {bench: b, domain: {a.example: {primary: 1}}}}",
    ] {
        assert!(!validator.is_valid(&json(text)), "the schema takes {text}");
        let codes = files(&[("a.yaml", text)]);
        assert!(codes.codes().iter().any(|code| code.starts_with("bind/")), "bind takes {text}");
    }
}
