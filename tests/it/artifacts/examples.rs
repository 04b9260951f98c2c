//! What `build` writes for the examples: checked in under `generated/`, and fresh.

use std::collections::BTreeMap;
use std::path::Path;

use tenantry::pipeline::{Compiled, compile};
use tenantry::provider::render::render;
use tenantry::provider::write::write;
use tenantry::world::Directory;

use super::schemas;
use crate::support::{diff, disk};

/// The fleets in `examples/`, compiled, by name.
fn examples() -> BTreeMap<String, Compiled> {
    let names: Vec<String> = std::fs::read_dir(disk::path("examples"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| disk::path(&format!("examples/{name}")).is_dir())
        .collect();
    assert!(names.len() >= 3, "{names:?}");
    let compiled = |name: &String| {
        let world = Directory::new(disk::path(&format!("examples/{name}")));
        compile(&world).unwrap_or_else(|broken| panic!("{name}: {:#?}", broken.diagnostics))
    };
    names.iter().map(|name| (name.clone(), compiled(name))).collect()
}

/// The text of every file below a directory, by path.
fn tree(directory: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(directory).into_iter().flatten() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            files
                .extend(tree(&entry.path()).into_iter().map(|(path, text)| (format!("{name}/{path}"), text)));
        } else {
            #[expect(clippy::disallowed_methods, reason = "compares what was written")]
            files.insert(name, std::fs::read_to_string(entry.path()).unwrap());
        }
    }
    files
}

#[test]
fn what_is_checked_in_for_every_example_is_what_build_writes() {
    for (name, compiled) in examples() {
        let checked_in = disk::path(&format!("generated/{name}"));
        let artifacts = render(&compiled.desired);
        if disk::update() {
            write(&checked_in, &artifacts).unwrap();
        }
        let fresh = tempfile::tempdir().unwrap();
        write(fresh.path(), &artifacts).unwrap();
        let (there, wanted) = (tree(&checked_in), tree(fresh.path()));
        let paths = |tree: &BTreeMap<String, String>| tree.keys().cloned().collect::<Vec<_>>();
        let hint = format!("generated/{name} is out of date; run UPDATE=1 cargo test --test it");
        assert_eq!(paths(&there), paths(&wanted), "{hint}");
        for (path, text) in wanted {
            assert!(there[&path] == text, "{hint}\n{path}\n{}", diff::lines(&there[&path], &text));
        }
    }
}

#[test]
fn every_example_gives_the_same_bytes_twice() {
    let (first, second) = (examples(), examples());
    for (name, compiled) in first {
        assert_eq!(render(&compiled.desired), render(&second[&name].desired), "{name}");
    }
}

#[test]
fn every_example_is_valid_by_the_official_schemas() {
    for compiled in examples().values() {
        schemas::validate_all(&compiled.desired);
    }
}
