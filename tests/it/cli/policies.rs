//! Policies that people have for Terraform, on plans of ours: terraform-compliance and tfexplain, as they are published.

use std::path::PathBuf;
use std::process::Command;

use super::fleet::{Fleet, Run};
use crate::support::disk;

/// A tool of the bed's Python environment.
fn tool(name: &str) -> Command {
    let path: PathBuf = disk::path("target/bed/policy/bin").join(name);
    assert!(path.exists(), "{} is not there; TENANTRY_BED_ONLY=1 tests/run makes it", path.display());
    let mut command = Command::new(path);
    // What would send a plan to somebody's service.
    command.env_remove("OPENAI_API_KEY").env_remove("ANTHROPIC_API_KEY").env("TERM", "dumb");
    command
}

/// Saves a plan and writes it as Terraform's JSON.
fn shown(fleet: &Fleet) -> String {
    let plan = fleet.beside("a.plan");
    fleet.demand(&["plan", "--out", &plan], 0, &[]);
    let json = fleet.beside("plan.json");
    std::fs::write(&json, fleet.demand(&["show", &plan, "--json"], 0, &[]).out).unwrap();
    json
}

fn complies(fleet: &Fleet, json: &str, policy: &str) -> Run {
    let features = fleet.place.path().join("policies");
    let _ = std::fs::remove_dir_all(&features);
    std::fs::create_dir_all(&features).unwrap();
    std::fs::write(features.join("a.feature"), policy).unwrap();
    let mut command = tool("terraform-compliance");
    command.args(["--no-ansi", "-p", json, "-f"]).arg(&features).current_dir(fleet.place.path());
    Run::of(command.output().unwrap())
}

#[test]
#[ignore = "needs the bed's Python environment"]
fn terraform_compliance_checks_a_plan() {
    let fleet = Fleet::new();
    let json = shown(&fleet);
    let holds = "Feature: limits
  Scenario: every account has a limit of connections
    Given I have account defined
    Then it must have connections
    And its value must be greater than 0

  Scenario: a backend has a limit of memory
    Given I have container defined
    When its service is backend
    Then it must have memory
    And its value must be greater than 536870912
";
    let run = complies(&fleet, &json, holds);
    run.demand(0, &["1 features (1 passed)", "2 scenarios (2 passed)"]);
    let fails = "Feature: limits
  Scenario: no account has more than twenty connections
    Given I have account defined
    Then it must have connections
    And its value must be less than 20
";
    let run = complies(&fleet, &json, fails);
    assert_eq!(run.code, 1, "{run}");
    run.demand(1, &["1 scenarios (0 passed, 1 failed)", "site.globex/account"]);
    assert!(!run.out.contains("site.initech/account"), "it has sixteen: {run}");
}

#[test]
#[ignore = "needs the bed's Python environment"]
fn tfexplain_reads_a_plan() {
    let fleet = Fleet::applied();
    fleet.edit("fleet.kdl", "connections 24", "connections 20");
    let explain = |json: &str, fail_on: &str| {
        let arguments = ["plan", json, "--show-fields", "--format", "json", "--fail-on", fail_on];
        Run::of(tool("tfexplain").args(arguments).output().unwrap())
    };
    let run = explain(&shown(&fleet), "delete,replace");
    assert_eq!(run.code, 0, "{run}");
    let told: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(
        (&told["terraform_version"], &told["counts"]["update"]),
        (&"1.9.0".into(), &1.into()),
        "{run}"
    );
    assert_eq!(told["changes"][0]["changed_fields"], serde_json::json!(["connections"]), "{run}");
    fleet.edit("fleet.kdl", "http 8080", "http 8081");
    let run = explain(&shown(&fleet), "delete,replace");
    assert_eq!(run.code, 2, "{run}");
    let told: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(told["counts"]["replace"], 1, "{run}");
}
