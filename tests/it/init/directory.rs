//! A fleet in a directory: new, in use, oddly named, in a repository.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::cli::fleet::{Run, listing};
use crate::support::git::Repository;

/// The binary in a directory, with a sandbox beside it.
fn tenantry(at: &Path, state: &Path, arguments: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tenantry"));
    command.args(arguments).current_dir(at).stdin(Stdio::null());
    command
        .env_remove("DOCKER_HOST")
        .env_remove("TENANTRY_KEY")
        .env("XDG_STATE_HOME", state)
        .env("NO_COLOR", "1");
    Run::of(command.output().unwrap())
}

fn demand(at: &Path, arguments: &[&str], code: i32, words: &[&str]) -> Run {
    let run = tenantry(at, at, arguments);
    assert_eq!(run.code, code, "{arguments:?}: {run}");
    for word in words {
        assert!(run.out.contains(word) || run.err.contains(word), "{arguments:?}: no {word:?} in {run}");
    }
    run
}

const ALL: [&str; 11] = [
    ".forgejo/workflows/tenantry.yml",
    ".github/workflows/tenantry.yml",
    ".gitignore",
    ".gitlab-ci.yml",
    ".tenantry/ci.sh",
    "README.md",
    "fleet.kdl",
    "plans/starter.kdl",
    "platform/benches.kdl",
    "platform/hosts.kdl",
    "tenants/demo.kdl",
];

fn names(at: &Path) -> Vec<String> {
    let files = listing(at).into_keys().filter(|path| path.is_file());
    files.map(|path| path.strip_prefix(at).unwrap().to_str().unwrap().to_owned()).collect()
}

/// Everything that is there, links too, with what it holds or where it leads.
fn tree(at: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(at).unwrap() {
        let path = entry.unwrap().path();
        let kind = path.symlink_metadata().unwrap().file_type();
        let holds = if kind.is_symlink() {
            fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes()
        } else if kind.is_dir() {
            found.extend(tree(&path));
            Vec::new()
        } else {
            fs::read(&path).unwrap()
        };
        found.push((path, holds));
    }
    found.sort();
    found
}

#[test]
fn what_it_writes_compiles_without_a_warning_and_is_applied_at_once() {
    let place = tempfile::tempdir().unwrap();
    let state = tempfile::tempdir().unwrap();
    let fleet = place.path().join("acme-cloud");
    let run = demand(
        place.path(),
        &["init", "acme-cloud"],
        0,
        &[
            "Fleet acme-cloud with the id acmecloud",
            "11 files in acme-cloud",
            "Next:\n  cd acme-cloud\n  git init --initial-branch=main\n  tenantry check\n  tenantry plan\n  tenantry apply\n",
        ],
    );
    assert!(run.err.is_empty(), "{run}");
    assert_eq!(names(&fleet), ALL);
    let mode = fs::metadata(fleet.join(".tenantry/ci.sh")).unwrap().permissions().mode();
    assert_eq!(mode & 0o100, 0o100, "{mode:o}");

    let run = tenantry(&fleet, state.path(), &["check"]);
    assert!(run.code == 0 && run.err.is_empty() && run.out.contains("(nothing is wrong)"), "{run}");
    let run = tenantry(&fleet, state.path(), &["plan"]);
    assert!(run.code == 0 && run.out.contains("Plan: 31 to add, 0 to change, 0 to destroy."), "{run}");
    let run = tenantry(&fleet, state.path(), &["apply", "--auto-approve"]);
    assert!(run.code == 0 && run.out.contains("http://demo.erp.localhost:8080/"), "{run}");
    let run = tenantry(&fleet, state.path(), &["apply"]);
    assert!(run.code == 0 && run.out.starts_with("No changes."), "{run}");
}

#[test]
fn on_an_engine_it_has_a_key_and_compiles_too() {
    let place = tempfile::tempdir().unwrap();
    let run =
        demand(place.path(), &["init", "shop", "--host", "docker", "--ci=none"], 0, &["7 files in shop"]);
    let make = "[ -e ~/.shop.env ] || (umask 077 && echo \"export TENANTRY_KEY=$(openssl rand -hex 32)\" >~/.shop.env)";
    assert!(run.out.contains(make), "{run}");
    let shop = place.path().join("shop");
    assert!(fs::read_to_string(shop.join("README.md")).unwrap().contains(make));
    let run = demand(&shop, &["check"], 0, &["nothing is wrong"]);
    assert!(run.err.is_empty(), "{run}");
    assert_eq!(names(&shop).len(), 7);
    let graph = demand(&shop, &["explain", "host.local"], 0, &[]);
    assert!(graph.out.contains("docker"), "{graph}");
}

#[test]
fn only_the_files_for_the_named_hosts_of_git_are_written() {
    let place = tempfile::tempdir().unwrap();
    demand(place.path(), &["init", "-ci=gitlab", "a"], 0, &["9 files"]);
    let written = names(&place.path().join("a"));
    assert!(
        written.contains(&".gitlab-ci.yml".to_owned()) && written.contains(&".tenantry/ci.sh".to_owned())
    );
    assert!(!written.iter().any(|name| name.contains("workflows")), "{written:?}");
    demand(place.path(), &["init", "b", "--ci", "none,github"], 1, &["--ci none stands alone"]);
    demand(
        place.path(),
        &["init", "b", "--ci", "jenkins"],
        1,
        &["invalid value 'jenkins'", "github, gitlab, forgejo"],
    );
    demand(place.path(), &["init", "b", "--name", "Ümlaut"], 1, &["lower-case letters, digits", "\"v15-a\""]);
    assert!(!place.path().join("b").exists());
}

