//! `secrets`: to files of one's own, to a pipe, and to a terminal only on request.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use super::fleet::{Fleet, Run};

/// A fleet on an engine, with a key and a root password in variables.
fn fleet() -> Fleet {
    let fleet = Fleet::new();
    fleet.edit("fleet.kdl", "id \"quick\"", "id \"quick\"\n    key (secret)\"env:KEY\"");
    fleet.edit("fleet.kdl", "engine \"sandbox\"", "engine \"docker\"");
    fleet.edit("fleet.kdl", "mariadb \"10.11\"", "mariadb \"10.11\"\n    root (secret)\"env:ROOT\"");
    fleet
}

fn run(fleet: &Fleet, arguments: &[&str]) -> Run {
    let mut command = fleet.command(arguments);
    command.env("KEY", "k3y").env("ROOT", "it's $root");
    Run::of(command.output().unwrap())
}

#[test]
fn files_are_for_their_owner_alone_and_written_again() {
    let fleet = fleet();
    let out = fleet.beside("secrets");
    let mode = |path: &str| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for _ in 0..2 {
        let run = run(&fleet, &["secrets", "--out", &out]);
        run.demand(0, &["1 secret in clear in compose.env, 2 password hashes in hashes.sql"]);
        assert!(!run.out.contains("root"), "{run}");
        let warned =
            run.err.matches("warning[").count() == 1 && run.err.starts_with("warning[check/no-effect-yet]");
        assert!(warned && !run.err.contains("it's $root"), "{run}");
        let env = fs::read_to_string(format!("{out}/compose.env")).unwrap();
        assert!(env.starts_with("# Secrets of the fleet quick, in clear"), "{env}");
        assert!(env.ends_with("\nROOT=\"it's \\$root\"\n"), "{env}");
        assert_eq!(
            [mode(&out), mode(&format!("{out}/compose.env")), mode(&format!("{out}/hashes.sql"))],
            [0o700, 0o600, 0o600]
        );
        // As a file of somebody's own would be after a look at it.
        fs::set_permissions(format!("{out}/compose.env"), fs::Permissions::from_mode(0o644)).unwrap();
    }
    assert_eq!(fs::read_to_string(format!("{out}/.gitignore")).unwrap(), "*\n");
    let mut names: Vec<_> = fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, [".gitignore", "compose.env", "hashes.sql"]);
}

#[test]
fn what_is_somebody_elses_is_left_alone() {
    let fleet = fleet();
    let out = fleet.beside("theirs");
    fs::create_dir(&out).unwrap();
    fs::write(format!("{out}/hashes.sql"), "SELECT 1;\n").unwrap();
    let words = ["hashes.sql is there and was not written by tenantry; move it away"];
    run(&fleet, &["secrets", "-o", &out]).demand(1, &words);
    assert!(!fs::exists(format!("{out}/compose.env")).unwrap());
    fs::remove_file(format!("{out}/hashes.sql")).unwrap();
    std::os::unix::fs::symlink(fleet.beside("elsewhere"), format!("{out}/compose.env")).unwrap();
    run(&fleet, &["secrets", "-o", &out]).demand(1, &["compose.env is a symbolic link"]);
    assert!(!fs::exists(fleet.beside("elsewhere")).unwrap());
    fs::remove_file(format!("{out}/compose.env")).unwrap();
    run(&fleet, &["secrets", "-o", &out]).demand(0, &["1 secret in clear"]);
    // A directory of somebody's own is not hidden from git.
    assert!(!fs::exists(format!("{out}/.gitignore")).unwrap());
}

#[test]
fn a_pipe_gets_one_of_the_two() {
    let fleet = fleet();
    let env = run(&fleet, &["secrets"]);
    env.demand(0, &["\nROOT="]);
    assert_eq!(env.out, run(&fleet, &["secrets", "--format", "env"]).out);
    let sql = run(&fleet, &["secrets", "--format=sql"]);
    sql.demand(0, &[]);
    let lines: Vec<&str> = sql.out.lines().collect();
    assert!(
        lines.len() == 3 && lines[0].starts_with("-- Hashes of the passwords of the fleet quick"),
        "{sql}"
    );
    for line in &lines[1..] {
        let (name, hash) = line.strip_suffix("';").unwrap().split_once(" = '*").unwrap();
        assert!(name.starts_with("SET @password_hash_quick_"), "{line}");
        assert!(hash.len() == 40 && hash.chars().all(|c| c.is_ascii_hexdigit()), "{line}");
    }
    run(&fleet, &["secrets", "--format", "env", "-o", "x"]).demand(1, &["cannot be used with"]);
    assert!(!fs::exists(fleet.directory.path().join("x")).unwrap());
}

