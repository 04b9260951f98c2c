//! Waiting for others, Ctrl-C, and the question before an apply.

use std::fs::{File, create_dir_all, read_to_string};
use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tenantry::sandbox::{Sandbox, State};

use super::fleet::{Fleet, Run};

/// Holds the sandbox as another process would.
pub(super) fn hold(fleet: &Fleet) -> File {
    hold_as(fleet, "r-other")
}

fn hold_as(fleet: &Fleet, run: &str) -> File {
    let mut path = fleet.world().into_os_string();
    path.push(".lock");
    create_dir_all(fleet.world().parent().unwrap()).unwrap();
    let mut file = File::create(path).unwrap();
    file.try_lock().unwrap();
    let info = serde_json::json!({"id": run, "who": "ann@desk", "pid": 7, "machine": "m",
        "operation": "apply", "created": "2026-11-22T20:00:00Z"});
    file.write_all(info.to_string().as_bytes()).unwrap();
    file
}

/// An apply under way that says in a file what it says, until it waits for a lock that somebody else holds.
pub(super) struct Waiting {
    pub(super) child: Child,
    said: PathBuf,
}

impl Waiting {
    pub(super) fn new(fleet: &Fleet, mut command: Command) -> Self {
        let said = PathBuf::from(fleet.beside("said"));
        let file = File::create(&said).unwrap();
        let child = command.stdout(file.try_clone().unwrap()).stderr(file).spawn().unwrap();
        let began = Instant::now();
        while !read_to_string(&said).unwrap().contains("waiting for host.local: ") {
            assert!(began.elapsed() < Duration::from_secs(60), "it waits for nothing");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { child, said }
    }

    pub(super) fn signal(&self, name: &str) {
        let kill = Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
        assert!(kill.success());
    }

    /// Demands that it ends soon as one that was stopped before it did anything.
    pub(super) fn stopped(mut self) {
        let began = Instant::now();
        let code = self.child.wait().unwrap().code();
        let said = read_to_string(&self.said).unwrap();
        assert!(code == Some(8) && said.contains("error: stopped; nothing was done"), "{code:?} {said}");
        assert!(began.elapsed() < Duration::from_secs(30));
    }
}

/// What waits up to a minute for the lock.
pub(super) const PATIENT: [&str; 4] = ["apply", "--auto-approve", "--lock-timeout", "60s"];

#[test]
fn a_held_host_is_waited_for_and_its_holder_named() {
    let fleet = Fleet::new();
    let held = hold(&fleet);
    let words = [
        "waiting for host.local: ",
        "error: cannot lock host `host.local`",
        "ann@desk",
        "ID:        r-other",
        "help: wait until that run has ended, or give this one more time with --lock-timeout",
    ];
    fleet.demand(&["apply", "-auto-approve", "-lock-timeout=1s"], 3, &words);
    assert!(!fleet.world().exists());
    let json = fleet.demand(&["apply", "-auto-approve", "-json", "-lock-timeout=0s"], 3, &[]);
    let events = json.events();
    assert!(
        events
            .iter()
            .any(|e| e["type"] == "diagnostic" && e["@message"].as_str().unwrap().contains("ann@desk"))
    );
    // Looking needs no lock, and says who is at work.
    let working = "note: `apply` of ann@desk is at work on local since 2026-11-22T20:00:00Z";
    fleet.demand(&["plan"], 0, &["Plan: 35 to add", working]);
    fleet.demand(&["status"], 0, &["absent", working]);
    drop(held);
    fleet.demand(&["apply", "-auto-approve"], 0, &["Apply complete!"]);
}

#[test]
fn what_a_run_is_at_work_on_is_not_an_interrupted_runs() {
    let fleet = Fleet::applied();
    let busy = |state: &mut State| {
        for one in state.containers.values_mut() {
            if one.identity("quick").is_some_and(|id| id.role == "backend") {
                one.thing.busy = vec!["tenantry:r-other:s-17".to_owned()];
            }
        }
    };
    Sandbox::file(fleet.world()).edit(busy).unwrap();
    let held = hold(&fleet);
    let run = fleet.demand(&["status"], 0, &["unknown: `apply` of ann@desk works on it"]);
    assert!(!run.out.contains("interrupted"), "{run}");
    let json = fleet.demand(&["status", "--json"], 0, &[]);
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(json["hosts"]["host.local"]["holder"]["who"], "ann@desk");
    drop(held);
    fleet.demand(&["status"], 0, &["a command of an interrupted run still works on it"]);
}

#[test]
fn a_run_that_holds_a_lock_has_not_failed_to_end() {
    let fleet = Fleet::new();
    let mut killed = fleet.command(&["apply", "--auto-approve"]);
    killed.env("TENANTRY_TEST_KILL", "before:s-3");
    killed.output().unwrap();
    let run = fleet.demand(&["log"], 0, &["did not end"]).out;
    let id = run.split_whitespace().next().unwrap();
    let held = hold_as(&fleet, id);
    fleet.demand(&["log"], 0, &["at work"]);
    fleet.demand(&["log", id], 0, &["under way"]);
    // At what is in this machine's journal.
    fleet.demand(&["plan"], 0, &["is at work on local since 2026-11-22T20:00:00Z: ", "(s-3)"]);
    drop(held);
    fleet.demand(&["log"], 0, &["did not end"]);
}

#[test]
fn ctrl_c_ends_the_wait_for_a_lock() {
    let fleet = Fleet::new();
    let _held = hold(&fleet);
    let run = Waiting::new(&fleet, fleet.command(&PATIENT));
    run.signal("-INT");
    run.stopped();
    assert!(!fleet.world().exists());
}

/// Applies on a terminal, and types something once the question is there.
fn answered(fleet: &Fleet, typed: &[u8]) -> Run {
    let plain = fleet.command(&[]);
    let mut command = Command::new("script");
    // `exec`: a shell in between would be interrupted too, and some shells then report that instead of our exit code.
    let line = format!("exec {} apply", env!("CARGO_BIN_EXE_tenantry"));
    command.args(["-qefc", &line, "/dev/null"]).current_dir(fleet.directory.path());
    for (name, value) in plain.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Held until the command has ended: the end of input would end the terminal.
    let mut input = child.stdin.take().unwrap();
    let mut output = child.stdout.take().unwrap();
    let mut stdout = Vec::new();
    let mut typed = Some(typed);
    let mut buffer = [0; 4096];
    loop {
        match output.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(read) => stdout.extend_from_slice(&buffer[..read]),
        }
        if String::from_utf8_lossy(&stdout).contains("Enter a value: ")
            && let Some(typed) = typed.take()
        {
            input.write_all(typed).unwrap();
        }
    }
    let mut rest = child.wait_with_output().unwrap();
    rest.stdout = stdout;
    drop(input);
    Run::of(rest)
}

#[test]
fn only_yes_is_yes() {
    let question = "Do you want to perform these actions? Only `yes` will be accepted.";
    let fleet = Fleet::new();
    answered(&fleet, b"y\n").demand(8, &[question, "Not approved; nothing was done."]);
    assert!(!fleet.world().exists());
    answered(&fleet, b"yes\n").demand(0, &[question, "Apply complete! Resources: 35 added"]);
    fleet.demand(&["plan"], 0, &["No changes."]);
}

#[test]
fn ctrl_c_at_the_question_is_no() {
    let fleet = Fleet::new();
    answered(&fleet, b"\x03").demand(8, &["Enter a value:", "Not approved; nothing was done."]);
    assert!(!fleet.world().exists());
}
