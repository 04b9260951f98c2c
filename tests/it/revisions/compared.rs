//! `diff` between revisions, and between a revision and the directory.

use std::process::Command;

use crate::support::disk;
use crate::support::git::{Repository, path};

fn fleet() -> Repository {
    let repository = Repository::new();
    for file in disk::files("examples/quickstart", &[".kdl"]) {
        repository.write(&file["examples/quickstart/".len()..], &disk::read(&file));
    }
    repository.commit("the fleet");
    repository
}

/// Exit code and what is printed.
fn diff(repository: &Repository, arguments: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_tenantry"))
        .arg("diff")
        .args(arguments)
        .current_dir(repository.path())
        .env_clear()
        .env("PATH", path())
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(text).unwrap())
}

fn price(repository: &Repository, price: &str) {
    let text = disk::read("examples/quickstart/fleet.kdl");
    repository.write("fleet.kdl", &text.replace("79 EUR/month", price));
}

#[test]
fn both_sides_from_git_or_one_from_the_directory() {
    let repository = fleet();
    price(&repository, "89 EUR/month");
    let (code, dirty) = diff(&repository, &["HEAD"]);
    assert_eq!(code, 1, "{dirty}");
    assert!(dirty.contains("Revenue: +10 EUR/month"), "{dirty}");
    repository.commit("dearer");
    for arguments in [
        &["HEAD~1..HEAD"][..],
        &["HEAD~1.."],
        &["HEAD~1", "HEAD"],
        &["HEAD~1"],
        &["HEAD~1", "."],
        &["main^", "main"],
    ] {
        assert_eq!(diff(&repository, arguments), (1, dirty.clone()), "{arguments:?}");
    }
    let (code, said) = diff(&repository, &["HEAD..HEAD"]);
    assert!(code == 0 && said.starts_with("No changes."), "{said}");
}

#[test]
fn three_dots_leave_out_what_the_base_did_meanwhile() {
    let repository = fleet();
    repository.run(&["checkout", "--quiet", "-b", "change"]);
    price(&repository, "89 EUR/month");
    repository.commit("dearer");
    repository.run(&["checkout", "--quiet", "main"]);
    let text = disk::read("examples/quickstart/fleet.kdl");
    repository.write("fleet.kdl", &text.replace("connections 24", "connections 20"));
    repository.commit("fewer connections");
    let (_, two) = diff(&repository, &["main..change"]);
    assert!(two.contains("Revenue") && two.contains("connections"), "{two}");
    let (code, three) = diff(&repository, &["main...change"]);
    assert!(code == 1 && three.contains("Revenue") && !three.contains("connections"), "{three}");
}

#[test]
fn a_bare_repository_and_a_directory_in_it() {
    let repository = fleet();
    price(&repository, "89 EUR/month");
    repository.commit("dearer");
    let place = tempfile::tempdir().unwrap();
    let bare = repository.bare(place.path());
    let (code, said) = diff(&repository, &["main~1..main", "--repository", bare.to_str().unwrap()]);
    assert!(code == 1 && said.contains("Revenue: +10 EUR/month"), "{said}");
}

#[test]
fn what_is_no_revision() {
    let repository = fleet();
    let (code, said) = diff(&repository, &["nope..HEAD"]);
    assert_eq!((code, said.as_str()), (2, "error: `nope` is no revision of .\n"));
    repository.run(&["checkout", "--quiet", "--orphan", "other"]);
    repository.commit("elsewhere");
    let (code, said) = diff(&repository, &["main...other"]);
    assert!(code == 2 && said.contains("have no commit in common"), "{said}");
}
