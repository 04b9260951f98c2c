//! Files with a hundred thousand faults: what is said of them is short, and takes no longer than reading them.

use std::time::{Duration, Instant};

use tenantry::apply::journal;
use tenantry::diag::render::{Style, render};
use tenantry::diag::{Diagnostics, json};
use tenantry::load;
use tenantry::world::Memory;

/// What takes longer in a debug build on a busy machine is not linear.
const ENOUGH: Duration = Duration::from_secs(60);
/// The most that is printed of one file with one kind of fault.
const SHORT: usize = 60_000;

/// Loads and prints a file with many faults of one kind.
fn told(path: &str, text: &str) -> String {
    let began = Instant::now();
    let world = Memory::default().with(path, text);
    let mut diagnostics = Diagnostics::default();
    let sources = load::read(&world, &mut diagnostics);
    load::parse(&sources, &mut diagnostics);
    let all = diagnostics.sorted();
    let told = render(&all, &sources, Style::default());
    let json = json(&all, &sources).to_string();
    assert!(began.elapsed() < ENOUGH, "{path}: {:?} for {} bytes", began.elapsed(), text.len());
    assert!(told.len() < SHORT, "{} bytes are printed:\n{}", told.len(), &told[..3000]);
    assert!(json.len() < 3 * SHORT, "{} bytes of JSON", json.len());
    told
}

#[test]
fn many_faults_of_one_kind_are_told_by_the_first_and_their_number() {
    let line = |text: &str| format!("a {}\n", text.repeat(20_000));
    let block = format!("a {{ {} }}\n", "b { }; ".repeat(100_000));
    let cases = [
        ("a.kdl", "/- ".repeat(20_000), "and 19,989 more of this kind"),
        ("a.kdl", line("1x "), "and 19,990 more of this kind"),
        ("a.kdl", line("1x=1 "), "and 19,990 more of this kind"),
        ("a.kdl", line("\"\\q\" "), "and 19,990 more of this kind"),
        ("a.kdl", line("[x "), "and 19,990 more of this kind"),
        ("a.kdl", line("} "), "and 19,990 more of this kind"),
        ("a.kdl", line("(#x "), ""),
        ("a.kdl", "#\"\"\"x\n".repeat(5_000), ""),
        ("a.kdl", block, ""),
        ("a.yaml", format!("a: [{}x]\n", "yes, ".repeat(20_000)), "and 19,990 more of this kind"),
        ("a.yaml", format!("a:\n{}", "  - &x y\n".repeat(20_000)), "and 19,990 more of this kind"),
        ("a.yaml", format!("a: &x y\nb:\n{}", "  - *x\n".repeat(100_000)), "and 99,990 more of this kind"),
        ("a.yaml", format!("a:\n{}", "  b: 1\n".repeat(40_000)), "and 39,989 more of this kind"),
    ];
    for (path, text, words) in cases {
        let told = told(path, &text);
        assert!(told.contains(words), "no {words:?} in\n{told}");
    }
}

#[test]
fn a_place_in_a_long_line_is_shown_with_what_is_near_it_and_its_own_column() {
    let far = format!("{}\"\\q\" b\n", "a ".repeat(50_000));
    let told = told("a.kdl", &far);
    assert!(told.contains(" --> a.kdl:1:100002\n"), "{told}");
    // A secret stays one, however far its key is from what is shown.
    let secret = format!("a password=\"{}\\q{}\"\n", "s3cret ".repeat(500), "s3cret ".repeat(500));
    let told = self::told("a.kdl", &secret);
    assert!(!told.contains("s3cret"), "{told}");
}

#[test]
fn forty_thousand_open_intents_are_read_at_once() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("journal.jsonl");
    let mut text = String::new();
    for n in 0..40_000 {
        text.push_str(&format!(
            "{{\"type\":\"intent\",\"run\":\"r-1\",\"at\":\"\",\"step\":{n},\"object\":\"bench.b/volume/sites\",\"host\":\"h\",\"call\":\"create-volume\",\"reason\":\"\"}}\n"
        ));
    }
    #[expect(clippy::disallowed_methods, reason = "a test writes a journal")]
    std::fs::write(&path, text).unwrap();
    let began = Instant::now();
    let history = journal::read(&path).unwrap();
    assert_eq!((history.unreadable_lines, history.runs[0].steps.len()), (0, 40_000));
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
}
