//! What was asked for and could not be printed is no success; a reader that has enough is none of our business.

use std::fs::OpenOptions;
use std::process::Stdio;

use super::fleet::{Fleet, Run};

/// Runs with a full disk as standard output.
fn full(fleet: &Fleet, arguments: &[&str]) -> Run {
    let mut command = fleet.command(arguments);
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    Run::of(command.stdout(full).stderr(Stdio::piped()).output().unwrap())
}

#[test]
fn a_full_disk_is_an_error_whatever_was_to_be_printed() {
    let fleet = Fleet::applied();
    let plan = fleet.beside("plan");
    fleet.demand(&["plan", "--out", &plan], 0, &[]);
    let words = "error: standard output cannot be written: No space left on device";
    let commands: [&[&str]; 14] = [
        &["check"],
        &["build"],
        &["secrets", "--format", "env"],
        &["plan"],
        &["plan", "--json"],
        &["apply", "--auto-approve"],
        &["status"],
        &["status", "--json"],
        &["show", &plan],
        &["graph"],
        &["explain", "guard/lost"],
        &["log"],
        &["schema"],
        &["--help"],
    ];
    for command in commands {
        let run = full(&fleet, command);
        assert_eq!(run.code, 1, "{command:?}: {run}");
        assert!(run.err.contains(words), "{command:?}: {run}");
    }
}

#[test]
fn a_reader_that_went_away_is_no_error() {
    let fleet = Fleet::new();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let run = Run::of(fleet.command(&["schema"]).stdout(writer).stderr(Stdio::piped()).output().unwrap());
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{run}");
}
