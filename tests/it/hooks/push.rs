//! A push to the branch that deploys.
#![expect(clippy::disallowed_methods, reason = "a repository has files")]

use super::server::Server;

#[test]
fn a_push_is_checked_shown_applied_and_noted() {
    let server = Server::new();
    let push = server.deployed();
    for line in [
        "Plan: 35 to add, 0 to change, 0 to destroy.",
        "Apply complete! Resources: 35 added, 0 changed, 0 destroyed.",
        "running, healthy",
    ] {
        assert!(push.text.contains(line), "{line}\n{push}");
    }
    let commit = server.head();
    let note = server.note(&commit);
    let lines: Vec<&str> =
        note.lines().filter(|l| !l.starts_with("began: ") && !l.starts_with("took: ")).collect();
    assert_eq!(
        lines,
        ["tenantry: done", "fleet: quick", "by: ana", "plan: +35 ~0 -0", "host: local: 75 steps done"],
        "{note}"
    );
    let bare = server.bare();
    let bare = bare.to_str().unwrap();
    let log = server.said(&["log", "--fleet", bare, "--rev", "main"]);
    assert!(log.contains(&commit[..7]) && log.contains("ana") && log.contains("75 steps  done"), "{log}");
}

#[test]
fn the_next_push_does_what_is_left_and_status_says_what_is_where() {
    let server = Server::new();
    server.deployed();
    server.edit("fleet.kdl", "connections 24", "connections 20");
    let push = server.deployed();
    assert!(push.text.contains("connections  24 → 20"), "{push}");
    for once in ["Plan: ", "warning[check/no-effect-yet]"] {
        assert_eq!(push.text.matches(once).count(), 1, "{once}\n{push}");
    }
    // What it did not touch is counted and not listed.
    assert!(push.text.contains("other containers run as before"), "{push}");
    assert!(push.text.contains("globex.erp.localhost") && !push.text.contains("initech"), "{push}");
    let first = server.head();
    let bare = server.bare();
    let status = |rev: &str| server.said(&["status", bare.to_str().unwrap(), "--rev", rev]);
    let line = |text: &str| text.lines().nth(1).unwrap_or_default().to_owned();
    assert!(
        line(&status("main")).starts_with(&format!("local  {}  done  ", &first[..7])),
        "{}",
        status("main")
    );
    assert!(line(&status("main")).contains("by ana  nothing is pending"), "{}", status("main"));
    let second = server.edit("fleet.kdl", "connections 20", "connections 21");
    // A branch that does not deploy is nobody's business.
    let push = server.push(&["main:later"]);
    assert!(push.accepted && !push.text.contains("Plan"), "{push}");
    assert!(line(&status("later")).contains("1 commit pending"), "{}", status("later"));
    let json: serde_json::Value =
        serde_json::from_str(&server.said(&["status", bare.to_str().unwrap(), "--rev", &second, "--json"]))
            .unwrap();
    assert_eq!(json["revisions"]["hosts"][0]["commit"], first.as_str());
    assert_eq!(json["revisions"]["hosts"][0]["pending_commits"], 1);
}

#[test]
fn a_commit_that_changes_nothing_is_noted_and_logged_too() {
    let server = Server::new();
    server.deployed();
    let commit = server.clone.commit("nothing");
    assert!(server.deployed().text.contains("No changes."));
    assert!(server.note(&commit).contains("host: local: nothing to do"), "{}", server.note(&commit));
    let bare = server.bare();
    let log = server.said(&["log", "--fleet", bare.to_str().unwrap(), "--rev", "main"]);
    assert!(log.contains(&commit[..7]), "{log}");
}

#[test]
fn a_fleet_in_a_directory_of_the_repository() {
    let server = Server::new();
    server.clone.run(&["mv", "fleet.kdl", "deploy.kdl"]);
    server.clone.run(&["reset", "--quiet", "--hard"]);
    for name in ["fleet.kdl", "tenants"] {
        server.clone.write("deploy/.keep", "");
        server.clone.run(&["mv", name, "deploy/"]);
    }
    server.clone.commit("one level down");
    let bare = server.bare();
    let bare = bare.to_str().unwrap();
    server.said(&["hook", "install", bare, "--directory", "/deploy/"]);
    server.deployed();
    assert!(server.world().exists());
    // Said once, it stays.
    server.said(&["hook", "install", bare]);
    server.edit("deploy/fleet.kdl", "connections 24", "connections 20");
    server.deployed();
}

#[test]
fn two_pushers_at_once_end_at_the_newer_commit() {
    let server = Server::new();
    server.deployed();
    server.edit("fleet.kdl", "connections 24", "connections 20");
    let first = server.pushing(&["main"]).stderr(std::process::Stdio::piped()).spawn().unwrap();
    // Another clone would have had to fetch first: the second goes on from the first.
    while server.head() != server.clone.run(&["rev-parse", "main"]).trim() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let last = server.edit("fleet.kdl", "connections 20", "connections 22");
    let second = server.push(&["main"]);
    let first: super::server::Push = first.wait_with_output().unwrap().into();
    assert!(first.accepted && second.accepted, "{first}\n{second}");
    assert_eq!(server.head(), last);
    assert!(server.note(&last).starts_with("tenantry: done"), "{second}");
    let bare = server.bare();
    let plan = server.said(&["plan", bare.to_str().unwrap(), "--rev", "main"]);
    assert!(plan.contains("No changes."), "{plan}");
}

#[test]
fn what_fails_is_told_where_nobody_looks_past_it_and_found_on_the_server() {
    let server = Server::new();
    server.deployed();
    // For which release the sites were made only their volume says, so the plan cannot know.
    server.take_away("bench.main/container/");
    let text = std::fs::read_to_string(server.clone.path().join("fleet.kdl")).unwrap();
    server.clone.write("fleet.kdl", &text.replace("15.80.0", "15.81.0"));
    let commit = server.clone.commit("another release");
    let push = server.push(&["main"]);
    assert!(push.accepted && push.text.contains("failed after"), "{push}");
    let end = format!(
        "##  NOT APPLIED AS PUSHED\n##  {} is on main, and not all of it is applied (exit code 7)",
        &commit[..7]
    );
    assert!(push.text.contains(&end), "{push}");
    let hint = push
        .text
        .lines()
        .find_map(|line| line.split_once("the whole text, on the server: tenantry "))
        .unwrap()
        .1;
    let arguments: Vec<&str> = hint.split(' ').collect();
    let log = server.said(&arguments);
    assert!(log.contains("the bench's sites were made for"), "{hint}: {log}");
}
