//! Each command once as it should go and once as it should not.

use std::process::Command;

use super::fleet::{Fleet, listing};

const COMMANDS: [&str; 14] = [
    "init", "check", "build", "secrets", "plan", "diff", "apply", "status", "show", "graph", "explain",
    "log", "hook", "schema",
];

#[test]
fn help_names_every_command_and_exit_code() {
    let fleet = Fleet::new();
    for flag in ["--help", "-help", "-h", "help"] {
        let run = fleet.demand(&[flag], 0, &["Exit codes: 0 done", "8 cancelled"]);
        for command in COMMANDS {
            assert!(run.out.contains(&format!("\n  {command} ")), "{command}: {run}");
        }
    }
    for command in COMMANDS {
        fleet.demand(&[command, "--help"], 0, &[&format!("Usage: tenantry {command}"), "--no-color"]);
    }
    fleet.demand(&["-version"], 0, &[concat!("tenantry ", env!("CARGO_PKG_VERSION"))]);
}

#[test]
fn a_wrong_command_line_is_told_and_ends_with_1() {
    let fleet = Fleet::new();
    fleet.demand(&[], 1, &["Usage: tenantry"]);
    fleet.demand(&["aply"], 1, &["unrecognized subcommand 'aply'", "'apply'"]);
    fleet.demand(&["plan", "--jsn"], 1, &["unexpected argument '--jsn'", "'--json'"]);
    fleet.demand(&["plan", ".", "."], 1, &["unexpected argument '.'"]);
    fleet.demand(&["apply", "--lock-timeout", "3"], 1, &["invalid value '3'", "30s, 5m"]);
    fleet.demand(&["apply", "--max-destroy", "many"], 1, &["invalid value 'many'"]);
    assert!(!fleet.world().exists());
}

#[test]
fn every_command_that_reads_a_fleet_says_which_one_is_not_there() {
    let fleet = Fleet::new();
    for command in ["check", "build", "secrets", "plan", "apply", "status", "graph"] {
        let words = ["error[load/no-directory]: the directory `nowhere` does not exist", "1 error"];
        let run = fleet.demand(&[command, "nowhere"], 1, &words);
        assert!(run.out.is_empty(), "{run}");
    }
    fleet.demand(&["log", "--fleet", "nowhere"], 1, &["the directory `nowhere` does not exist"]);
    fleet.demand(&["explain", "site.globex", "nowhere"], 1, &["the directory `nowhere` does not exist"]);
    assert!(!fleet.directory.path().join("nowhere").exists());
}

#[test]
fn schema_prints_what_is_checked_in() {
    let run = Fleet::new().demand(&["schema"], 0, &[]);
    assert_eq!(run.out, crate::support::disk::read("schemas/tenantry.schema.json"));
}

#[test]
fn check_counts_what_there_is() {
    let fleet = Fleet::new();
    let run = fleet.demand(&["check"], 0, &["quickstart: 2 tenants, 2 sites, 1 bench in ", "(1 warning)"]);
    assert!(run.err.starts_with("warning[check/no-effect-yet]: `backup`, `users`"), "{run}");
    fleet.edit("tenants/globex.kdl", "bench \"main\"", "bench \"mian\"");
    let words =
        ["error[resolve/unknown-reference]", "did you mean `main`?", "tenants/globex.kdl:7:", "1 error"];
    fleet.demand(&["check"], 1, &words);
}

#[test]
fn build_writes_only_what_changed_and_leaves_the_rest() {
    let fleet = Fleet::new();
    let out = fleet.beside("out");
    fleet.demand(&["build", "-o", &out], 0, &["9 files created, 0 changed, 0 removed, 0 unchanged"]);
    fleet.demand(&["build", "-out", &out], 0, &["0 files created, 0 changed, 0 removed, 9 unchanged"]);
    let compose = fleet.place.path().join("out/local/quick-edge-local/compose.yaml");
    assert!(std::fs::read_to_string(&compose).unwrap().contains("traefik:v3.7"));

    let other = Fleet::new();
    let theirs = other.place.path().join("out/local/quick-edge-local");
    std::fs::create_dir_all(&theirs).unwrap();
    std::fs::write(theirs.join("compose.yaml"), "mine").unwrap();
    let before = listing(other.place.path());
    let words = ["compose.yaml is there and was not written by tenantry; move it away"];
    other.demand(&["build", "--out", &other.beside("out")], 1, &words);
    assert_eq!(listing(other.place.path()), before);
}

#[test]
fn graph_draws_in_two_languages_and_no_third() {
    let fleet = Fleet::new();
    let dot = fleet.demand(&["graph"], 0, &["digraph fleet {", "label=\"bench.main\"", "container backend"]);
    assert!(dot.out.trim_end().ends_with('}'));
    fleet.demand(&["graph", "-format=mermaid"], 0, &["flowchart", "[\"bench.main\"]", "container backend"]);
    fleet.demand(&["graph", "--format", "svg"], 1, &["invalid value 'svg'", "dot, mermaid"]);
}

#[test]
fn explain_knows_codes_and_addresses_and_guesses_at_others() {
    let fleet = Fleet::new();
    fleet.demand(&["explain", "check/unused"], 0, &["# a declaration that nothing refers to"]);
    fleet.demand(
        &["explain", "site.globex"],
        0,
        &["limits.users\n  ▸ plan  25  fleet.kdl:50", "globex.erp.localhost"],
    );
    fleet.demand(
        &["explain", "check/unusd"],
        1,
        &["there is no code `check/unusd`; did you mean `check/unused`?"],
    );
    fleet.demand(
        &["explain", "site.gloex"],
        1,
        &["the fleet declares no `site.gloex`", "did you mean `site.globex`?"],
    );
}

