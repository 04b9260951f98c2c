//! What is told to Prometheus, judged by Prometheus' own tool and by the page that names it.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::support::disk;

/// Whether a text has nothing to complain of and has exactly the metrics that the docs have.
pub(super) fn judge(text: &str) {
    let mut promtool = Command::new(disk::path("target/bed/promtool"))
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("target/bed/promtool, which tests/run sets up: {error}"));
    promtool.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = promtool.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success() && said.trim().is_empty(), "promtool: {said}\n{text}");

    let printed = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next());
    let printed: BTreeSet<String> = printed.map(str::to_owned).collect();
    let pages: String = disk::files("docs", &[".md"]).iter().map(|page| disk::read(page)).collect();
    let words = pages.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let named: BTreeSet<String> =
        words.filter(|word| word.starts_with("tenantry_")).map(str::to_owned).collect();
    assert_eq!(printed, named, "what is printed, and what the docs name");
}
