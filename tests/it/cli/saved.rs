//! A plan in a file: exactly it is executed, or nothing.

use serde_json::Value;

use super::fleet::{Fleet, listing};

#[test]
fn a_saved_plan_is_executed_as_it_was_shown() {
    let fleet = Fleet::new();
    let plan = fleet.beside("a plan");
    let saved = fleet.demand(&["plan", &format!("-out={plan}")], 0, &["Plan: 35 to add"]);
    let told = format!("Saved. To do exactly this: tenantry apply --plan {plan} .");
    assert!(saved.out.contains(&told), "{saved}");
    let show = fleet.demand(&["show", &plan], 0, &[]);
    assert!(saved.out.starts_with(&show.out), "{show}\nis not what was planned:\n{saved}");
    let json: Value = serde_json::from_str(&fleet.demand(&["show", "-json", &plan], 0, &[]).out).unwrap();
    assert_eq!(json["resource_changes"].as_array().unwrap().len(), 35);
    assert_eq!((&json["applyable"], &json["complete"]), (&Value::Bool(true), &Value::Bool(true)));

    // What the files say by now is not what was approved.
    fleet.edit("fleet.kdl", "http 8080", "http 8081");
    fleet.demand(&["apply", "--plan", &plan], 0, &["Apply complete! Resources: 35 added"]);
    fleet.demand(&["plan"], 0, &["-/+ container traefik"]);
    fleet.edit("fleet.kdl", "http 8081", "http 8080");
    fleet.demand(&["plan"], 0, &["No changes."]);
}

#[test]
fn a_plan_that_the_world_has_overtaken_is_stale() {
    let fleet = Fleet::new();
    let plan = fleet.beside("plan");
    fleet.demand(&["plan", "--out", &plan], 0, &[]);
    fleet.demand(&["apply", "--auto-approve"], 0, &[]);
    let world = std::fs::read(fleet.world()).unwrap();
    let words = [
        "error: the plan is stale, and nothing was done: what it was made for has changed since",
        "  bench.main/container/backend\n",
        "help: make a new one with `tenantry plan --out`",
    ];
    fleet.demand(&["apply", "--plan", &plan], 6, &words);
    assert_eq!(std::fs::read(fleet.world()).unwrap(), world);
}

#[test]
fn a_plan_of_another_fleet_is_not_executed_here() {
    let (one, other) = (Fleet::new(), Fleet::new());
    other.edit("fleet.kdl", "id \"quick\"", "id \"other\"");
    let plan = one.beside("plan");
    other.demand(&["plan", "--out", &plan], 0, &[]);
    one.demand(&["apply", "--plan", &plan], 1, &["is a plan of the fleet `other`, this one is `quick`"]);
    assert!(!one.world().exists());
}

#[test]
fn what_is_no_plan_is_named_and_not_executed() {
    let fleet = Fleet::new();
    fleet.demand(&["show", "no.plan"], 1, &["error: no.plan: No such file or directory"]);
    fleet.demand(&["show", "/dev/zero"], 1, &["error: /dev/zero: it is no file"]);
    fleet.demand(&["show", "fleet.kdl"], 1, &["error: fleet.kdl: it is not a saved plan"]);
    fleet.demand(&["apply", "--plan", "fleet.kdl"], 1, &["fleet.kdl: it is not a saved plan"]);
    let plan = fleet.beside("plan");
    fleet.demand(&["plan", "--out", &plan], 0, &[]);
    let text = std::fs::read_to_string(&plan).unwrap();
    std::fs::write(&plan, text.replace(concat!("\"", env!("CARGO_PKG_VERSION"), "\""), "\"9.9.9\"")).unwrap();
    fleet.demand(&["apply", "--plan", &plan], 1, &["another version made it, `9.9.9`: plan again"]);
    assert!(!fleet.world().exists());
}

#[test]
fn a_plan_that_cannot_be_saved_leaves_the_one_that_was_there() {
    let fleet = Fleet::new();
    let words = ["error: the plan could not be saved to /dev/full: No space left on device"];
    fleet.demand(&["plan", "--out", "/dev/full"], 1, &words);
    let before = listing(fleet.place.path());
    fleet.demand(&["plan", "--out", &fleet.beside("no/plan")], 1, &["could not be saved to", "No such file"]);
    assert_eq!(listing(fleet.place.path()), before);
}

#[test]
fn a_plan_is_saved_through_no_link() {
    let fleet = Fleet::new();
    let (aim, plan) = (fleet.beside("aim"), fleet.beside("plan"));
    std::fs::write(&aim, "precious").unwrap();
    std::os::unix::fs::symlink(&aim, &plan).unwrap();
    let told = format!("error: the plan could not be saved to {plan}: it is a symbolic link");
    fleet.demand(&["plan", "--out", &plan], 1, &[&told]);
    // One that leads nowhere would make the file it names.
    std::fs::remove_file(&aim).unwrap();
    fleet.demand(&["plan", "--out", &plan], 1, &[&told]);
    assert!(!std::path::Path::new(&aim).exists());
    fleet.demand(&["plan", "--out", "/dev/stdout"], 0, &["\"tenantry_plan\""]);
}
