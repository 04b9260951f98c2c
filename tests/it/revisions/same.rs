//! The same files from the object store as from a checkout, whatever `.gitignore` files, links and hidden files are there.

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
fn ignored_hidden_linked_and_generated_files() {
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
    repository.write(".gitignore", "/drafts/\n*.yml\n# a comment\n[broken\n");
    repository.write("tenants/.gitignore", "!b.yml\nskip/*\n!skip/keep.kdl\n");
    repository.write("kept/.gitignore", "!.even-this.kdl\n");
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
        links in prop::collection::vec((name(), path()), 0..3),
    ) {
        let repository = Repository::new();
        for file in &files {
            repository.write(file, file);
        }
        for (directory, patterns) in &ignores {
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
