//! The same files from the object store as from a checkout, whatever is excluded, ignored, linked and hidden there.

use std::os::unix::fs::symlink;

use proptest::prelude::*;
use tenantry::world::git::Revision;
use tenantry::world::{Directory, World};

use crate::support::git::Repository;

/// What is in the files; `None` where they cannot be listed.
type Contents = Option<Vec<(String, Vec<u8>)>>;

/// The checkout's and the revision's.
fn both(repository: &Repository) -> [Contents; 2] {
    let contents = |world: &dyn World| -> Contents {
        let files = world.files().ok()?;
        Some(files.into_iter().map(|file| (file.clone(), world.read(&file).unwrap())).collect())
    };
    let revision = Revision::open(repository.path(), "HEAD", None);
    [contents(&Directory::new(repository.path())), revision.ok().and_then(|revision| contents(&revision))]
}

#[test]
fn excluded_hidden_linked_and_generated_files() {
    let repository = Repository::new();
    for path in [
        "fleet.kdl",
        "plans.yaml",
        "README.md",
        ".hidden.kdl",
        ".github/ci.yml",
        "kept/.even-this.kdl",
        "tenants/a.kdl",
        "tenants/b.yml",
        "tenants/skip/c.kdl",
        "tenants/skip/keep.kdl",
        "drafts/d.kdl",
        "generated/compose.yaml",
        "generated/.tenantry-manifest",
        "deep/drafts/e.kdl",
    ] {
        repository.write(path, path);
    }
    repository.write(".tenantryignore", "/drafts/\n*.yml\n# a comment\n");
    repository.write("tenants/.tenantryignore", "!b.yml\nskip/*\n!skip/keep.kdl\n");
    repository.write("kept/.tenantryignore", "!.even-this.kdl\n");
    // Everything is tracked.
    repository.write(".gitignore", "fleet.kdl\n/kept/\n*.yaml\n[broken\n");
    symlink("a.kdl", repository.path().join("tenants/link.kdl")).unwrap();
    symlink("link.kdl", repository.path().join("tenants/link-of-link.kdl")).unwrap();
    symlink("../README.md", repository.path().join("tenants/readme")).unwrap();
    repository.commit("all");
    let [directory, revision] = both(&repository);
    let names: Vec<String> = directory.clone().unwrap().into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        [
            "deep/drafts/e.kdl",
            "fleet.kdl",
            "kept/.even-this.kdl",
            "plans.yaml",
            "tenants/a.kdl",
            "tenants/b.yml",
            "tenants/link-of-link.kdl",
            "tenants/link.kdl",
            "tenants/skip/keep.kdl",
        ]
    );
    assert_eq!(directory, revision);
}

#[test]
fn what_git_tracks_is_not_ignored() {
    let repository = Repository::new();
    repository.write("deploy/fleet.kdl", "");
    repository.write("deploy/lib/tracked.kdl", "");
    repository.write("deploy/build.kdl", "");
    repository.write(".gitignore", "lib/\nbuild*.kdl\n");
    // `add --force`, as somebody does who sees that git leaves the file out.
    repository.commit("all");
    repository.write("deploy/lib/untracked.kdl", "");
    repository.write("deploy/lib/deep/untracked.kdl", "");
    repository.write("deploy/build-2.kdl", "");
    let files = ["build.kdl", "fleet.kdl", "lib/tracked.kdl"];
    let deploy = repository.path().join("deploy");
    assert_eq!(Revision::open(&deploy, "HEAD", None).unwrap().files().unwrap(), files);
    assert_eq!(Directory::new(&deploy).files().unwrap(), files);
    // In a linked working tree `.git` is a file.
    let place = tempfile::tempdir().unwrap();
    let linked = place.path().join("linked");
    repository.run(&["worktree", "add", "--quiet", linked.to_str().unwrap(), "-b", "linked"]);
    assert_eq!(Directory::new(linked.join("deploy")).files().unwrap(), files);
    // The fleet's own directory may be the one that is ignored.
    repository.write(".gitignore", "deploy/\n");
    assert_eq!(Directory::new(&deploy).files().unwrap(), files);
    repository.write("deploy/.tenantryignore", "lib/\n");
    assert_eq!(Directory::new(&deploy).files().unwrap(), ["build.kdl", "fleet.kdl"]);
}

#[test]
fn an_exclude_that_is_no_pattern_is_told() {
    let repository = Repository::new();
    repository.write("fleet.kdl", "");
    repository.write("tenants/.tenantryignore", "# drafts\na{b\n");
    repository.commit("all");
    let directory = Directory::new(repository.path()).files().unwrap_err().to_string();
    assert!(directory.starts_with("tenants/.tenantryignore:2 is no pattern: "), "{directory}");
    assert_eq!(Revision::open(repository.path(), "HEAD", None).unwrap_err().to_string(), directory);
}

