//! `diff` between two fleets that differ in ten files, in one line of a plan, and in nothing.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use tenantry::cli::view::{Output, review_markdown, review_text};
use tenantry::pipeline::{self, Compiled};
use tenantry::review::{Review, review};
use tenantry::world::Directory;

use crate::fleet;

/// Runs of each figure; the median is printed.
const RUNS: usize = 5;

/// Prints a line for each sort of change: of the whole, what the compiles take and what the comparison takes.
pub(crate) fn figures(tenants: usize) {
    let directory = tempfile::tempdir().unwrap();
    let base = directory.path().join("base");
    fleet::write(&base, tenants).unwrap();
    for (name, edit) in
        [("nothing", nothing as fn(&Path)), ("ten files", ten_files), ("plan line", plan_line)]
    {
        let head = directory.path().join("head");
        fleet::write(&head, tenants).unwrap();
        edit(&head);
        let mut runs: Vec<Figure> = (0..RUNS).map(|_| child(&base, &head)).collect();
        runs.sort_by(|a, b| a.total.total_cmp(&b.total));
        let Figure { total, review, peak_kib, markdown } = &runs[RUNS / 2];
        println!(
            "{tenants:>8}  {name:>9}  {total:>6.0} ms  {review:>6.0} ms  {:>6} MiB  {markdown:>6} bytes",
            peak_kib / 1024
        );
        fs::remove_dir_all(&head).unwrap();
    }
}

fn nothing(_: &Path) {}

/// Ten tenants get another plan.
fn ten_files(root: &Path) {
    for n in 0..10 {
        replace(
            &root.join(format!("tenants/000/t{:05}.kdl", n * 4)),
            "plan \"starter\"",
            "plan \"business\"",
        );
    }
}

/// Half of all tenants get other connections and requests.
fn plan_line(root: &Path) {
    replace(&root.join("fleet.kdl"), "connections 24", "connections 26");
}

#[expect(clippy::disallowed_methods, reason = "the fleet is a thing of the benchmark's own")]
fn replace(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{}", path.display());
    fs::write(path, text.replace(from, to)).unwrap();
}

struct Figure {
    total: f64,
    review: f64,
    peak_kib: u64,
    markdown: usize,
}

fn child(base: &Path, head: &Path) -> Figure {
    let output =
        Command::new(std::env::current_exe().unwrap()).arg("--diff").args([base, head]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let words: Vec<&str> = text.split_whitespace().collect();
    Figure {
        total: words[0].parse().unwrap(),
        review: words[1].parse().unwrap(),
        peak_kib: words[2].parse().unwrap(),
        markdown: words[3].parse().unwrap(),
    }
}

fn compile(root: &Path) -> Compiled {
    pipeline::compile(&Directory::new(root)).unwrap_or_else(|broken| panic!("{:?}", broken.diagnostics))
}

/// In the child: as the command does it, in both shapes. What comes out is verified.
pub(crate) fn measure(base: &Path, head: &Path, peak_kib: impl Fn() -> u64) {
    let began = Instant::now();
    let (base, head) = rayon::join(|| compile(base), || compile(head));
    let compiled = began.elapsed();
    let found = review(base, &head);
    let text = review_text::review(&found, Output { color: false });
    let markdown = review_markdown::review(&found, &head.sources);
    let total = began.elapsed();
    verify(&found, &text);
    let ms = |time: std::time::Duration| time.as_secs_f64() * 1e3;
    println!("{} {} {} {}", ms(total), ms(total.saturating_sub(compiled)), peak_kib(), markdown.len());
}

/// Nothing, ten tenants that pay more, or half of the accounts.
fn verify(found: &Review, text: &str) {
    let changed = found.plan.changes.len();
    if found.is_empty() {
        assert!(text.starts_with("No changes."), "{text}");
    } else if found.money().is_empty() {
        assert!(changed > found.compared.1 / 4, "{changed} of {:?}", found.compared);
        assert!(text.lines().count() < 24, "{text}");
    } else {
        assert_eq!(found.money().signed(), "+600 EUR/month");
    }
    assert!(found.plan.refusals.is_empty() && found.plan.not_compared.is_empty());
}
