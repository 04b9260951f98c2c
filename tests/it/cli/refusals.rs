//! What the guards refuse runs on, and is still there afterwards.

use super::fleet::Fleet;

/// Demands a refusal by `plan` and by `apply`, and that the world is as it was.
fn refused(fleet: &Fleet, words: &[&str]) {
    let before = std::fs::read(fleet.world()).unwrap();
    fleet.demand(&["plan"], 5, words);
    fleet.demand(&["plan", "--detailed-exitcode"], 5, words);
    fleet.demand(&["apply", "--auto-approve"], 5, words);
    assert_eq!(std::fs::read(fleet.world()).unwrap(), before);
}

#[test]
fn a_vanished_tenant_runs_on() {
    let fleet = Fleet::applied();
    fleet.remove("tenants/initech.kdl");
    let words = [
        "error[guard/data-without-tombstone]: site `initech` left the files but is still there, with its data",
        "`initech` keeps running untouched",
        "put the declaration of site `initech` back",
    ];
    refused(&fleet, &words);
}

#[test]
fn a_vanished_site_runs_on() {
    let fleet = Fleet::applied();
    fleet.write("tenants/initech.kdl", "tenant \"initech\" {\n    plan \"starter\"\n}\n");
    refused(&fleet, &["guard/data-without-tombstone", "site `initech` left the files"]);
}

#[test]
fn a_vanished_bench_runs_on_with_its_sites() {
    let fleet = Fleet::applied();
    let text = std::fs::read_to_string(fleet.directory.path().join("fleet.kdl")).unwrap();
    let at = text.find("bench \"main\"").unwrap();
    fleet.write("fleet.kdl", &text[..at]);
    fleet.remove("tenants/globex.kdl");
    fleet.remove("tenants/initech.kdl");
    let words = [
        "error[guard/data-without-tombstone]: bench `main` left the files but is still there, with its data",
        "3 volumes, 8 containers, 1 route, 1 bench-config; 8 of them run",
    ];
    refused(&fleet, &words);
}

#[test]
fn what_is_not_refused_is_still_applied() {
    let fleet = Fleet::applied();
    fleet.remove("tenants/initech.kdl");
    fleet.edit("fleet.kdl", "http 8080", "http 8081");
    let words = [
        "site `initech` left the files",
        "Apply incomplete: 1 added, 1 changed, 1 destroyed; 1 object refused",
    ];
    fleet.demand(&["apply", "--auto-approve"], 5, &words);
    fleet.demand(&["plan"], 5, &["Plan: 0 to add, 0 to change, 0 to destroy."]);
}

#[test]
fn a_blank_fleet_takes_nothing_down() {
    let fleet = Fleet::applied();
    fleet.remove("tenants/globex.kdl");
    fleet.remove("tenants/initech.kdl");
    fleet.write(
        "fleet.kdl",
        "fleet \"quickstart\" {\n    id \"quick\"\n}\nhost \"local\" {\n    engine \"sandbox\"\n}\n",
    );
    let words = [
        "error[guard/empty-fleet]: the fleet `quick` is empty",
        "everything goes on running untouched",
        "The whole plan is refused: apply does nothing of it.",
    ];
    refused(&fleet, &words);

    fleet.write("fleet.kdl", "// nothing\n");
    for command in [&["plan"][..], &["apply", "--auto-approve"]] {
        fleet.demand(command, 1, &["error[resolve/no-fleet]: there is no `fleet` in these files"]);
    }
    fleet.remove("fleet.kdl");
    fleet.demand(&["apply", "--auto-approve"], 1, &["error[load/no-files]: `.` has no fleet files"]);
    // A host that left is remembered. Where none ever was there is nowhere to look, and that is what is said.
    let bare = "fleet \"quickstart\" {\n    id \"quick\"\n}\n";
    fleet.write("fleet.kdl", bare);
    fleet.demand(&["plan"], 5, &["error[guard/host-left]: host `local` left the files, with what is on it"]);
    let fleet = Fleet::new();
    fleet.remove("tenants/globex.kdl");
    fleet.remove("tenants/initech.kdl");
    fleet.write("fleet.kdl", bare);
    fleet.demand(&["plan"], 0, &["No changes. The fleet declares no host, so there was nowhere to look."]);
}

#[test]
fn another_fleet_on_the_same_host_is_left_alone() {
    let fleet = Fleet::applied();
    // The same world under the name where the other fleet looks: two fleets on one host.
    let theirs = fleet.place.path().join("tenantry/sandbox/other/host.local.json");
    std::fs::create_dir_all(theirs.parent().unwrap()).unwrap();
    std::fs::copy(fleet.world(), &theirs).unwrap();
    fleet.edit("fleet.kdl", "id \"quick\"", "id \"other\"");
    let before = std::fs::read(&theirs).unwrap();
    fleet.demand(&["apply", "--auto-approve"], 5, &["error[guard/new-fleet]", "`quick`", "--new-fleet"]);
    assert_eq!(std::fs::read(&theirs).unwrap(), before);
    let plan = fleet.demand(&["plan", "--new-fleet"], 0, &["0 to destroy."]);
    assert!(!plan.out.contains(" quick-"), "{plan}");
}

#[test]
fn a_broken_sandbox_is_never_an_empty_one() {
    let fleet = Fleet::applied();
    std::fs::write(fleet.world(), "{").unwrap();
    for command in [&["plan"][..], &["apply", "--auto-approve"]] {
        let run = fleet.run(command);
        assert!(run.code == 5 || run.code == 1, "{run}");
        run.demand(run.code, &["host.local.json is no world"]);
    }
    fleet.demand(&["status"], 1, &["unreadable", "is no world"]);
    assert_eq!(std::fs::read_to_string(fleet.world()).unwrap(), "{");
}
