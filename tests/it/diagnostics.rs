//! What people read about files that are wrong: whole messages, and whether the fixes they offer mend anything.

use std::sync::Arc;

use tenantry::diag::render::{Style, render};
use tenantry::diag::{Code, Diagnostic, Diagnostics, Edit, Severity, json};
use tenantry::load;
use tenantry::source::{SourceMap, Span};
use tenantry::world::{Memory, is_fleet_file};

use crate::support::case::Case;
use crate::support::disk;

fn load(files: &[(&str, &str)]) -> (SourceMap, Vec<Diagnostic>) {
    let world = files.iter().fold(Memory::default(), |world, (path, text)| world.with(*path, *text));
    let mut diagnostics = Diagnostics::default();
    let sources = load::read(&world, &mut diagnostics);
    load::parse(&sources, &mut diagnostics);
    (sources, diagnostics.sorted())
}

#[test]
fn every_fix_of_the_load_cases_mends_something() {
    let mut fixes = 0;
    for case in disk::files("tests/cases/load", &[".case"]).iter().map(|path| Case::read(path)) {
        let files: Vec<_> = case.sections.iter().filter(|section| is_fleet_file(&section.name)).collect();
        let files: Vec<_> = files.iter().map(|file| (file.name.as_str(), file.body.as_str())).collect();
        let (sources, diagnostics) = load(&files);
        for diagnostic in &diagnostics {
            for help in diagnostic.help.iter().filter(|help| !help.edits.is_empty()) {
                let mended: Vec<(String, String)> = sources
                    .ids()
                    .map(|id| (sources.path(id).to_owned(), apply(&help.edits, &sources, id)))
                    .collect();
                let mended: Vec<_> =
                    mended.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
                let after = load(&mended).1;
                assert!(
                    after.len() < diagnostics.len(),
                    "{}: `{}` of `{}` mends nothing:\n{after:#?}",
                    case.path,
                    help.text,
                    diagnostic.message
                );
                fixes += 1;
            }
        }
    }
    assert!(fixes > 20, "only {fixes} fixes were tried");
}

fn apply(edits: &[Edit], sources: &SourceMap, id: tenantry::source::SourceId) -> String {
    let mut text = sources.text(id).to_string();
    let mut edits: Vec<_> = edits.iter().filter(|edit| edit.span.source == id).collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    for edit in edits {
        text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    }
    text
}

/// Two files and a conflict between them, as `check` reports one.
fn conflict() -> (SourceMap, Vec<Diagnostic>) {
    let mut sources = SourceMap::default();
    let a = sources.add("tenants/globex.kdl", "tenant \"globex\" {\n    domain \"erp.example.com\"\n}\n");
    let b = sources.add("tenants/initech.kdl", "tenant \"initech\" {\n    domain \"erp.example.com\"\n}\n");
    let span = |source, start, end| Span { source, start, end };
    let diagnostic = Diagnostic::error(Code::LOAD_SYNTAX, "the domain `erp.example.com` is claimed twice")
        .at(span(b, 30, 47), "claimed again here")
        .and(span(a, 29, 46), "first claimed here")
        .note("a domain leads to one site")
        .help("remove one of them")
        .fix("or give it another name", span(b, 31, 46), "erp2.example.com");
    (sources, vec![diagnostic])
}

#[test]
fn a_conflict_shows_both_parties_each_in_its_file() {
    let (sources, diagnostics) = conflict();
    let expected = r#"error[load/syntax]: the domain `erp.example.com` is claimed twice
 --> tenants/initech.kdl:2:12
  |
2 |     domain "erp.example.com"
  |            ^^^^^^^^^^^^^^^^^ claimed again here
  |
 ::: tenants/globex.kdl:2:12
  |
2 |     domain "erp.example.com"
  |            ----------------- first claimed here
  |
  = note: a domain leads to one site
  = help: remove one of them
help: or give it another name
  |
2 |     domain "erp2.example.com"
  |                +
"#;
    assert_eq!(render(&diagnostics, &sources, Style::default()).trim_end(), expected.trim_end());
}

#[test]
fn a_warning_without_a_place_is_one_line() {
    let diagnostic = Diagnostic::warning(Code::LOAD_NO_FILES, "nothing answers").help("start it");
    let text = render(&[diagnostic], &SourceMap::default(), Style::default());
    assert_eq!(text, "warning[load/no-files]: nothing answers\n |\n = help: start it\n\n");
}

#[test]
fn colour_comes_only_when_it_is_asked_for() {
    let (sources, diagnostics) = conflict();
    assert!(!render(&diagnostics, &sources, Style::default()).contains('\u{1b}'));
    assert!(render(&diagnostics, &sources, Style { color: true, width: 0 }).contains("\u{1b}["));
}

#[test]
fn nothing_from_outside_reaches_the_terminal_unseen() {
    let evil = "\u{1b}[31mred\u{7}\u{202e}desrever\u{200b}\u{9b}2J\r\u{feff}";
    let mut sources = SourceMap::default();
    let text = format!("name \"{evil}\"\n\tlast\n");
    let id = sources.add(format!("{evil}\n.kdl"), text.as_str());
    let end = u32::try_from(text.find('\n').unwrap()).unwrap();
    let diagnostic = Diagnostic::error(Code::LOAD_SYNTAX, format!("message {evil}\nnext"))
        .at(Span { source: id, start: 5, end }, format!("label {evil}"))
        .note(evil)
        .help(evil)
        .fix(evil, Span { source: id, start: 5, end }, evil);
    let rendered = render(&[diagnostic], &sources, Style::default());
    let bad: Vec<char> = rendered
        .chars()
        .filter(|c| (c.is_control() && *c != '\n') || "\u{202e}\u{200b}\u{9b}\u{feff}".contains(*c))
        .collect();
    assert!(bad.is_empty(), "{bad:?} in {rendered:?}");
    assert!(rendered.contains("message \\u{1b}[31mred"), "{rendered}");
    assert_eq!(rendered.lines().filter(|line| line.contains("next")).count(), 1);
}

