//! A review as a comment on a pull request: never more than a comment may have. When it must be shorter, refusals stay
//! longest, then the news, then the worst of the changes; what is left out is counted.

use super::markdown::{code, fence, line, ticks};
use super::news_words::{below, head, place, spoken};
use super::output::Output;
use super::plan_text::{self, Block};
use super::review_text::{few, money, nothing};
use super::table::count;
use crate::diag::{self, Diagnostic, Severity};
use crate::review::{News, Review};
use crate::source::SourceMap;

/// The most bytes of a comment. GitHub takes 65,536 characters; what a bot adds has room.
pub const LIMIT: usize = 60_000;
/// By this a bot finds its comment again, to replace it.
pub const MARK: &str = "<!-- tenantry:diff -->";

/// Of the bytes, those that refusals may take, those that the news may take, and those that warnings may.
const REFUSALS: usize = 24_000;
const NEWS: usize = 20_000;
const WARNINGS: usize = 4_000;
/// Kept for what a section says around its lines.
const AROUND: usize = 400;

const PLAIN: Output = Output { color: false };

/// The comment.
#[must_use]
pub fn review(review: &Review, sources: &SourceMap) -> String {
    let mut text = format!("{}\n\n", first_line(review));
    let room = |text: &str, most: usize| most.min((LIMIT - MARK.len() - 1).saturating_sub(text.len()));
    let (refused, rest) = few(&review.plan);
    if !refused.is_empty() {
        let whole =
            if review.plan.is_refused() { "the whole plan is refused" } else { "the rest can be applied" };
        text.push_str(&format!("**{}**: {whole}\n\n", count(review.plan.refusals.len(), "refusal")));
        let room = room(&text, REFUSALS);
        text.push_str(&diagnostics(&refused, sources, &rest, room));
    }
    let room_left = room(&text, NEWS);
    text.push_str(&all_news(&review.news, room_left));
    for line in money(review) {
        text.push_str(&format!("{line}\n\n"));
    }
    for note in review.plan.notes.iter().take(10) {
        text.push_str(&format!("- note: {}\n", code(note)));
    }
    if !review.plan.notes.is_empty() {
        text.push('\n');
    }
    if !review.warnings.is_empty() {
        let room = room(&text, WARNINGS);
        text.push_str(&format!("{}\n\n", count(review.warnings.len(), "new warning")));
        text.push_str(&diagnostics(&review.warnings, sources, &[], room));
    }
    let room_left = room(&text, LIMIT);
    text.push_str(&objects(plan_text::blocks(&review.plan, PLAIN), room_left));
    format!("{text}{MARK}\n")
}

/// The comment when the head does not compile, or there is nothing to compare it with.
#[must_use]
pub fn broken(title: &str, found: &[Diagnostic], sources: &SourceMap) -> String {
    let errors = found.iter().filter(|one| one.severity == Severity::Error).count();
    let mut text = format!("**{title}**: {}\n\n", count(errors, "error"));
    let room = LIMIT - MARK.len() - 1 - text.len();
    text.push_str(&diagnostics(found, sources, &[], room));
    format!("{text}{MARK}\n")
}

fn first_line(review: &Review) -> String {
    if review.is_empty() {
        return format!("**{}**", nothing(review));
    }
    let counts = review.plan.counts();
    let mut line = format!(
        "**Plan: {} to add, {} to change, {} to destroy.**",
        counts.add, counts.change, counts.destroy
    );
    if !review.plan.refusals.is_empty() {
        line.push_str(&format!(" **{} refused.**", review.plan.refusals.len()));
    }
    let money = review.money();
    if !money.is_empty() {
        line.push_str(&format!(" {}.", money.signed()));
    }
    if plan_text::nothing_stops(&review.plan) {
        line.push_str(" Nothing that runs is stopped.");
    }
    line
}