#[test]
fn a_terminal_gets_secrets_only_on_request() {
    let fleet = fleet();
    let on_terminal = |arguments: &str| {
        let mut command = Command::new("script");
        let line = format!("exec {} secrets {arguments}", env!("CARGO_BIN_EXE_tenantry"));
        command.args(["-qefc", &line, "/dev/null"]).current_dir(fleet.directory.path());
        command.env("KEY", "k3y").env("ROOT", "r00t").env("NO_COLOR", "1").stdin(std::process::Stdio::null());
        Run::of(command.output().unwrap())
    };
    for arguments in ["", "--format sql"] {
        let run = on_terminal(arguments);
        run.demand(
            1,
            &["error: this prints secrets, and standard output is a terminal", "--out DIR", "--show"],
        );
        assert!(!run.out.contains("r00t") && !run.out.contains("password_hash"), "{run}");
    }
    on_terminal("--show").demand(0, &["ROOT='r00t'"]);
    let out = fleet.beside("secrets");
    let run = on_terminal(&format!("-o {out}"));
    run.demand(0, &["1 secret in clear"]);
    assert!(!run.out.contains("r00t"), "{run}");
}

#[test]
fn everything_that_cannot_be_opened_is_named_and_nothing_is_written() {
    let fleet = fleet();
    let out = fleet.beside("secrets");
    let words = [
        "error: 3 secrets cannot be given; nothing is written\n",
        "  the variable KEY is not set:\n    @password_hash_quick_globex_",
        "\n    @password_hash_quick_initech_",
        "  the variable ROOT is not set:\n    ROOT\n",
        "  run it where they can be read",
    ];
    let run = fleet.demand(&["secrets", "-o", &out], 1, &words);
    assert!(run.out.is_empty() && !fs::exists(&out).unwrap(), "{run}");
    // The hashes need no password of root's, and the other way round.
    let alone = |variable: &str, format: &str| {
        let mut command = fleet.command(&["secrets", "--format", format]);
        Run::of(command.env(variable, "x").output().unwrap())
    };
    alone("KEY", "sql").demand(0, &[]);
    alone("ROOT", "env").demand(0, &[]);
    let run = alone("ROOT", "sql");
    run.demand(1, &["error: 2 secrets cannot be given; nothing is printed"]);
    assert!(run.out.is_empty(), "{run}");
    let mut command = fleet.command(&["secrets"]);
    Run::of(command.env("ROOT", "'`").output().unwrap()).demand(1, &["env:ROOT has no line", "    ROOT\n"]);
}

#[test]
fn a_name_that_stands_for_two_secrets_is_refused() {
    let fleet = fleet();
    let place = fleet.place.path().display().to_string();
    let (one, two) = (format!("{place}/db-root"), format!("{place}/db.root"));
    fs::write(&one, "1").unwrap();
    fs::write(&two, "2").unwrap();
    fleet.edit("fleet.kdl", "env:ROOT", &format!("file:{one}"));
    let host = "database \"other\" {\n    host \"local\"\n    mariadb \"10.11\"\n    root (secret)\"file:";
    fleet.write("other.kdl", &format!("{host}{two}\"\n}}\n"));
    let run = run(&fleet, &["secrets"]);
    run.demand(1, &["one name for several secrets, ", &format!("file:{one}, file:{two}: move all but one")]);
    assert!(run.out.is_empty(), "{run}");
}

#[test]
fn passwords_that_everybody_knows_are_told_as_such() {
    Fleet::new().demand(
        &["secrets"],
        0,
        &["built-in demo key, which everybody knows", "TENANTRY_DATABASE_ROOT_"],
    );
}