#[test]
fn columns_behind_tabs_and_wide_letters_are_right() {
    let mut sources = SourceMap::default();
    let id = sources.add("a.kdl", "\tnäme 值 wrong\n");
    let diagnostic =
        Diagnostic::error(Code::LOAD_SYNTAX, "m").at(Span { source: id, start: 11, end: 16 }, "here");
    let rendered = render(&[diagnostic], &sources, Style::default());
    let expected =
        "error[load/syntax]: m\n --> a.kdl:1:9\n  |\n1 |     näme 值 wrong\n  |             ^^^^^ here\n";
    assert_eq!(rendered.trim_end(), expected.trim_end());
}

#[test]
fn a_very_long_line_is_cut_around_its_fault() {
    let mut sources = SourceMap::default();
    let text = format!("node {} wrong {}\n", "a".repeat(40_000), "b".repeat(40_000));
    let id = sources.add("a.kdl", text.as_str());
    let diagnostic =
        Diagnostic::error(Code::LOAD_SYNTAX, "m").at(Span { source: id, start: 40_006, end: 40_011 }, "here");
    let rendered = render(&[diagnostic], &sources, Style::default());
    assert!(rendered.contains("wrong") && rendered.contains("^^^^^ here"), "{rendered}");
    assert!(rendered.lines().all(|line| line.chars().count() <= 160), "{rendered}");
}

#[test]
fn spans_that_lie_outside_of_their_file_do_not_break_the_printer() {
    let mut sources = SourceMap::default();
    let id = sources.add("a.kdl", "é\n");
    for (start, end) in [(0, 0), (1, 1), (3, 3), (2, 900), (900, 900), (u32::MAX, u32::MAX)] {
        let span = Span { source: id, start, end };
        let diagnostic = Diagnostic::error(Code::LOAD_SYNTAX, "m").at(span, "here").fix("f", span, "x");
        assert!(render(std::slice::from_ref(&diagnostic), &sources, Style::default()).contains("here"));
        assert_eq!(json(&[diagnostic], &sources)["error_count"], 1);
    }
}

#[test]
fn json_has_terraforms_shape_with_codes_fixes_and_related_places() {
    let (sources, mut diagnostics) = conflict();
    diagnostics.push(Diagnostic::warning(Code::LOAD_NO_FILES, "no place"));
    let value = json(&diagnostics, &sources);
    assert_eq!(value["format_version"], "1.0");
    assert_eq!(value["valid"], false);
    assert_eq!((&value["error_count"], &value["warning_count"]), (&1.into(), &1.into()));
    let first = &value["diagnostics"][0];
    assert_eq!(first["severity"], "error");
    assert_eq!(first["code"], "load/syntax");
    assert_eq!(first["summary"], "the domain `erp.example.com` is claimed twice");
    assert_eq!(first["range"]["filename"], "tenants/initech.kdl");
    assert_eq!(first["range"]["start"], serde_json::json!({"line": 2, "column": 12, "byte": 30}));
    assert_eq!(first["range"]["end"], serde_json::json!({"line": 2, "column": 29, "byte": 47}));
    assert_eq!(first["snippet"]["code"], "    domain \"erp.example.com\"");
    assert_eq!(first["snippet"]["start_line"], 2);
    assert_eq!(first["snippet"]["highlight_start_offset"], 11);
    assert_eq!(first["snippet"]["highlight_end_offset"], 28);
    assert_eq!(first["fixes"][0]["edits"][0]["text"], "erp2.example.com");
    assert_eq!(first["related"][0]["range"]["filename"], "tenants/globex.kdl");
    assert_eq!(value["diagnostics"][1]["range"], serde_json::Value::Null);
}

#[test]
fn diagnostics_come_by_place_each_once_and_warnings_do_not_stop() {
    let mut sources = SourceMap::default();
    let text: Arc<str> = Arc::from("one\ntwo\n");
    let (a, b) = (sources.add("a.kdl", Arc::clone(&text)), sources.add("b.kdl", text));
    let at = |source, start| Span { source, start, end: start + 1 };
    let all: Diagnostics = [
        Diagnostic::warning(Code::LOAD_SYNTAX, "third").at(at(b, 0), ""),
        Diagnostic::warning(Code::LOAD_SYNTAX, "second").at(at(a, 4), ""),
        Diagnostic::warning(Code::LOAD_SYNTAX, "first").at(at(a, 0), ""),
        Diagnostic::warning(Code::LOAD_SYNTAX, "first").at(at(a, 0), ""),
    ]
    .into_iter()
    .collect();
    assert!(!all.has_errors());
    let sorted: Vec<_> = all.sorted().into_iter().map(|d| (d.message, d.severity)).collect();
    let expected = ["first", "second", "third"].map(|text| (text.to_owned(), Severity::Warning));
    assert_eq!(sorted, expected);
}
