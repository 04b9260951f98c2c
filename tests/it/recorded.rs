//! Fleets that earlier releases applied, as they lay then: a later release has nothing to do there.
//!
//! `tests/recorded/NAME/` has the fleet's files, its variables, and its sandboxes' files. The worlds are never recorded
//! anew: where a release must change something in them, the changelog says what and why, and the test says it here.

use std::fs;
use std::process::{Command, Stdio};

use crate::support::disk;

/// Recorded by the release without a number that has sandbox files of version 2.
const WORLDS: [&str; 4] = ["acme-cloud", "edge-only", "quickstart", "tls"];

/// Sites with limited requests get a second router, past the limit: files and open desks no longer count. How many routes of each
/// world that changes.
const UNCOUNTED: [usize; 4] = [4, 0, 2, 1];
/// The page of a site whose bench does not answer: the edge has a further file, benches lead to it, and so do sites. How many
/// changes there are in each world, with those above and with each database's server, which joins the networks of its benches; nothing
/// else may change.
const CHANGES: [usize; 4] = [8, 1, 5, 4];

#[test]
fn a_recorded_sandbox_has_nothing_to_do_but_what_the_changelog_says() {
    for ((world, routes), changes) in WORLDS.into_iter().zip(UNCOUNTED).zip(CHANGES) {
        let folder = disk::path(&format!("tests/recorded/{world}"));
        let place = tempfile::tempdir().unwrap();
        let sandboxes = folder.join("sandbox");
        for fleet in fs::read_dir(&sandboxes).unwrap() {
            let fleet = fleet.unwrap();
            let target = place.path().join("tenantry/sandbox").join(fleet.file_name());
            fs::create_dir_all(&target).unwrap();
            for host in fs::read_dir(fleet.path()).unwrap() {
                let host = host.unwrap();
                fs::copy(host.path(), target.join(host.file_name())).unwrap();
            }
        }
        let run = |arguments: &[&str]| {
            let output = Command::new(env!("CARGO_BIN_EXE_tenantry"))
                .args(arguments)
                .arg(folder.join("fleet"))
                .envs(environment(world))
                .env("XDG_STATE_HOME", place.path())
                .env("NO_COLOR", "1")
                .stdin(Stdio::null())
                .output()
                .unwrap();
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
            (output.status.code(), format!("{text}{complaint}"))
        };
        let plan = ["plan", "--detailed-exitcode", "--max-destroy=0"];
        if changes > 0 {
            let (code, text) = run(&plan);
            assert_eq!(code, Some(2), "{world}:\n{text}");
            let known = "~ route   files and open desks no longer count as requests";
            assert_eq!(text.matches(known).count(), routes, "{world}:\n{text}");
            let mut fields = text.lines().filter(|line| line.contains("entries.") || line.contains("files."));
            let known =
                [".uncounted", "busy", "bench-main.page", "bench-shared-a.page", "bench-initech.page"];
            let is_known = |line: &str| known.iter().any(|known| line.contains(known));
            assert!(fields.all(is_known), "{world}:\n{text}");
            let mut networks = text.lines().filter(|line| line.contains("networks."));
            assert!(
                networks.all(|line| line.contains("_bench") && line.ends_with("none → mariadb")),
                "{text}"
            );
            assert!(
                text.contains(&format!("Plan: 0 to add, {changes} to change, 0 to destroy.")),
                "{world}:\n{text}"
            );
            let (code, text) = run(&["apply", "--auto-approve"]);
            assert_eq!(code, Some(0), "{world}:\n{text}");
        }
        let (code, text) = run(&plan);
        assert_eq!(code, Some(0), "{world}:\n{text}");
        assert!(text.contains("No changes."), "{world}:\n{text}");
    }
}

/// The variables of a recorded fleet.
pub fn environment(world: &str) -> Vec<(String, String)> {
    disk::read(&format!("tests/recorded/{world}/environment"))
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}
