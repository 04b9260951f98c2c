//! Runs `tests/cases/<phase>/*.case`; `UPDATE=1 cargo test --test it cases` rewrites what they expect.

use std::collections::BTreeSet;

use tenantry::check::RULES;
use tenantry::diag::TABLE;

use crate::support::case::Case;
use crate::support::{diff, disk, run};

/// Every case of the front half and of `diff`; those of plans are scripts, see [`crate::plan_cases`].
fn all() -> Vec<Case> {
    let files = disk::files("tests/cases", &[".case"]);
    files.iter().filter(|path| !path.starts_with("tests/cases/plan/")).map(|path| Case::read(path)).collect()
}

#[test]
fn every_case_gives_what_it_expects() {
    let failures: Vec<String> = all()
        .iter()
        .filter_map(|case| {
            let fault = judge(case);
            (!fault.is_empty()).then(|| format!("{}\n{fault}", case.path))
        })
        .collect();
    assert!(failures.is_empty(), "{} cases fail:\n\n{}", failures.len(), failures.join("\n"));
}

/// What is wrong with a case; empty when nothing is.
fn judge(case: &Case) -> String {
    let faults = case.faults();
    if !faults.is_empty() {
        return faults.iter().map(|fault| format!("    {fault}\n")).collect();
    }
    let front = run::front(case);
    let mut wrong = String::new();
    if disk::update() {
        let text = case.updated(|name| {
            case.expected().any(|section| section.name == name).then_some(())?;
            run::section(case, &front, name).ok()
        });
        disk::write(&case.path, &text);
    }
    for section in Case::read(&case.path).expected() {
        match run::section(case, &front, &section.name) {
            Ok(actual) if actual == section.body => {}
            Ok(actual) => {
                wrong.push_str(&format!("  {}:\n{}", section.name, diff::lines(&section.body, &actual)));
            }
            Err(why) => wrong.push_str(&format!("  {why}\n")),
        }
    }
    wrong
}

#[test]
fn every_code_is_shown_by_a_case_or_a_test() {
    let cases: String =
        all().iter().filter_map(|case| case.section("diagnostics").map(str::to_owned)).collect();
    let plans: String =
        disk::files("tests/cases/plan", &[".case"]).iter().map(|path| disk::read(path)).collect();
    let tests: String = disk::files("tests/it", &[".rs"]).iter().map(|path| disk::read(path)).collect();
    let missing: Vec<&str> = TABLE
        .iter()
        .map(|page| page.code.as_str())
        .filter(|code| {
            !mentions(&cases, code)
                && !mentions(&plans, code)
                && !mentions(&tests, code)
                && !mentions(&tests, &constant(code))
        })
        .collect();
    assert!(missing.is_empty(), "no case and no test shows {missing:?}");
}

/// Whether a text has a word that no longer word contains: `load/syntax` is not shown by `load/syntax-error`.
fn mentions(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        !text[at + word.len()..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    })
}

/// The constant of a code, as Rust tests name it.
fn constant(code: &str) -> String {
    format!("Code::{}", code.replace(['/', '-'], "_").to_ascii_uppercase())
}

#[test]
fn every_rule_is_broken_by_a_case_of_its_name() {
    for rule in RULES {
        let slug = rule.code.as_str();
        let cases: Vec<Case> =
            all().into_iter().filter(|case| case.path.contains(&format!("cases/{slug}"))).collect();
        let of = |case: &Case| run::front(case).diagnostics.iter().any(|d| d.code == rule.code);
        assert!(cases.iter().any(of), "no case tests/cases/{slug}*.case breaks the rule");
    }
}

#[test]
fn a_rule_reports_its_own_code_only() {
    for case in &all() {
        let codes: BTreeSet<_> = run::front(case).diagnostics.iter().map(|d| d.code).collect();
        let name = case.path.trim_start_matches("tests/cases/").trim_end_matches(".case").to_owned();
        if !name.starts_with("check/") {
            continue;
        }
        for code in codes {
            let longest = RULES.iter().map(|rule| rule.code).filter(|code| name.starts_with(code.as_str()));
            let own = longest.max_by_key(|code| code.as_str().len()) == Some(code);
            let also = case.about.contains(code.as_str());
            assert!(own || also, "{}: reports {code}, which it does not speak of", case.path);
        }
    }
}

#[test]
fn every_edit_that_is_offered_mends_what_it_was_offered_for() {
    // Text that is broken is mended in steps; the tests of `load` try its edits.
    for case in all().iter().filter(|case| case.phase() != "load") {
        let front = run::front(case);
        for diagnostic in &front.diagnostics {
            for help in diagnostic.help.iter().filter(|help| !help.edits.is_empty()) {
                let mut edits = help.edits.clone();
                edits.sort_by_key(|edit| std::cmp::Reverse(edit.span));
                let mut world = case.world();
                let source = edits[0].span.source;
                let mut text = front.sources.text(source).to_string();
                for edit in edits {
                    text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
                }
                world = world.with(front.sources.path(source), text.clone());
                let again = run::front_of(&world, case.phase()).diagnostics;
                let still =
                    again.iter().filter(|d| d.code == diagnostic.code && d.message == diagnostic.message);
                let before = front
                    .diagnostics
                    .iter()
                    .filter(|d| d.code == diagnostic.code && d.message == diagnostic.message);
                assert!(
                    still.count() < before.count(),
                    "{}: `{}` does not mend {}: {}\n{text}",
                    case.path,
                    help.text,
                    diagnostic.code,
                    diagnostic.message
                );
            }
        }
    }
}
