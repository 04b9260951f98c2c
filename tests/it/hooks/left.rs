//! A client that goes before its push has ended. git moves the branch all the same and calls no `post-receive`.
#![expect(clippy::disallowed_methods, reason = "a repository has files")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

use tenantry::gitops::{Accepted, Leave, Queue, Stands, Ticket};

use super::server::Server;
use crate::support::git::git;

/// Waits for the note of what was applied in the background.
pub fn noted(server: &Server, commit: &str) -> String {
    let began = Instant::now();
    loop {
        let note = server.note(commit);
        if !note.is_empty() || began.elapsed() > Duration::from_secs(60) {
            return note;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A hook that was there before ours, and runs in it.
pub fn hook(server: &Server, name: &str, script: &str) {
    let path = server.bare().join(format!("hooks/{name}.chained"));
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_client_that_dies_during_pre_receive_does_not_keep_its_commit_from_being_applied() {
    let server = Server::new();
    hook(&server, "pre-receive", "while ! test -s client; do sleep 0.01; done\nkill -9 $(cat client)");
    let mut push = server.pushing(&["main"]).stderr(std::process::Stdio::null()).spawn().unwrap();
    fs::write(server.bare().join("client"), push.id().to_string()).unwrap();
    assert!(!push.wait().unwrap().success());
    let commit = server.clone.run(&["rev-parse", "main"]).trim().to_owned();
    let note = noted(&server, &commit);
    assert_eq!(server.head(), commit);
    assert!(note.starts_with("tenantry: done\nfleet: quick\nby: ana\n"), "{note}");
}

/// As a power cut leaves it: the branch has moved, and nobody lives who was to see to the rest.
fn cut(server: &Server) -> Ticket {
    let old = server.head();
    let commit = server.edit("fleet.kdl", "connections 24", "connections 20");
    assert!(server.push(&["main:later"]).accepted);
    let queue = Queue::of(&server.bare());
    let ticket = queue.ticket(&commit, "bruno", Leave::default()).unwrap();
    let accepted = Accepted { ticket: ticket.clone(), old: old.clone() };
    assert!(matches!(queue.accept(&accepted, &|| old.clone()).unwrap(), Stands::Held(_)));
    let moved = git(&server.bare()).args(["update-ref", "refs/heads/main", &commit]).status().unwrap();
    assert!(moved.success());
    ticket
}

#[test]
fn after_a_power_cut_the_next_push_applies_what_was_left_behind() {
    let server = Server::new();
    server.deployed();
    let ticket = cut(&server);
    let bare = server.bare();
    let bare = bare.to_str().unwrap();
    let status = server.said(&["hook", "status", bare]);
    let row = format!("missed        {} of bruno, since {}", ticket.short(), ticket.at);
    assert!(status.contains(&row), "{status}");
    let status = server.said(&["status", bare, "--rev", "main"]);
    assert!(
        status.contains(&format!("{} of bruno: its push ended before it was applied", ticket.short())),
        "{status}"
    );
    let commit = server.clone.commit("again");
    server.deployed();
    assert!(server.note(&ticket.commit).contains("by: bruno"), "{}", server.note(&ticket.commit));
    assert!(server.note(&commit).starts_with("tenantry: done"), "{}", server.note(&commit));
    let status = server.said(&["hook", "status", bare]);
    assert!(!status.contains("missed"), "{status}");
}

#[test]
fn after_a_power_cut_apply_of_the_revision_tells_and_does_it() {
    let server = Server::new();
    server.deployed();
    let ticket = cut(&server);
    let bare = server.bare();
    let apply = ["apply", bare.to_str().unwrap(), "--rev", "main", "--auto-approve"];
    let run = server.tenantry(&apply);
    let said = String::from_utf8_lossy(&run.stderr);
    let sentence =
        format!("note: {} of bruno ({}) reached main and was not applied", ticket.short(), ticket.at);
    assert!(run.status.success() && said.contains(&sentence), "{said}");
    assert!(server.note(&ticket.commit).starts_with("tenantry: done"), "{}", server.note(&ticket.commit));
    let again = server.tenantry(&apply);
    assert!(!String::from_utf8_lossy(&again.stderr).contains("was not applied"));
}

#[test]
fn a_push_that_moved_nothing_leaves_nothing_behind() {
    let server = Server::new();
    server.deployed();
    hook(&server, "update", "");
    fs::rename(server.bare().join("hooks/update.chained"), server.bare().join("hooks/update")).unwrap();
    fs::write(server.bare().join("hooks/update"), "#!/bin/sh\nexit 1\n").unwrap();
    let commit = server.edit("fleet.kdl", "connections 24", "connections 20");
    assert!(!server.push(&["main"]).accepted);
    fs::remove_file(server.bare().join("hooks/update")).unwrap();
    let accepted = server.bare().join("tenantry/accepted");
    let began = Instant::now();
    while fs::read_dir(&accepted).unwrap().next().is_some() {
        assert!(began.elapsed() < Duration::from_secs(60), "it is still there");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(server.note(&commit), "");
    server.deployed();
}

#[test]
fn the_slower_of_two_pushes_is_told_to_pull() {
    let server = Server::new();
    server.deployed();
    hook(&server, "pre-receive", "test -e slow || exit 0\nrm slow\nwhile ! test -e go; do sleep 0.01; done");
    fs::write(server.bare().join("slow"), "").unwrap();
    server.edit("fleet.kdl", "connections 24", "connections 20");
    let slow = server.pushing(&["main"]).stderr(std::process::Stdio::piped()).spawn().unwrap();
    while server.bare().join("slow").exists() {
        std::thread::sleep(Duration::from_millis(5));
    }
    server.clone.run(&["reset", "--quiet", "--hard", "HEAD~1"]);
    let winner = server.edit("fleet.kdl", "connections 24", "connections 22");
    server.deployed();
    fs::write(server.bare().join("go"), "").unwrap();
    let push: super::server::Push = slow.wait_with_output().unwrap().into();
    let sentence = format!("`main` is at {} of Ana by now: another push was faster", &winner[..7]);
    assert!(!push.accepted && push.text.contains(&sentence), "{push}");
    assert!(push.text.contains("git pull --rebase") && !push.text.contains("cannot lock ref"), "{push}");
}

#[test]
fn two_pushes_from_the_same_never_both_go_on() {
    let place = tempfile::tempdir().unwrap();
    let queue = Queue::of(place.path());
    let accepted = |n: u32, old: &str| Accepted {
        ticket: queue.ticket(&format!("{n:040}"), "ana", Leave::default()).unwrap(),
        old: old.to_owned(),
    };
    let held = queue.accept(&accepted(1, "a"), &|| "a".to_owned()).unwrap();
    assert!(matches!(held, Stands::Held(_)));
    assert!(matches!(queue.accept(&accepted(2, "a"), &|| "a".to_owned()).unwrap(), Stands::Behind));
    assert!(matches!(queue.accept(&accepted(2, "a"), &|| "b".to_owned()).unwrap(), Stands::Moved));
    assert!(queue.ended_early().unwrap().is_empty());
    drop(held);
    let began = Instant::now();
    // Programs that other tests start hold a copy of the lock for a moment.
    while !matches!(queue.accept(&accepted(3, "a"), &|| "a".to_owned()).unwrap(), Stands::Held(_)) {
        assert!(began.elapsed() < Duration::from_secs(30));
        std::thread::sleep(Duration::from_millis(5));
    }
}
