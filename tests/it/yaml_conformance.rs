//! The official YAML test suite: what must be refused, what is refused on purpose, and the values of what is accepted.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use tenantry::diag::{Code, Diagnostic};
use tenantry::load::yaml;
use tenantry::source::SourceMap;

use crate::yaml_oracle::{check_spans, json_of, same};

/// Cases of the suite at the revision that it was taken from; fewer means that it is not all there.
const CASES: usize = 400;

/// Where the scanner is laxer than the suite: what it takes for granted changes no value that a fleet could hold.
const TOO_LAX: &[&str] = &[];

fn suite() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "a test asks where its data are")]
    let shared = std::env::var("TENANTRY_SHARED")
        .map_or_else(|_| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let path = shared.join("conformance/yaml");
    if path.is_dir() {
        return Some(path);
    }
    #[expect(clippy::disallowed_methods, reason = "a test asks where it runs")]
    let ci = std::env::var("CI").is_ok_and(|value| !value.is_empty());
    assert!(!ci, "the YAML test suite is not at {}: set TENANTRY_SHARED", path.display());
    println!("NOT RUN: {CASES} cases of the official YAML suite; it is not at {}", path.display());
    None
}

/// Every folder with an input, by the name that the suite gives it.
fn cases(suite: &Path) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    let mut folders = vec![suite.to_path_buf()];
    while let Some(folder) = folders.pop() {
        if folder.join("in.yaml").is_file() {
            let name = folder.strip_prefix(suite).unwrap().display().to_string();
            found.push((name, folder));
            continue;
        }
        folders.extend(
            fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()),
        );
    }
    found.sort();
    assert!(found.len() >= CASES, "only {} of {CASES} cases are there", found.len());
    found
}

#[expect(clippy::disallowed_methods, reason = "a test reads its data")]
fn text(path: &Path) -> Option<String> {
    fs::read_to_string(path).ok()
}

/// Whether a fault says that the text is YAML, and no fleet file.
fn on_purpose(fault: &Diagnostic) -> bool {
    [
        Code::LOAD_YAML_FEATURE,
        Code::LOAD_YAML_1_1,
        Code::LOAD_NOT_A_MAP,
        Code::LOAD_DUPLICATE_KEY,
        Code::LOAD_CONTROL_CHARACTER,
    ]
    .contains(&fault.code)
        || ["a key is not text", "a key is missing"].contains(&fault.message.as_str())
}

#[test]
fn the_official_suite_is_judged_as_it_says_and_read_as_it_says() {
    let Some(suite) = suite() else { return };
    let (mut wrong, mut refused, mut compared) = (String::new(), 0, 0);
    let mut lax = BTreeSet::new();
    for (name, folder) in cases(&suite) {
        let input = text(&folder.join("in.yaml")).unwrap();
        let mut sources = SourceMap::default();
        let id = sources.add("in.yaml", input.as_str());
        let (document, faults) = yaml::parse(id, sources.text(id));
        let faults = faults.sorted();
        check_spans(&document.nodes, &faults, &input);
        let must_fail = folder.join("error").exists();
        if must_fail {
            refused += 1;
            if faults.is_empty() {
                lax.insert(name);
            }
            continue;
        }
        let others: Vec<&str> =
            faults.iter().filter(|fault| !on_purpose(fault)).map(|fault| fault.message.as_str()).collect();
        if !others.is_empty() && faults.iter().all(|fault| !on_purpose(fault)) {
            let _ = writeln!(wrong, "{name} is refused: {others:?}\n{input}");
        }
        if !faults.is_empty() {
            continue;
        }
        let ours = json_of(&document.nodes);
        if let Some(expected) =
            text(&folder.join("in.json")).and_then(|json| serde_json::from_str::<Json>(&json).ok())
        {
            compared += 1;
            let nothing = expected.is_null() && document.nodes.is_empty();
            if !nothing && !same(&ours, &expected) {
                let _ = writeln!(wrong, "{name} is read as {ours}, not {expected}\n{input}");
            }
        }
    }
    assert!(wrong.is_empty(), "judged otherwise than the suite:\n{wrong}");
    assert_eq!(lax.iter().map(String::as_str).collect::<Vec<_>>(), TOO_LAX, "accepted against the suite");
    assert!(refused > 80 && compared > 80, "only {refused} refused, {compared} compared");
}
