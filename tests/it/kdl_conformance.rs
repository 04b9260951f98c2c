//! The official KDL 2 test suite: what must be accepted and refused, and the tree of what is accepted.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use tenantry::load::{Node, Scalar, Value, kdl};
use tenantry::source::SourceMap;

/// Inputs of the suite at the revision that it was taken from; fewer means that it is not all there.
const INPUTS: usize = 336;

fn suite() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "a test asks where its data are")]
    let shared = std::env::var("TENANTRY_SHARED")
        .map_or_else(|_| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let path = shared.join("conformance/kdl/tests/test_cases");
    if path.is_dir() {
        return Some(path);
    }
    #[expect(clippy::disallowed_methods, reason = "a test asks where it runs")]
    let ci = std::env::var("CI").is_ok_and(|value| !value.is_empty());
    assert!(!ci, "the KDL test suite is not at {}: set TENANTRY_SHARED", path.display());
    println!("NOT RUN: {INPUTS} inputs of the official KDL suite; it is not at {}", path.display());
    None
}

fn inputs(suite: &Path) -> Vec<(String, PathBuf)> {
    let mut found: Vec<_> = fs::read_dir(suite.join("input"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), entry.path()))
        .collect();
    found.sort();
    assert!(found.len() >= INPUTS, "only {} of {INPUTS} inputs are there", found.len());
    found
}

#[expect(clippy::disallowed_methods, reason = "a test reads its data")]
fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

#[test]
fn the_official_suite_is_accepted_and_refused_as_it_says() {
    let Some(suite) = suite() else { return };
    let mut wrong = String::new();
    for (name, path) in inputs(&suite) {
        let mut sources = SourceMap::default();
        let id = sources.add(name.as_str(), text(&path));
        let (_, faults) = kdl::parse(id, sources.text(id));
        let must_fail = name.ends_with("_fail.kdl");
        if faults.is_empty() == must_fail {
            let messages: Vec<_> = faults.into_iter().map(|fault| fault.message).collect();
            let _ = writeln!(wrong, "{name}: {messages:?}");
        }
    }
    assert!(wrong.is_empty(), "judged otherwise than the suite:\n{wrong}");
}

#[test]
fn the_trees_are_those_of_the_official_suite() {
    let Some(suite) = suite() else { return };
    let mut wrong = String::new();
    for (name, path) in inputs(&suite).into_iter().filter(|(name, _)| !name.ends_with("_fail.kdl")) {
        let mut sources = SourceMap::default();
        let id = sources.add(name.as_str(), text(&path));
        let (document, _) = kdl::parse(id, sources.text(id));
        let mut printed = String::new();
        print(&document.nodes, &sources, 0, &mut printed);
        let expected = text(&suite.join("expected_kdl").join(&name));
        if printed.trim_end() != expected.trim_end() {
            let _ = writeln!(wrong, "--- {name}\n{printed}+++ expected\n{expected}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The suite's canonical form.
fn print(nodes: &[Node<'_>], sources: &SourceMap, depth: usize, out: &mut String) {
    for node in nodes {
        out.push_str(&"    ".repeat(depth));
        if let Some(tag) = &node.tag {
            let _ = write!(out, "({})", name(&tag.value));
        }
        out.push_str(&name(&node.name.value));
        for arg in &node.args {
            let _ = write!(out, " {}", value(arg, sources));
        }
        let mut props: Vec<_> = node.props.iter().map(|(key, value)| (&*key.value, value)).collect();
        // Of a key that was written twice the last counts.
        props.reverse();
        props.sort_by_key(|(key, _)| *key);
        props.dedup_by_key(|(key, _)| *key);
        for (key, property) in props {
            let _ = write!(out, " {}={}", name(key), value(property, sources));
        }
        if let Some(children) = node.children.as_deref().filter(|children| !children.is_empty()) {
            out.push_str(" {\n");
            print(children, sources, depth + 1, out);
            out.push_str(&"    ".repeat(depth));
            out.push('}');
        }
        out.push('\n');
    }
}

fn value(value: &Value<'_>, sources: &SourceMap) -> String {
    let tag = value.tag.as_ref().map(|tag| format!("({})", name(&tag.value))).unwrap_or_default();
    let scalar = match &value.scalar {
        Scalar::String(text) => name(text),
        Scalar::Integer(number) => number.to_string(),
        Scalar::Float(number) => float(*number, sources.slice(value.span)),
        Scalar::Bool(true) => "#true".to_owned(),
        Scalar::Bool(false) => "#false".to_owned(),
        Scalar::Null => "#null".to_owned(),
    };
    tag + &scalar
}

/// Printed from the text, because the suite has numbers beyond f64; the parsed value must be the nearest f64 to it.
fn float(number: f64, written: &str) -> String {
    match written {
        "#inf" | "#-inf" | "#nan" => {
            assert!(!number.is_finite());
            return written.to_owned();
        }
        _ => {}
    }
    let plain = written.replace('_', "").replace('e', "E");
    let plain = plain.strip_prefix('+').unwrap_or(&plain).to_owned();
    assert_eq!(number.to_bits(), plain.parse::<f64>().unwrap().to_bits(), "{written}");
    match plain.split_once('E') {
        Some((mantissa, exponent)) if !exponent.starts_with(['+', '-']) => format!("{mantissa}E+{exponent}"),
        _ => plain,
    }
}

/// Without quotes wherever the language allows it.
fn name(text: &str) -> String {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let unsigned = unsigned.strip_prefix('.').unwrap_or(unsigned);
    let bare = !text.is_empty()
        && !unsigned.starts_with(|c: char| c.is_ascii_digit())
        && !["true", "false", "null", "inf", "-inf", "nan"].contains(&text)
        && !text.chars().any(|c| c.is_whitespace() || c.is_control() || "\\/(){};[]\"#=".contains(c));
    if bare {
        return text.to_owned();
    }
    let mut out = String::from("\"");
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{C}' => out.push_str("\\f"),
            _ => out.push(char),
        }
    }
    out + "\""
}
