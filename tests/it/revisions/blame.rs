//! `plan --blame` names commit and author of the line behind a change.

use std::path::Path;
use std::process::Command;

use crate::support::disk;
use crate::support::git::{Repository, path};

fn plan(repository: &Repository, arguments: &[&str]) -> String {
    let state = tempfile::tempdir().unwrap();
    tenantry(repository, &[&["plan", "--blame"], arguments].concat(), state.path())
}

fn tenantry(repository: &Repository, arguments: &[&str], home: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_tenantry"))
        .args(arguments)
        .current_dir(repository.path())
        .env_clear()
        .env("PATH", path())
        .env("HOME", home)
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&text));
    String::from_utf8(text).unwrap()
}

#[test]
fn every_cause_has_its_commit_and_author() {
    let repository = Repository::new();
    for file in disk::files("examples/quickstart", &[".kdl"]) {
        repository.write(&format!("deploy/{}", &file["examples/quickstart/".len()..]), &disk::read(&file));
    }
    let first = repository.commit("the fleet");
    let text = disk::read("examples/quickstart/tenants/initech.kdl");
    repository.write("deploy/tenants/umbra.kdl", &text.replace("initech", "umbra"));
    repository.run(&["add", "."]);
    repository.run(&["commit", "--quiet", "--message", "umbra", "--author", "Bruno <bruno@example.com>"]);
    let second = repository.run(&["rev-parse", "HEAD"]);
    let (first, second) = (&first[..7], &second[..7]);
    // A line above moves what is blamed; one that is not committed has nobody to blame.
    repository.write("deploy/tenants/umbra.kdl", &format!("\n\n{}", text.replace("initech", "umbra")));
    let globex =
        disk::read("examples/quickstart/tenants/globex.kdl").replace("site \"globex\"", "site  \"globex\"");
    repository.write("deploy/tenants/globex.kdl", &globex);

    let dirty = plan(&repository, &["deploy"]);
    for line in [
        format!("tenants/initech.kdl:5 ({first}, Ana)  site.initech"),
        format!("tenants/umbra.kdl:7 ({second}, Bruno)  site.umbra"),
        "tenants/globex.kdl:6 (not committed)  site.globex".to_owned(),
    ] {
        assert!(dirty.contains(&line), "{line}\n{dirty}");
    }
    for clean in
        [plan(&repository, &["deploy", "--rev", "HEAD"]), plan(&repository, &["--rev", "HEAD:deploy"])]
    {
        assert!(clean.contains(&format!("tenants/umbra.kdl:5 ({second}, Bruno)  site.umbra")), "{clean}");
        assert!(clean.contains(&format!("tenants/globex.kdl:6 ({first}, Ana)  site.globex")), "{clean}");
    }
}

#[test]
fn who_edits_a_limit_of_a_plan_is_blamed_for_those_who_inherit_it() {
    let (repository, home) = (Repository::new(), tempfile::tempdir().unwrap());
    for file in disk::files("examples/quickstart", &[".kdl"]) {
        repository.write(&file["examples/quickstart/".len()..], &disk::read(&file));
    }
    repository.commit("the fleet");
    tenantry(&repository, &["apply", "--auto-approve"], home.path());
    let fleet = disk::read("examples/quickstart/fleet.kdl");
    let line = fleet.lines().position(|line| line.trim() == "connections 24").unwrap() + 1;
    repository.write("fleet.kdl", &fleet.replace("connections 24", "connections 26"));
    repository.run(&["add", "."]);
    repository.run(&["commit", "--quiet", "--message", "more", "--author", "Bruno <bruno@example.com>"]);
    let second = repository.run(&["rev-parse", "HEAD"]);
    let text = tenantry(&repository, &["plan", "--blame"], home.path());
    let told = format!("fleet.kdl:{line} ({}, Bruno)  site.globex · tenant globex\n", &second[..7]);
    assert!(text.contains(&told), "{told}\n{text}");
}

#[test]
fn nobody_is_blamed_outside_a_repository() {
    let place = tempfile::tempdir().unwrap();
    for file in disk::files("examples/quickstart", &[".kdl"]) {
        let to = place.path().join(&file["examples/quickstart/".len()..]);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(file, to).unwrap();
    }
    let output = Command::new(env!("CARGO_BIN_EXE_tenantry"))
        .args(["plan", "--blame"])
        .env("XDG_STATE_HOME", place.path().join("state"))
        .current_dir(place.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("nobody can be blamed: "), "{said}");
}
