//! The streams that programs read.

use serde_json::Value;

use super::fleet::{Fleet, Run};
use crate::support::disk;

fn types(run: &Run) -> Vec<String> {
    run.events().iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_plan_is_a_stream_of_changes_and_a_summary() {
    let run = Fleet::new().demand(&["plan", "-json"], 0, &[]);
    let events = run.events();
    assert_eq!(events[0]["tenantry"], env!("CARGO_PKG_VERSION"));
    let planned: Vec<&Value> = events.iter().filter(|e| e["type"] == "planned_change").collect();
    assert_eq!(planned.len(), 35);
    assert!(
        planned.iter().all(|e| e["change"]["action"] == "create" && e["change"]["causes"][0].is_string())
    );
    let last = events.last().unwrap();
    assert_eq!(last["changes"]["add"], 35);
    assert_eq!(last["@message"], "Plan: 35 to add, 0 to change, 0 to destroy.");
}

#[test]
fn an_apply_tells_each_step_and_its_end() {
    let fleet = Fleet::new();
    let run = fleet.demand(&["apply", "-auto-approve", "-json"], 0, &[]);
    let types = types(&run);
    let count = |kind: &str| types.iter().filter(|t| *t == kind).count();
    assert_eq!((count("apply_start"), count("apply_complete"), count("apply_errored")), (75, 75, 0));
    let events = run.events();
    let summary = events.iter().rfind(|e| e["type"] == "change_summary").unwrap();
    assert_eq!(summary["@message"], "Apply complete! Resources: 35 added, 0 changed, 0 destroyed.");
    assert_eq!(types.last().unwrap(), "report");
    assert!(run.err.is_empty(), "{run}");
    let again = fleet.demand(&["apply", "-json"], 0, &[]);
    // The diagnostic is of what the example declares and nothing acts on.
    assert_eq!(self::types(&again), ["version", "diagnostic", "change_summary"]);
    assert_eq!(again.events()[1]["@level"], "warn");
}

#[test]
fn what_goes_wrong_is_in_the_stream_too() {
    let fleet = Fleet::new();
    let has = |run: &Run, message: &str| {
        let events = run.events();
        let found = events.iter().any(|e| {
            e["type"] == "diagnostic"
                && e["@level"] == "error"
                && e["diagnostic"]["summary"].as_str().is_some_and(|s| s.contains(message))
        });
        assert!(found, "no {message:?} in\n{run}");
    };
    has(&fleet.demand(&["apply", "--json"], 8, &[]), "nobody is there to approve");
    has(&fleet.demand(&["apply", "--json", "--plan", "no.plan"], 1, &[]), "no.plan: No such file");
    has(&fleet.demand(&["plan", "--json", "--out", "/no/such/folder/p"], 1, &[]), "could not be saved");
    fleet.edit("tenants/globex.kdl", "bench \"main\"", "bench \"mian\"");
    has(&fleet.demand(&["plan", "--json"], 1, &[]), "`mian`");
    let check = fleet.demand(&["check", "--json"], 1, &[]);
    let check: Value = serde_json::from_str(&check.out).unwrap();
    assert_eq!((&check["valid"], &check["error_count"]), (&Value::Bool(false), &Value::from(1)));
    assert_eq!(check["diagnostics"][0]["range"]["filename"], "tenants/globex.kdl");
}

#[test]
fn status_and_check_are_one_document_each() {
    let fleet = Fleet::applied();
    let status: Value = serde_json::from_str(&fleet.demand(&["status", "--json"], 0, &[]).out).unwrap();
    assert_eq!(status["hosts"]["host.local"]["engine"], "sandbox");
    let objects = status["objects"].as_array().unwrap();
    assert!(objects.len() >= 28 && objects.iter().any(|o| o["state"]["is"] == "present"));
    let check: Value = serde_json::from_str(&fleet.demand(&["check", "--json"], 0, &[]).out).unwrap();
    assert_eq!(check["valid"], true);
}

#[test]
fn every_line_of_a_stream_is_what_its_schema_says() {
    let schema: Value = serde_json::from_str(&disk::read("schemas/events.schema.json")).unwrap();
    assert!(jsonschema::draft7::meta::is_valid(&schema));
    let kinds = schema["oneOf"].as_array().unwrap();
    let validators: Vec<(String, jsonschema::Validator)> = kinds
        .iter()
        .map(|kind| {
            let mut alone = kind.clone();
            alone["definitions"] = schema["definitions"].clone();
            let name = kind["properties"]["type"]["const"].as_str().unwrap().to_owned();
            (name, jsonschema::draft7::new(&alone).unwrap())
        })
        .collect();
    let mut met = std::collections::BTreeSet::new();
    let mut demand = |run: &Run| {
        for event in run.events() {
            let kind = event["type"].as_str().unwrap().to_owned();
            let validator = validators.iter().find(|(name, _)| *name == kind);
            let (_, validator) =
                validator.unwrap_or_else(|| panic!("nobody said that there is {kind}: {event:#}"));
            let faults: Vec<String> = validator.iter_errors(&event).map(|fault| fault.to_string()).collect();
            assert!(faults.is_empty(), "{faults:#?}\n{event:#}");
            met.insert(kind);
        }
    };
    let fleet = Fleet::new();
    demand(&fleet.run(&["plan", "--json"]));
    demand(&fleet.run(&["apply", "--auto-approve", "--json"]));
    // A step that fails, what waits for it, what is refused and what cannot be seen.
    fleet.edit("fleet.kdl", "mariadb \"10.11\"", "mariadb \"10.6\"");
    fleet.edit("tenants/globex.kdl", "site \"globex\"", "site \"globex2\"");
    demand(&fleet.run(&["plan", "--json"]));
    fleet.write("more.kdl", "bench \"more\" {\n    host \"local\"\n    redis-image \"never-starts:1\"\n}\n");
    demand(&fleet.run(&["apply", "--auto-approve", "--json"]));
    fleet.write("more.kdl", "tenant {");
    demand(&fleet.run(&["plan", "--json"]));
    for kind in [
        "version",
        "diagnostic",
        "planned_change",
        "refusal",
        "change_summary",
        "apply_start",
        "apply_complete",
        "apply_errored",
        "apply_skipped",
        "report",
    ] {
        assert!(met.contains(kind), "{kind} was not met: {met:?}");
    }
}