#[test]
fn a_directory_that_is_linked_stops_nothing_unless_it_has_fleet_files() {
    let repository = Repository::new();
    repository.write("fleet.kdl", "");
    repository.write("docs/deep/page.md", "");
    symlink("docs", repository.path().join("wiki")).unwrap();
    repository.commit("without");
    let [directory, revision] = both(&repository);
    assert_eq!(directory.as_ref().map(Vec::len), Some(1));
    assert_eq!(directory, revision);
    repository.write("docs/deep/a.kdl", "");
    repository.commit("with");
    assert_eq!(both(&repository), [None, None]);
    repository.write(".tenantryignore", "wiki\n");
    repository.commit("excluded");
    let [directory, revision] = both(&repository);
    assert_eq!(directory.as_ref().map(Vec::len), Some(2));
    assert_eq!(directory, revision);
}

#[test]
fn what_a_sparse_checkout_leaves_out_is_not_removed() {
    let repository = Repository::new();
    repository.write("fleet.kdl", "");
    repository.write("tenants/a.kdl", "");
    repository.write("docs/page.md", "");
    repository.commit("all");
    repository.run(&["sparse-checkout", "set", "docs"]);
    let error = Directory::new(repository.path()).files().unwrap_err().to_string();
    assert!(error.contains("tenants/a.kdl") && error.contains("git sparse-checkout disable"), "{error}");
    repository.write(".tenantryignore", "tenants/\n");
    assert_eq!(Directory::new(repository.path()).files().unwrap(), ["fleet.kdl"]);
}

#[test]
fn where_the_index_cannot_be_read_nobody_guesses() {
    let repository = Repository::new();
    repository.write("fleet.kdl", "");
    repository.write("lib/a.kdl", "");
    repository.write("cache/page.md", "");
    repository.commit("all");
    repository.write(".git/index", "DIRC, and then nothing");
    assert_eq!(Directory::new(repository.path()).files().unwrap(), ["fleet.kdl", "lib/a.kdl"]);
    repository.write(".gitignore", "cache/\n");
    assert_eq!(Directory::new(repository.path()).files().unwrap(), ["fleet.kdl", "lib/a.kdl"]);
    repository.write(".gitignore", "lib/\n");
    let error = Directory::new(repository.path()).files().unwrap_err().to_string();
    assert!(error.contains("cannot read lib/: `.gitignore` excludes it"), "{error}");
    repository.write(".tenantryignore", "lib\n");
    assert_eq!(Directory::new(repository.path()).files().unwrap(), ["fleet.kdl"]);
}

fn name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["a.kdl", "b.yaml", ".c.kdl", "d", "e.kdl", "f.yml"])
}

fn pattern() -> impl Strategy<Value = String> {
    let stems = [
        "a.kdl", "*.kdl", "/d", "d/", "d/*", "!a.kdl", "!*.yaml", "**/e.kdl", ".c.kdl", "!.c.kdl", "/*",
        "!/d/",
    ];
    prop::sample::select(stems.to_vec()).prop_map(str::to_owned)
}

/// A path of up to three parts that does not lead through a file.
fn path() -> impl Strategy<Value = String> {
    (prop::collection::vec(prop::sample::select(vec!["d", "x", ".h"]), 0..3), name()).prop_map(
        |(above, name)| above.into_iter().map(|part| format!("{part}.d/")).collect::<String>() + name,
    )
}

proptest! {
    #![proptest_config(crate::support::random::cases(60))]

    #[test]
    fn any_tree(
        files in prop::collection::btree_set(path(), 1..12),
        ignores in prop::collection::btree_map(
            prop::sample::select(vec!["", "d.d/", "d.d/x.d/", ".h.d/"]),
            prop::collection::vec(pattern(), 1..4),
            0..3,
        ),
        tracked in prop::collection::btree_map(
            prop::sample::select(vec!["", "d.d/", "d.d/x.d/"]),
            prop::collection::vec(pattern(), 1..4),
            0..3,
        ),
        links in prop::collection::vec((name(), path()), 0..3),
    ) {
        let repository = Repository::new();
        for file in &files {
            repository.write(file, file);
        }
        for (directory, patterns) in &ignores {
            repository.write(&format!("{directory}.tenantryignore"), &patterns.join("\n"));
        }
        for (directory, patterns) in &tracked {
            repository.write(&format!("{directory}.gitignore"), &patterns.join("\n"));
        }
        for (n, (target, at)) in links.iter().enumerate() {
            let link = repository.path().join(format!("{at}.{n}.kdl"));
            if link.parent().is_some_and(std::path::Path::exists) {
                symlink(target, link).unwrap();
            }
        }
        repository.commit("all");
        let [directory, revision] = both(&repository);
        prop_assert_eq!(directory, revision);
    }
}
