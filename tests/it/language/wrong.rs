//! What people read about files that are wrong: that each code has a case, and what no message may show.

use std::collections::BTreeSet;

use tenantry::diag::render::{Style, render};
use tenantry::diag::{TABLE, json};

use super::files;
use crate::support::case::Case;
use crate::support::disk;

/// The cases themselves are run by `cases.rs`; this holds that none of a phase's codes is without one.
#[test]
fn every_code_of_bind_and_resolve_has_a_case_in_its_folder() {
    let mut reported = BTreeSet::new();
    for phase in ["bind", "resolve"] {
        for path in disk::files(&format!("tests/cases/{phase}"), &[".case"]) {
            let compiled = super::compile(&Case::read(&path).world());
            let own: Vec<&str> =
                compiled.codes().into_iter().filter(|code| code.starts_with(phase)).collect();
            assert!(!own.is_empty(), "{path} breaks nothing");
            reported.extend(own.into_iter().map(str::to_owned));
        }
    }
    let known: BTreeSet<String> = TABLE
        .iter()
        .map(|page| page.code.to_string())
        .filter(|code| code.starts_with("bind/") || code.starts_with("resolve/"))
        .collect();
    assert_eq!(reported, known);
}

#[test]
fn what_may_be_a_secret_is_never_printed() {
    let secret = "hunter2-correct-horse";
    let written = [
        format!("root \"{secret}\""),
        format!("root (sekret)\"{secret}\""),
        format!("(secret)root \"{secret}\""),
        format!("root (secret)\"{secret}\""),
        format!("root (secret)\"vault:{secret}\""),
        format!("root (secret)\"env:{secret}\""),
        format!("root value=\"{secret}\""),
        format!("root \"{secret}\" \"{secret}\""),
        format!("root \"{secret}\"; root \"{secret}\""),
        format!("root \"{secret}\"; mariadb 10.11; wrong 1"),
        format!("rot \"{secret}\""),
        format!("root {{ value \"{secret}\" }}"),
        format!("root (secret)\"env:X\" \"{secret}\""),
    ];
    for line in written {
        let text = format!("database \"d\" {{ host \"h\"; {line} }}\n");
        let compiled = files(&[("a.kdl", &text)]);
        let rendered = render(&compiled.diagnostics, &compiled.sources, Style::default());
        let structured = json(&compiled.diagnostics, &compiled.sources).to_string();
        assert!(!compiled.diagnostics.is_empty(), "{line} is accepted");
        assert!(!rendered.contains(secret), "{line}\n{rendered}");
        assert!(!structured.contains(secret), "{line}\n{structured}");
        assert!(!format!("{:?}", compiled.spec).contains(secret), "{line}");
    }
}

#[test]
fn what_may_be_a_secret_is_never_printed_of_yaml() {
    let secret = "hunter2-correct-horse";
    let written = [
        format!("root: {secret}"),
        format!("root: \"{secret}\""),
        format!("root: {{sekret: {secret}}}"),
        format!("root: {{secret: {secret}}}"),
        format!("root: {{secret: \"vault:{secret}\"}}"),
        format!("root: {{secret: \"env:{secret}\"}}"),
        format!("root: {{secret: env:X, other: {secret}}}"),
        format!("root: {{secret: [{secret}]}}"),
        format!("root: [{secret}]"),
        format!("root: [{{secret: {secret}}}]"),
        format!("root: |\n      {secret}"),
        format!("root: {{value: {{secret: {secret}}}}}"),
        format!("root: {secret}\n    root: {secret}"),
        format!("root: {secret}\n    mariadb: 10.11\n    wrong: 1"),
        format!("rot: {secret}"),
        format!("rot: {{secret: {secret}}}"),
    ];
    for line in written {
        let text = format!("database:\n  d:\n    host: h\n    {line}\n");
        let compiled = files(&[("a.yaml", &text)]);
        let rendered = render(&compiled.diagnostics, &compiled.sources, Style::default());
        let structured = json(&compiled.diagnostics, &compiled.sources).to_string();
        assert!(!compiled.diagnostics.is_empty());
        for output in [rendered, structured] {
            assert!(!output.contains("hunter2"), "{text}{output}");
        }
    }
}

#[test]
fn the_order_of_files_changes_no_message() {
    let one = r#"tenant "a" { plan "p"; site "a" { bench "b" } }"#;
    let two = r#"tenant "a" { plan "q" }"#;
    let messages = |files: &[(&str, &str)]| {
        let compiled = super::files(files);
        compiled.diagnostics.iter().map(|d| d.code.to_string()).collect::<BTreeSet<_>>()
    };
    assert_eq!(messages(&[("1.kdl", one), ("2.kdl", two)]), messages(&[("1.kdl", two), ("2.kdl", one)]));
}
