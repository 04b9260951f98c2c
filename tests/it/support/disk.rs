//! The repository as the tests read and update it.
#![expect(clippy::disallowed_methods, reason = "tests read the repository itself, and their one switch")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A path of the repository.
pub fn path(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}

/// The text of a file.
pub fn read(relative: &str) -> String {
    std::fs::read_to_string(path(relative)).unwrap_or_else(|error| panic!("{relative}: {error}"))
}

/// Whether there is such a file or folder.
pub fn exists(relative: &str) -> bool {
    path(relative).exists()
}

/// Replaces the text of a file at once: other tests may be reading it.
pub fn write(relative: &str, text: &str) {
    let part = path(&format!("{relative}.part"));
    std::fs::write(&part, text)
        .and_then(|()| std::fs::rename(&part, path(relative)))
        .unwrap_or_else(|error| panic!("{relative}: {error}"));
}

/// Whether expectations are to be rewritten: `UPDATE=1 cargo test --test it`.
pub fn update() -> bool {
    std::env::var("UPDATE").is_ok_and(|value| value == "1")
}

/// A variable that chooses what a test does.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Every file below a folder with one of the endings, `/`-separated, sorted. A missing folder has none.
pub fn files(folder: &str, endings: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(path(&folder)) else { continue };
        for entry in entries {
            let entry = entry.unwrap();
            let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
            if entry.file_type().unwrap().is_dir() {
                folders.push(name);
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(name);
            }
        }
    }
    found.sort();
    found
}

/// Compares a generated file with what is checked in, or rewrites it.
pub fn fresh(relative: &str, text: &str) {
    if update() {
        write(relative, text);
    }
    let there = if exists(relative) { read(relative) } else { String::new() };
    assert!(
        there == text,
        "{relative} is out of date; run UPDATE=1 cargo test --test it\n{}",
        super::diff::lines(&there, text)
    );
}

/// Every file below a directory of the machine, by path, as far as it is text.
pub fn below(directory: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(below(&path));
        } else {
            let text = String::from_utf8_lossy(&bytes(&path).unwrap()).into_owned();
            found.insert(path.display().to_string(), text);
        }
    }
    found
}

/// The bytes of a file of the machine, which may be gone by now.
pub fn bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    std::fs::read(path)
}