#[test]
fn a_link_that_logs_in_is_for_sites_that_are_there_and_have_pages() {
    let fleet = Fleet::new();
    fleet.demand(&["login", "globex"], 1, &["`site.globex` is not made yet", "tenantry apply"]);
    fleet.demand(&["login", "globx"], 1, &["there is no site `globx`; did you mean `globex`?"]);
    fleet.demand(&["apply", "--auto-approve"], 0, &[]);
    for name in ["globex", "site.globex", "globex.erp.localhost", "erp.globex.example"] {
        fleet.demand(&["login", name], 1, &["is in a sandbox, which has no pages to log in to"]);
    }
}

#[test]
fn the_first_apply_makes_everything_and_the_second_nothing() {
    let fleet = Fleet::new();
    fleet.demand(&["status"], 0, &["bench.main/container/backend      local (sandbox)  absent", "no route"]);
    fleet.demand(&["log"], 0, &["This machine has applied nothing of this fleet yet."]);
    fleet.demand(&["log", "s-1"], 1, &["this machine has applied nothing of this fleet yet"]);

    let plan = fleet.demand(&["plan"], 0, &["Plan: 35 to add, 0 to change, 0 to destroy."]);
    assert!(plan.out.contains("+ container backend       frappe/erpnext:v15.80.0"), "{plan}");
    assert!(!fleet.world().exists(), "a plan changes nothing");
    fleet.demand(&["plan", "-detailed-exitcode"], 2, &["Plan: 35 to add"]);

    let words = ["error: nobody is there to approve; look at the plan, then use --auto-approve"];
    fleet.demand(&["apply"], 8, &words);
    assert!(!fleet.world().exists(), "what nobody approved is not done");

    let words = [
        "Apply complete! Resources: 35 added, 0 changed, 0 destroyed.",
        "✓ site.globex: 4 added, 10 steps  ",
    ];
    let run = fleet.demand(&["apply", "-auto-approve"], 0, &words);
    assert!(run.out.contains("bench.main/container/backend      local (sandbox)  running, healthy"), "{run}");

    let world = std::fs::read(fleet.world()).unwrap();
    fleet.demand(
        &["apply"],
        0,
        &["No changes. Looked at local (sandbox): 2 accounts, 1 bench-config, 11 containers, 5 images, "],
    );
    fleet.demand(&["plan", "--detailed-exitcode"], 0, &["No changes."]);
    assert_eq!(std::fs::read(fleet.world()).unwrap(), world);

    fleet.demand(
        &["status"],
        0,
        &["running, healthy", "http://status.localhost:8080/       edge.local    routed"],
    );
    let log = fleet.demand(&["log"], 0, &["+35 ~0 -0", "75 steps  done"]);
    assert_eq!(log.out.lines().count(), 1, "{log}");
    let id = log.out.split(' ').next().unwrap();
    fleet.demand(&["log", &id[..6]], 0, &["s-1 ", "bench.main/container/backend"]);
    fleet.demand(&["log", "s-3"], 0, &["create-", "on host.local at "]);
    fleet.demand(&["log", "s-300"], 1, &["has no step s-300; `tenantry log` lists what there is"]);
    fleet.demand(&["log", "zzz"], 1, &["no run begins with `zzz`"]);
    let journal = fleet.place.path().join("tenantry/quick/journal.jsonl");
    let whole = std::fs::read(&journal).unwrap();
    std::fs::write(&journal, [b"{\"type\": \"later\"}\n", &whole[..]].concat()).unwrap();
    fleet.demand(&["log"], 0, &["warning: 1 line of ", "journal.jsonl cannot be read", "75 steps  done"]);
}

#[test]
fn a_change_is_one_line_for_the_container_that_it_restarts() {
    let fleet = Fleet::applied();
    // Each site has its port in its links.
    fleet.edit("fleet.kdl", "http 8080", "http 8081");
    let words = ["-/+ container traefik", "forces replacement", "Plan: 1 to add, 2 to change, 1 to destroy."];
    fleet.demand(&["plan"], 0, &words);
    fleet.demand(&["apply", "--auto-approve"], 0, &["Resources: 1 added, 2 changed, 1 destroyed."]);
    fleet.demand(&["plan"], 0, &["No changes."]);
}

#[test]
fn nothing_is_written_into_the_fleets_directory() {
    let fleet = Fleet::new();
    let git = |arguments: &[&str]| {
        let run = Command::new("git").args(arguments).current_dir(fleet.directory.path()).output().unwrap();
        assert!(run.status.success(), "git {arguments:?}: {run:?}");
        String::from_utf8(run.stdout).unwrap()
    };
    git(&["init", "-q"]);
    git(&["add", "."]);
    let files = |all: std::collections::BTreeMap<std::path::PathBuf, Vec<u8>>| {
        all.into_iter()
            .filter(|(path, _)| !path.components().any(|c| c.as_os_str() == ".git"))
            .collect::<Vec<_>>()
    };
    let before = files(listing(fleet.directory.path()));
    let (plan, out) = (fleet.beside("a.plan"), fleet.beside("out"));
    for arguments in [
        &["check"][..],
        &["build", "-o", &out],
        &["plan", "--out", &plan],
        &["show", &plan],
        &["apply", "--plan", &plan],
        &["apply", "--auto-approve"],
        &["status"],
        &["graph"],
        &["explain", "site.globex"],
        &["log"],
    ] {
        fleet.demand(arguments, 0, &[]);
        assert_eq!(files(listing(fleet.directory.path())), before, "{arguments:?}");
    }
    let status = git(&["status", "--porcelain"]);
    assert!(status.lines().all(|line| line.starts_with("A  ")), "{status}");
    assert_eq!(status.lines().count(), 3, "{status}");
}
