//! The edges of the machine: signals, no home, pipes where files belong, terminals that know no colours, hostile journals.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::fleet::{Fleet, Run};
use super::stopping::{PATIENT, Waiting, hold};

/// A patient apply, started through another program.
fn through(fleet: &Fleet, program: &[&str]) -> Command {
    let direct = fleet.command(&PATIENT);
    let mut command = Command::new(program[0]);
    command.args(&program[1..]).arg(direct.get_program()).args(direct.get_args());
    command.current_dir(fleet.directory.path()).stdin(Stdio::null());
    for (name, value) in direct.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

#[test]
fn a_machine_that_goes_down_and_a_terminal_that_closes_stop_a_run_as_ctrl_c_does() {
    let fleet = Fleet::new();
    let _held = hold(&fleet);
    for name in ["-TERM", "-HUP"] {
        // Whoever runs the tests may have been started by `nohup`.
        let run = Waiting::new(&fleet, through(&fleet, &["env", "--default-signal=HUP"]));
        run.signal(name);
        run.stopped();
    }
}

#[test]
fn what_nohup_started_outlives_its_terminal() {
    let fleet = Fleet::new();
    let _held = hold(&fleet);
    let mut run = Waiting::new(&fleet, through(&fleet, &["sh", "-c", "trap '' HUP; exec \"$0\" \"$@\""]));
    run.signal("-HUP");
    // One that obeyed it would end within a moment.
    std::thread::sleep(Duration::from_secs(2));
    assert!(run.child.try_wait().unwrap().is_none(), "it ended with its terminal");
    run.signal("-TERM");
    run.stopped();
}

#[test]
fn without_a_home_nothing_is_written_into_the_fleet() {
    let fleet = Fleet::new();
    let before = super::fleet::listing(fleet.directory.path());
    let run = |state: Option<&str>, arguments: &[&str]| {
        let mut command = fleet.command(arguments);
        command.env_remove("HOME").env_remove("XDG_STATE_HOME");
        if let Some(state) = state {
            command.env("XDG_STATE_HOME", state);
        }
        Run::of(command.output().unwrap())
    };
    let none = "error: neither XDG_STATE_HOME nor HOME is set, so there is no place for journals and sandboxes; \
                set XDG_STATE_HOME to a directory of your own";
    for arguments in [&["apply", "--auto-approve"][..], &["plan"], &["status"], &["log"]] {
        run(None, arguments).demand(1, &[none]);
        run(Some("state"), arguments).demand(1, &["XDG_STATE_HOME is `state`, which is no absolute path"]);
    }
    // What needs no state needs no home.
    run(None, &["check"]).demand(0, &[]);
    assert!(super::fleet::listing(fleet.directory.path()) == before);
}

fn pipe(path: &str) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn a_pipe_that_nobody_writes_to_is_an_error_and_one_that_somebody_does_is_read() {
    let fleet = Fleet::new();
    let secret = fleet.beside("secret");
    pipe(&secret);
    let key = format!("id \"quick\"\n    key (secret)\"file:{secret}\"");
    fleet.edit("fleet.kdl", "id \"quick\"", &key);
    let began = Instant::now();
    fleet.demand(&["apply", "--auto-approve"], 1, &["it is a pipe, and nobody writes into it"]);
    assert!(began.elapsed() < Duration::from_secs(60));
    let mut writer = Command::new("sh");
    writer.args(["-c", "printf 'sixteen bytes or more\\n' > \"$0\"", &secret]);
    let mut writer = writer.spawn().unwrap();
    fleet.demand(&["apply", "--auto-approve"], 0, &["Apply complete!"]);
    assert!(writer.wait().unwrap().success());
}

#[test]
fn a_pipe_where_our_own_files_belong_is_an_error() {
    for name in ["tenantry/quick/journal.jsonl", "tenantry/quick/hosts.json"] {
        let fleet = Fleet::new();
        let path = fleet.beside(name);
        fs::create_dir_all(fleet.place.path().join("tenantry/quick")).unwrap();
        pipe(&path);
        fleet.demand(&["apply", "--auto-approve"], 1, &[&path, "it is a pipe where a file belongs"]);
    }
    for name in ["host.local.json", "host.local.json.lock"] {
        let fleet = Fleet::new();
        let path = fleet.world().with_file_name(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        pipe(path.to_str().unwrap());
        let run = fleet.run(&["apply", "--auto-approve"]);
        assert_ne!(run.code, 0, "{run}");
        assert!(format!("{run}").contains("it is a pipe where a file belongs"), "{run}");
    }
}

#[test]
fn a_saved_plan_is_not_waited_for_for_ever() {
    let fleet = Fleet::new();
    let path = fleet.beside("plan");
    pipe(&path);
    fleet.demand(&["show", &path], 1, &["it is a pipe, and nobody writes into it"]);
}

#[test]
fn a_terminal_obeys_nothing_in_a_files_name() {
    let fleet = Fleet::new();
    fleet.remove("tenants/globex.kdl");
    fleet.write(
        "tenants/\u{1b}[31m\u{202e}.kdl",
        &crate::support::disk::read("examples/quickstart/tenants/globex.kdl"),
    );
    let run = fleet.demand(&["explain", "tenant.globex"], 0, &[]);
    assert!(!run.out.contains(['\u{1b}', '\u{202e}']) && run.out.contains("[31m"), "{run}");
}

#[test]
fn a_dumb_terminal_gets_no_colours() {
    let fleet = Fleet::new();
    let colours = |term: &str| {
        let plain = fleet.command(&[]);
        let mut command = Command::new("script");
        command.args(["-qefc", &format!("exec {} plan", env!("CARGO_BIN_EXE_tenantry")), "/dev/null"]);
        command.current_dir(fleet.directory.path()).stdin(Stdio::null());
        for (name, value) in plain.get_envs() {
            match value {
                Some(value) if name != "NO_COLOR" => command.env(name, value),
                _ => command.env_remove(name),
            };
        }
        command.env("TERM", term).env_remove("NO_COLOR").env_remove("FORCE_COLOR");
        Run::of(command.output().unwrap()).out.contains('\u{1b}')
    };
    assert!(colours("xterm"));
    assert!(!colours("dumb"));
}

#[test]
fn a_terminal_obeys_nothing_in_a_journal() {
    let fleet = Fleet::applied();
    let path = fleet.place.path().join("tenantry/quick/journal.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    let evil = r"\u001b]0;owned\u0007\u202e";
    let hostile = text
        .replace("\"who\":\"", &format!("\"who\":\"{evil}"))
        .replace("\"reason\":\"", &format!("\"reason\":\"{evil}"))
        .replace("\"call\":\"", &format!("\"call\":\"{evil}"));
    assert_ne!(hostile, text);
    fs::write(&path, hostile).unwrap();
    let all = fleet.demand(&["log"], 0, &["owned"]);
    let id = all.out.split_whitespace().next().unwrap().to_owned();
    for run in [all, fleet.demand(&["log", &id], 0, &["owned"]), fleet.demand(&["log", "s-1"], 0, &["owned"])]
    {
        assert!(!run.out.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{:?}", run.out);
    }
}
