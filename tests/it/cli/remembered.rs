//! What a commit says that was applied, on a machine that never applied the fleet itself.

use std::fs;
use std::process::{Command, Stdio};

use super::fleet::Run;
use crate::support::disk;
use crate::support::git::Repository;

const FAR: &str = r#"host "h2" { engine "sandbox" }
edge "e2" { host "h2"; http 81; status "status.c.example.net" }
database "d2" { mariadb "10.11"; host "h2" }
bench "b2" { release "r1"; size "small"; host "h2"; database "d2" }
tenant "t2" { plan "p"; site "s2" { bench "BENCH" } }
"#;

#[test]
fn a_machine_that_never_applied_the_fleet_asks_the_commit_that_was_applied() {
    let state = tempfile::tempdir().unwrap();
    let repository = Repository::new();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tenantry"));
        command.args(arguments).args(["--rev", "HEAD"]).current_dir(repository.path()).stdin(Stdio::null());
        command.env_remove("DOCKER_HOST").env("NO_COLOR", "1").env("XDG_STATE_HOME", state.path());
        Run::of(command.env("TENANTRY_KEY", "0123456789abcdef0123456789abcdef").output().unwrap())
    };
    repository.write("fleet.kdl", &disk::read("tests/cases/shared/hx.kdl"));
    repository.write("far.kdl", &FAR.replace("BENCH", "b2"));
    repository.commit("one");
    run(&["apply", "--auto-approve"]).demand(0, &["Apply complete!"]);

    let known = state.path().join("tenantry/hx/hosts.json");
    fs::remove_file(&known).unwrap();
    fs::write(state.path().join("tenantry/sandbox/hx/host.h2.json"), "{ no world").unwrap();
    repository.write("far.kdl", &FAR.replace("BENCH", "b"));
    repository.commit("two");
    let plan = run(&["plan"]);
    plan.demand(5, &["guard/site-moves", "it was on host `h2` when the fleet was applied before"]);
    // Neither does one that wrote down where it applied before it wrote down what.
    let old = r#"{"host.h": {"name": "h", "docker": false}, "host.h2": {"name": "h2", "docker": false}}"#;
    fs::write(&known, old).unwrap();
    run(&["plan"]).demand(5, &["guard/site-moves", "it was on host `h2` when the fleet was applied before"]);
    // Without the notes nobody knows, and nothing is made either.
    repository.run(&["update-ref", "-d", "refs/notes/tenantry"]);
    let plan = run(&["plan"]);
    plan.demand(5, &["host `h2` could not be read, and `site.s2` may be there"]);
    assert!(!plan.out.contains("+ site"), "{plan}");
}