/// As a terminal shows them, as many as there is room for.
fn diagnostics(found: &[Diagnostic], sources: &SourceMap, rest: &[String], room: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut left_out = 0;
    let said: usize = rest.iter().map(|line| line.len() + 8).sum();
    for (n, text) in diag::render::each(found, sources).enumerate() {
        let more: Vec<String> = text.trim_end().lines().map(line).chain([String::new()]).collect();
        let size: usize = more.iter().chain(&lines).map(|line| line.len() + 1).sum();
        let fences = 2 * ticks(&more).len().max(ticks(&lines).len());
        if size + fences + said + AROUND > room {
            left_out = found.len() - n;
            break;
        }
        lines.extend(more);
    }
    lines.pop();
    if lines.is_empty() {
        // Not one has room as a whole: their first sentences.
        lines
            .extend(found.iter().take(3).map(|one| line(&format!("{}: {}", one.code.as_str(), one.message))));
    }
    let mut text = if lines.is_empty() { String::new() } else { format!("{}\n", fence("text", &lines)) };
    for line in rest {
        text.push_str(&format!("- {line}\n"));
    }
    if left_out > 0 {
        text.push_str(&format!("- {left_out} more are left out here; `tenantry diff` shows them\n"));
    }
    if !text.is_empty() && !text.ends_with("\n\n") {
        text.push('\n');
    }
    text
}

fn all_news(all: &[News], room: usize) -> String {
    let mut text = String::new();
    let mut left_out = 0;
    for one in all {
        let item = news(one);
        if text.len() + item.len() + AROUND > room {
            left_out += 1;
        } else {
            text.push_str(&item);
        }
    }
    if left_out > 0 {
        text.push_str(&format!("- … and {left_out} more; `tenantry diff` shows them\n"));
    }
    if text.is_empty() { text } else { format!("{text}\n") }
}

fn news(one: &News) -> String {
    let mut parts: Vec<String> = head(one).iter().map(|part| spoken(part, code)).collect();
    parts.extend(place(one).map(|place| spoken(&place, code)));
    let mut text = format!("- {}\n", parts.join(" · "));
    for line in below(one) {
        text.push_str(&format!("  - {}\n", spoken(&line, code)));
    }
    text
}

/// The objects, folded away; the worst of them where there is not room for all.
fn objects(mut blocks: Vec<Block>, room: usize) -> String {
    let total: usize = blocks.iter().map(|block| block.changes).sum();
    if total == 0 {
        return String::new();
    }
    let size: usize = blocks.iter().map(|block| block.text.len() + 1).sum();
    if size > room {
        blocks.sort_by_key(|block| std::cmp::Reverse(block.worst));
    }
    let mut lines: Vec<String> = Vec::new();
    let (mut used, mut longest, mut shown) = (AROUND, 3, 0);
    for block in &blocks {
        let more: Vec<String> = block.text.lines().map(diff_line).chain([String::new()]).collect();
        let size: usize = more.iter().map(|line| line.len() + 1).sum();
        let fence = longest.max(ticks(&more).len());
        if used + size + 2 * fence > room {
            continue;
        }
        (used, longest, shown) = (used + size, fence, shown + block.changes);
        lines.extend(more);
    }
    lines.pop();
    let objects = count(total, "object");
    if lines.is_empty() {
        return format!("{objects}: left out here; `tenantry diff` shows them\n\n");
    }
    let left_out = if shown == total {
        String::new()
    } else {
        format!("{} left out here, the worst are shown; `tenantry diff` shows all\n\n", total - shown)
    };
    let fence = fence("diff", &lines);
    format!("<details>\n<summary>{objects}</summary>\n\n{fence}\n</details>\n\n{left_out}")
}

/// A line of a plan with its sign in front, where the language `diff` looks for it; `!` is its sign of a change.
fn diff_line(text: &str) -> String {
    let signs = [("    + ", "+ "), ("    ~ ", "! "), ("    - ", "- "), ("  -/+ ", "-/+ ")];
    let found = signs.iter().find_map(|(from, to)| Some((to, text.strip_prefix(from)?)));
    match found {
        Some((sign, rest)) => line(&format!("{sign}{rest}")),
        None => line(text),
    }
}