/// What stands in the way is named, the way out too, and every byte is as before.
fn refused(prepare: impl Fn(&Path), named: &[&str]) {
    let place = tempfile::tempdir().unwrap();
    prepare(place.path());
    let before = tree(place.path());
    let run =
        demand(place.path(), &["init"], 1, &["is in use; nothing was written", "begin in another directory"]);
    let listed: Vec<&str> = run.err.lines().filter_map(|line| line.strip_prefix("  ")).collect();
    assert_eq!(listed, named, "{run}");
    assert!(run.out.is_empty(), "{run}");
    assert_eq!(tree(place.path()), before);
}

#[test]
fn nothing_is_overwritten() {
    let write = |path: &'static str| {
        move |at: &Path| {
            fs::create_dir_all(at.join(path).parent().unwrap()).unwrap();
            fs::write(at.join(path), "mine\n").unwrap();
        }
    };
    refused(write("fleet.kdl"), &["fleet.kdl"]);
    refused(write(".gitlab-ci.yml"), &[".gitlab-ci.yml"]);
    refused(write(".github/workflows/tenantry.yml"), &[".github/workflows/tenantry.yml"]);
    // It would be read as part of the fleet.
    refused(write("deploy/docker-compose.yml"), &["deploy/docker-compose.yml"]);
    refused(write("tenants"), &["tenants"]);
    refused(|at| symlink("nowhere", at.join("fleet.kdl")).unwrap(), &["fleet.kdl"]);
    refused(|at| symlink("/nonexistent", at.join("plans")).unwrap(), &["plans"]);
    refused(|at| fs::create_dir(at.join("README.md")).unwrap(), &["README.md"]);
}

#[test]
fn twice_is_refused_the_second_time() {
    let place = tempfile::tempdir().unwrap();
    demand(place.path(), &["init"], 0, &[]);
    let before = tree(place.path());
    let run = demand(place.path(), &["init"], 1, &["is in use"]);
    assert_eq!(run.err.lines().filter(|line| line.starts_with("  ")).count(), 9, "{run}");
    assert_eq!(tree(place.path()), before);
}

#[test]
fn a_fresh_clone_keeps_its_readme_and_gitignore() {
    let repository = Repository::new();
    for (path, text) in [("README.md", "# Mine\n"), (".gitignore", "target\n"), ("LICENSE", "…\n")] {
        repository.write(path, text);
    }
    let words = [
        "README.md was there and stays as it is\n",
        ".gitignore was there and stays as it is; let it name /generated/",
    ];
    let run = demand(repository.path(), &["init", "--name", "acme"], 0, &words);
    assert!(run.out.contains("9 files") && !run.out.contains("git init"), "{run}");
    assert_eq!(fs::read_to_string(repository.path().join("README.md")).unwrap(), "# Mine\n");
    assert_eq!(fs::read_to_string(repository.path().join(".gitignore")).unwrap(), "target\n");
    repository.commit("fleet");
    demand(repository.path(), &["check", "--rev", "HEAD"], 0, &["acme: 1 tenant", "nothing is wrong"]);
}

#[test]
fn below_the_top_of_a_repository_there_are_no_files_for_ci() {
    let repository = Repository::new();
    let run = demand(
        repository.path(),
        &["init", "deploy/eu"],
        0,
        &["belong to the top of the repository", "7 files"],
    );
    assert!(!run.out.contains("git init"), "{run}");
    demand(&repository.path().join("deploy/eu"), &["check"], 0, &["eu: 1 tenant"]);
}

#[test]
fn odd_names_of_directories_become_names_that_compile() {
    let odd = [
        "My Fleet (new)",
        "2026",
        "日本",
        "-rf",
        "a'b\"c$(reboot)",
        "x\u{1b}[31m\ny",
        "{{ name }}",
        "\" { id \"x\" }",
    ];
    let place: TempDir = tempfile::tempdir().unwrap();
    for name in odd {
        let run = tenantry(place.path(), place.path(), &["init", "--", name]);
        assert_eq!(run.code, 0, "{name:?}: {run}");
        assert!(!run.out.contains('\u{1b}'), "{run}");
        let run = demand(&place.path().join(name), &["check"], 0, &["1 tenant", "nothing is wrong"]);
        assert!(run.err.is_empty(), "{run}");
        // What it says to type is understood by a shell, unless not all of the name can be seen.
        if !name.contains('\n') {
            let run = demand(place.path(), &["init", "--", name], 1, &[]);
            let quoted = run
                .err
                .lines()
                .next()
                .unwrap()
                .strip_prefix("error: ")
                .unwrap()
                .split(" is in use")
                .next()
                .unwrap();
            let shell = Command::new("sh")
                .arg("-c")
                .arg(format!("cd {quoted} && ls fleet.kdl"))
                .current_dir(place.path())
                .output()
                .unwrap();
            assert!(shell.status.success(), "{quoted}");
        }
    }
}

#[test]
fn where_nothing_can_be_written_it_says_so() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("file"), "").unwrap();
    demand(place.path(), &["init", "file"], 1, &["file is not a directory; name another one"]);
    demand(place.path(), &["init", "file/below"], 1, &["error: ", "Not a directory"]);
}
