//! Fleets that earlier releases applied, as they lay then: a later release has nothing to do there.
//!
//! `tests/recorded/NAME/` has the fleet's files, its variables, and its sandboxes' files. The worlds are never recorded
//! anew: where a release must change something in them, the changelog says what and why, and the test says it here.

use std::fs;
use std::process::{Command, Stdio};

use crate::support::disk;

/// Recorded by the release without a number that has sandbox files of version 2.
const WORLDS: [&str; 4] = ["acme-cloud", "edge-only", "quickstart", "tls"];

#[test]
fn a_recorded_sandbox_has_nothing_to_do() {
    for world in WORLDS {
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
        let plan = |detail: &str| {
            let output = Command::new(env!("CARGO_BIN_EXE_tenantry"))
                .args(["plan", "--detailed-exitcode", detail])
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
        let (code, text) = plan("--max-destroy=0");
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
