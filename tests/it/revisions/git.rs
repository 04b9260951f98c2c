//! What names a revision, and from where it can be read.
#![expect(clippy::disallowed_methods, reason = "a repository has files")]

use std::fs;
use std::path::Path;
use std::process::Command;

use tenantry::world::World;
use tenantry::world::git::Revision;

use crate::support::git::Repository;

const FLEET: &str = "fleet \"one\" { id \"one\" }\n";

fn repository() -> (Repository, String, String) {
    let repository = Repository::new();
    repository.write("fleet.kdl", FLEET);
    let first = repository.commit("one");
    repository.write("fleet.kdl", "fleet \"two\" { id \"one\" }\n");
    repository.write("deploy/eu/fleet.kdl", "fleet \"three\" { id \"three\" }\n");
    let second = repository.commit("two\n\nand more");
    (repository, first, second)
}

fn read(at: &Path, rev: &str, path: &str) -> String {
    String::from_utf8(Revision::open(at, rev, None).unwrap().read(path).unwrap()).unwrap()
}

#[test]
fn a_revision_is_anything_that_git_understands() {
    let (repository, first, _) = repository();
    for rev in [first.as_str(), &first[..9], "HEAD~1", "main^", "main@{1}"] {
        assert_eq!(read(repository.path(), rev, "fleet.kdl"), FLEET, "{rev}");
    }
    repository.run(&["tag", "--annotate", "--message", "v", "v1", &first]);
    assert_eq!(read(repository.path(), "v1", "fleet.kdl"), FLEET);
}

#[test]
fn a_directory_of_a_working_copy_is_that_directory_of_the_revision() {
    let (repository, ..) = repository();
    let deploy = repository.path().join("deploy/eu");
    let revision = Revision::open(&deploy, "HEAD", None).unwrap();
    assert_eq!(revision.files().unwrap(), ["fleet.kdl"]);
    assert!(read(&deploy, "HEAD", "fleet.kdl").contains("three"));
    assert!(read(repository.path(), "HEAD:deploy/eu/", "fleet.kdl").contains("three"));
    let error = Revision::open(&deploy, "HEAD~1", None).unwrap_err().to_string();
    assert_eq!(error, "HEAD~1 has no directory `deploy/eu`");
}

#[test]
fn a_bare_repository_needs_no_checkout() {
    let (repository, ..) = repository();
    let place = tempfile::tempdir().unwrap();
    let bare = repository.bare(place.path());
    assert_eq!(Revision::open(&bare, "main", None).unwrap().files().unwrap().len(), 2);
    assert!(read(&bare, "main:deploy/eu", "fleet.kdl").contains("three"));
}

#[test]
fn a_secret_s_relative_path_starts_from_the_working_copy_and_from_nowhere_in_a_bare_repository() {
    let (repository, ..) = repository();
    fs::write(repository.path().join("key"), "k").unwrap();
    let place = tempfile::tempdir().unwrap();
    let bare = repository.bare(place.path());
    assert_eq!(Revision::open(repository.path(), "main", None).unwrap().secret_file("key").unwrap(), b"k");
    let bare = Revision::open(&bare, "main", None).unwrap();
    let error = bare.secret_file("config").unwrap_err().to_string();
    assert!(error.contains("write an absolute path"), "{error}");
    let absolute = repository.path().join("key");
    assert_eq!(bare.secret_file(absolute.to_str().unwrap()).unwrap(), b"k");
}

#[test]
fn the_commit_is_known() {
    let (repository, _, second) = repository();
    let revision = Revision::open(repository.path(), "HEAD", None).unwrap();
    let commit = revision.commit();
    assert_eq!(
        (commit.id.as_str(), commit.author.as_str(), commit.summary.as_str()),
        (second.as_str(), "Ana", "two")
    );
    assert_eq!(commit.short(), &second[..7]);
}

#[test]
fn git_s_variables_name_no_repository() {
    let (repository, first, _) = repository();
    let other = Repository::new();
    other.write("fleet.kdl", FLEET);
    other.commit("other");
    let run = Command::new(env!("CARGO_BIN_EXE_tenantry"))
        .args(["check", "--rev", &first])
        .arg(repository.path())
        .env("GIT_DIR", other.path().join(".git"))
        .env("GIT_WORK_TREE", other.path())
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}
