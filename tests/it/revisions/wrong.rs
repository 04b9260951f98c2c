//! What cannot be read from a repository, and what is said then.
#![expect(clippy::disallowed_methods, reason = "a repository has files")]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use tenantry::world::World as _;
use tenantry::world::git::Revision;

use crate::support::git::{Repository, git};

fn error(at: &Path, rev: &str) -> String {
    Revision::open(at, rev, None).unwrap_err().to_string()
}

fn repository() -> Repository {
    let repository = Repository::new();
    repository.write("fleet.kdl", "fleet \"one\" { id \"one\" }\n");
    repository.commit("one");
    repository
}

#[test]
fn no_repository_no_revision_no_commit() {
    let place = tempfile::tempdir().unwrap();
    assert!(error(place.path(), "main").contains("is in no git repository"));
    let empty = Repository::new();
    assert!(error(empty.path(), "main").ends_with("; it has no commit yet"));
    let repository = repository();
    for rev in ["nope", "HEAD~7", "", "main..main", "^", "HEAD^{tree}", "--all"] {
        let error = error(repository.path(), rev);
        assert!(error.starts_with(&format!("`{rev}` is no revision of ")), "{rev}: {error}");
    }
}

#[test]
fn a_shallow_clone_is_named_where_it_is_the_reason() {
    let origin = repository();
    origin.commit("two");
    let place = tempfile::tempdir().unwrap();
    let url = format!("file://{}", origin.path().display());
    let status = git(place.path()).args(["clone", "--quiet", "--depth=1", &url, "clone"]).status().unwrap();
    assert!(status.success());
    let clone = place.path().join("clone");
    assert_eq!(Revision::open(&clone, "HEAD", None).unwrap().files().unwrap(), ["fleet.kdl"]);
    assert!(error(&clone, "HEAD~1").contains("git fetch --unshallow"));
}

#[test]
fn a_file_that_the_repository_lost_is_never_an_empty_one() {
    let repository = repository();
    let blob = repository.run(&["rev-parse", "HEAD:fleet.kdl"]).trim().to_owned();
    let object = repository.path().join(".git/objects").join(&blob[..2]).join(&blob[2..]);
    fs::remove_file(object).unwrap();
    let revision = Revision::open(repository.path(), "HEAD", None).unwrap();
    let error = revision.read("fleet.kdl").unwrap_err().to_string();
    assert!(error.contains("git fsck"), "{error}");
}

#[test]
fn a_partial_clone_says_how_the_rest_comes() {
    let origin = repository();
    origin.run(&["config", "uploadpack.allowFilter", "true"]);
    let place = tempfile::tempdir().unwrap();
    let url = format!("file://{}", origin.path().display());
    let run = |arguments: &[&str], at: &Path| assert!(git(at).args(arguments).status().unwrap().success());
    run(&["clone", "--quiet", "--bare", "--filter=blob:none", &url, "clone"], place.path());
    let clone = place.path().join("clone");
    let read = || Revision::open(&clone, "HEAD", None).unwrap().read("fleet.kdl");
    let error = read().unwrap_err().to_string();
    assert!(error.contains("git fetch --refetch --no-filter") && !error.contains("fsck"), "{error}");
    run(&["fetch", "--quiet", "--refetch", "--no-filter"], &clone);
    assert!(read().is_ok());
}

#[test]
fn a_repository_of_sha256_names_the_way_out() {
    let place = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str], at: &Path| assert!(git(at).args(arguments).status().unwrap().success());
    run(&["init", "--quiet", "-b", "main", "--object-format=sha256", "new"], place.path());
    let new = place.path().join("new");
    fs::write(new.join("fleet.kdl"), "fleet \"one\" { id \"one\" }\n").unwrap();
    run(&["add", "."], &new);
    run(&["commit", "--quiet", "--message", "one"], &new);
    let text = error(&new, "HEAD");
    let way = text.split_once("takes its history over: ").map(|(_, way)| way.replace("NEW", "old.git"));
    let way = way.unwrap_or_else(|| panic!("{text}"));
    let done = std::process::Command::new("sh")
        .args(["-ec", &way])
        .current_dir(place.path())
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .status()
        .unwrap();
    assert!(done.success(), "{way}");
    let old = Revision::open(&place.path().join("old.git"), "main", None).unwrap();
    assert_eq!(old.files().unwrap(), ["fleet.kdl"]);
    // A directory is a directory.
    assert_eq!(tenantry::world::Directory::new(&new).files().unwrap(), ["fleet.kdl"]);
}

#[test]
fn links_out_of_the_fleet_and_to_directories_are_refused() {
    for (target, why) in [
        ("/etc/passwd", "leads out of the fleet's directory"),
        ("../fleet.kdl", "leads out of the fleet's directory"),
        ("nothing.kdl", "link to nothing"),
        ("tenants", "link to a directory"),
        ("loop.kdl", "leads out of the fleet's directory"),
    ] {
        let repository = Repository::new();
        repository.write("fleet.kdl", "");
        repository.write("deploy/tenants/a.kdl", "");
        symlink(target, repository.path().join("deploy/loop.kdl")).unwrap();
        repository.commit("link");
        let error = error(repository.path(), "HEAD:deploy");
        assert!(error.contains(why), "{target}: {error}");
    }
}

#[test]
fn a_submodule_is_no_part_of_a_revision() {
    let repository = repository();
    let id = repository.run(&["rev-parse", "HEAD"]);
    let entry = format!("160000,{},shared", id.trim());
    repository.run(&["update-index", "--add", "--cacheinfo", &entry]);
    repository.run(&["commit", "--quiet", "--message", "submodule"]);
    assert!(error(repository.path(), "HEAD").contains("is a submodule"));
}

#[test]
fn a_dump_is_not_read_into_memory() {
    let repository = repository();
    repository.write("big.yaml", &" ".repeat(9 * 1024 * 1024));
    repository.commit("big");
    let revision = Revision::open(repository.path(), "HEAD", None).unwrap();
    let error = revision.read("big.yaml").unwrap_err().to_string();
    assert!(error.contains("a fleet file has at most"), "{error}");
}
