//! What came last is what was written last, whatever the clocks say; and several accounts write it.
#![expect(clippy::disallowed_methods, reason = "a repository has files")]

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use tenantry::gitops::{Leave, Outcome, Queue, Record, history, write_note};
use tenantry::world::git::Repository;

use super::server::{Push, Server};
use crate::support::git::{git, path};

fn record(by: &str, began: &str) -> Record {
    Record {
        outcome: Outcome::Done,
        fleet: "quick".to_owned(),
        by: by.to_owned(),
        began: began.to_owned(),
        took: None,
        plan: String::new(),
        hosts: Vec::new(),
        why: String::new(),
    }
}

fn order(repository: &Repository) -> Vec<String> {
    history(repository, Some("quick")).unwrap().map(|one| one.unwrap().1.by).collect()
}

#[test]
fn records_come_as_they_were_written_and_not_by_their_clocks() {
    let clone = crate::support::git::Repository::new();
    let commits = ["one", "two"].map(|message| clone.commit(message));
    let repository = Repository::open(clone.path(), None).unwrap();
    assert_eq!(order(&repository), [""; 0]);
    let now = "2026-11-25T10:00:00.000Z";
    for (by, commit, began) in [
        ("first", &commits[1], now),
        ("second", &commits[0], now),
        ("third", &commits[1], "2026-11-25T09:00:00.000Z"),
        ("fourth", &commits[0], "2026-11-25T08:00:00.000Z"),
    ] {
        write_note(&repository, commit, &record(by, began)).unwrap();
    }
    assert_eq!(order(&repository), ["fourth", "third", "second", "first"]);
    let other = Record { fleet: "other".to_owned(), ..record("other", now) };
    write_note(&repository, &commits[0], &other).unwrap();
    assert_eq!(order(&repository), ["fourth", "third", "second", "first"]);
    // Notes whose own history is lost have their clocks.
    let squashed = clone.run(&["commit-tree", "refs/notes/tenantry^{tree}", "-m", "all"]);
    clone.run(&["update-ref", "refs/notes/tenantry", squashed.trim()]);
    assert_eq!(order(&repository)[2..], ["third", "fourth"]);
}

#[test]
fn records_that_are_written_side_by_side_are_all_kept() {
    let server = Server::without_hooks();
    assert!(server.push(&["main"]).accepted);
    std::fs::create_dir(server.bare().join("tenantry")).unwrap();
    let (commit, bare) = (server.head(), server.bare());
    std::thread::scope(|scope| {
        for n in 0..4 {
            let (commit, bare) = (&commit, &bare);
            scope.spawn(move || {
                let repository = Repository::open(bare, None).unwrap();
                for m in 0..10 {
                    let record = record(&format!("{n}-{m}"), "2026-11-25T10:00:00.000Z");
                    write_note(&repository, commit, &record).unwrap();
                }
            });
        }
    });
    let all: std::collections::BTreeSet<String> =
        order(&Repository::open(&bare, None).unwrap()).into_iter().collect();
    assert_eq!(all.len(), 40);
}

#[test]
fn three_pushes_of_one_moment_end_at_the_last() {
    let server = Server::new();
    server.deployed();
    let mut pushes = Vec::new();
    let mut last = String::new();
    for n in 0..3 {
        last = server.clone.commit(&format!("empty {n}"));
        pushes.push(server.pushing(&["main"]).stderr(std::process::Stdio::piped()).spawn().unwrap());
        while server.head() != last {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }
    for push in pushes {
        let push: Push = push.wait_with_output().unwrap().into();
        assert!(push.accepted, "{push}");
    }
    let bare = server.bare();
    let bare = bare.to_str().unwrap();
    let status = server.said(&["hook", "status", bare]);
    assert!(status.contains(&format!("last          {} done", &last[..7])), "{status}");
    let status = server.said(&["status", bare, "--rev", "main"]);
    assert!(status.contains(&format!("local  {}  done", &last[..7])), "{status}");
}

#[test]
fn a_clock_that_was_set_back_takes_no_run_away() {
    let place = tempfile::tempdir().unwrap();
    let queue = Queue::of(place.path());
    let runs = place.path().join("tenantry/runs");
    std::fs::create_dir_all(&runs).unwrap();
    // Of an earlier version, whose clock was ahead.
    for n in 0..100 {
        for what in ["log", "end"] {
            std::fs::write(runs.join(format!("20991231T2359{n:02}.000000Z-abc1234.{what}")), "").unwrap();
        }
    }
    let ticket = queue.ticket(&"a".repeat(40), "ana", Leave::default()).unwrap();
    queue.enqueue(&ticket, &|_, _| false).unwrap();
    let worker = queue.worker().unwrap().unwrap();
    worker.take().unwrap();
    worker.finish(&ticket, Some(0)).unwrap();
    assert!(queue.ended(&ticket).unwrap().is_some());
    assert_eq!(std::fs::read_dir(&runs).unwrap().count(), 199);
    std::fs::remove_file(place.path().join("tenantry/number")).unwrap();
    let next = queue.ticket(&"b".repeat(40), "ana", Leave::default()).unwrap();
    assert!(next.id > ticket.id, "{} {}", next.id, ticket.id);
}

fn modes(at: &Path, faults: &mut Vec<String>) {
    for entry in std::fs::read_dir(at).unwrap() {
        let entry = entry.unwrap();
        let meta = entry.metadata().unwrap();
        // git's own objects are never written again.
        let objects = at.components().any(|part| part.as_os_str() == "objects");
        let wanted = match (meta.is_dir(), objects) {
            (true, _) => 0o070,
            (false, true) => 0o040,
            (false, false) => 0o060,
        };
        if meta.permissions().mode() & wanted != wanted {
            faults.push(format!("{} {:o}", entry.path().display(), meta.permissions().mode()));
        }
        if meta.is_dir() {
            modes(&entry.path(), faults);
        }
    }
}

#[test]
fn what_one_account_writes_into_a_shared_repository_the_next_can_go_on_with() {
    let server = Server::new();
    for at in ["objects", "refs", "."] {
        let status =
            Command::new("chmod").args(["-R", "g+rwX", at]).current_dir(server.bare()).status().unwrap();
        assert!(status.success());
    }
    git(&server.bare()).args(["config", "core.sharedRepository", "group"]).status().unwrap();
    let script = "umask 077; exec git push origin main";
    let push: Push = Command::new("sh")
        .args(["-c", script])
        .current_dir(server.clone.path())
        .env_clear()
        .env("PATH", path())
        .env("HOME", "/nonexistent")
        .env("USER", "ana")
        .output()
        .unwrap()
        .into();
    assert!(push.accepted && push.text.contains("is applied."), "{push}");
    let mut faults = Vec::new();
    for at in ["tenantry", "objects", "refs"] {
        modes(&server.bare().join(at), &mut faults);
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
