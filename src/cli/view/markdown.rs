//! Text of others in Markdown: always inside a code span or a fence, which it cannot leave. There GitHub, GitLab and
//! Forgejo make nothing of it: no mention, no reference, no link, no HTML.

use crate::value::invisible;

/// The most characters of one value.
const WIDE: usize = 200;

/// A code span that holds a text and nothing else, on one line.
#[must_use]
pub fn code(text: &str) -> String {
    let text = cut(&visible(text), WIDE);
    if text.trim_matches(' ').is_empty() {
        return "(blank)".to_owned();
    }
    let ticks = "`".repeat(longest_run(&text) + 1);
    // One space at both ends is taken off again.
    let edge = |c: char| matches!(c, '`' | ' ');
    let pad = if text.starts_with(edge) || text.ends_with(edge) { " " } else { "" };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// One line of a fence.
#[must_use]
pub fn line(text: &str) -> String {
    cut(&visible(text), 2 * WIDE)
}

/// Lines that have been through [`line`], in a fence that none of them closes.
#[must_use]
pub fn fence(language: &str, lines: &[String]) -> String {
    let ticks = ticks(lines);
    format!("{ticks}{language}\n{}\n{ticks}\n", lines.join("\n"))
}

/// The fence that none of the lines closes.
#[must_use]
pub fn ticks(lines: &[String]) -> String {
    let longest = lines.iter().map(|line| longest_run(line)).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

/// What changes how text looks without being seen becomes a mark that is seen; so do line ends.
fn visible(text: &str) -> String {
    text.chars().map(|c| if invisible(c) { '\u{fffd}' } else { c }).collect()
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}
