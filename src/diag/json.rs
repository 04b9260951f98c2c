//! Diagnostics for programs: the shape of Terraform's `validate -json`, with codes, fixes and related places added.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;

use super::secret::{Veil, covered, hidden};
use crate::diag::{Diagnostic, Label, Severity};
use crate::source::{SourceMap, Span};

#[derive(Serialize)]
struct Output<'a> {
    format_version: &'static str,
    valid: bool,
    error_count: usize,
    warning_count: usize,
    diagnostics: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    severity: &'static str,
    code: &'static str,
    summary: Cow<'a, str>,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    snippet: Option<Snippet<'a>>,
    fixes: Vec<Fix<'a>>,
    related: Vec<Related<'a>>,
}

#[derive(Serialize)]
struct Range<'a> {
    filename: &'a str,
    start: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    line: u32,
    column: u32,
    byte: u32,
}

#[derive(Serialize)]
struct Snippet<'a> {
    context: Option<&'a str>,
    code: Cow<'a, str>,
    start_line: u32,
    highlight_start_offset: usize,
    highlight_end_offset: usize,
    values: [(); 0],
}

#[derive(Serialize)]
struct Fix<'a> {
    description: Cow<'a, str>,
    edits: Vec<Change<'a>>,
}

#[derive(Serialize)]
struct Change<'a> {
    range: Range<'a>,
    text: &'a str,
}

#[derive(Serialize)]
struct Related<'a> {
    message: Cow<'a, str>,
    range: Range<'a>,
}

/// All diagnostics as one JSON value.
#[must_use]
pub fn json(diagnostics: &[Diagnostic], sources: &SourceMap) -> Value {
    let count = |severity| {
        let all = diagnostics.iter().filter(|d| d.severity == severity);
        all.map(|d| 1 + d.more).sum()
    };
    let errors: usize = count(Severity::Error);
    let hidden = hidden(diagnostics);
    let output = Output {
        format_version: "1.0",
        valid: errors == 0,
        error_count: errors,
        warning_count: count(Severity::Warning),
        diagnostics: diagnostics.iter().map(|d| entry(d, &hidden, sources)).collect(),
    };
    // Nothing in it can fail to serialise: its keys are strings and its numbers finite.
    serde_json::to_value(output).unwrap_or_default()
}

fn entry<'a>(diagnostic: &'a Diagnostic, hidden: &[Span], sources: &'a SourceMap) -> Entry<'a> {
    let veil = Veil::of(diagnostic, sources);
    let labels = diagnostic.primary.iter().map(|label| label.text.as_str()).filter(|text| !text.is_empty());
    let notes = diagnostic.notes.iter().map(String::as_str);
    let help = diagnostic.help.iter().map(|help| help.text.as_str());
    Entry {
        severity: match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        code: diagnostic.code.as_str(),
        summary: veil.over(&diagnostic.message),
        detail: veil.over(&labels.chain(notes).chain(help).collect::<Vec<_>>().join("\n")).into_owned(),
        range: diagnostic.primary.as_ref().map(|label| range(label.span, sources)),
        snippet: diagnostic.primary.as_ref().map(|label| snippet(label, hidden, sources)),
        fixes: diagnostic
            .help
            .iter()
            // An edit that repeats a secret is only shown masked, which nobody can apply.
            .filter(|help| !help.edits.is_empty() && !help.edits.iter().any(|edit| veil.hides(&edit.text)))
            .map(|help| Fix {
                description: veil.over(&help.text),
                edits: help
                    .edits
                    .iter()
                    .map(|edit| Change { range: range(edit.span, sources), text: &edit.text })
                    .collect(),
            })
            .collect(),
        related: diagnostic
            .others
            .iter()
            .map(|label| Related { message: veil.over(&label.text), range: range(label.span, sources) })
            .collect(),
    }
}

fn range(span: Span, sources: &SourceMap) -> Range<'_> {
    let point = |byte: u32| {
        let position = sources.position(Span { start: byte, end: byte, ..span });
        Point { line: position.line, column: position.column, byte }
    };
    Range { filename: sources.path(span.source), start: point(span.start), end: point(span.end) }
}

/// The lines that the span touches; offsets are bytes within them. A line of a megabyte is not repeated whole.
fn snippet<'a>(label: &Label, hidden: &[Span], sources: &'a SourceMap) -> Snippet<'a> {
    const MOST: usize = 1000;
    let text: &str = sources.text(label.span.source);
    let at = text.floor_char_boundary(label.span.start as usize);
    let end = text.floor_char_boundary(label.span.end as usize).max(at);
    let line = text[..at].rfind('\n').map_or(0, |found| found + 1);
    let start = line.max(text.floor_char_boundary(at.saturating_sub(MOST)));
    let stop = text[end..].find('\n').map_or(text.len(), |found| end + found);
    let stop = text.floor_char_boundary(stop.min(at + MOST));
    let code = covered(&text[start..stop], start, label.span.source, hidden);
    Snippet {
        context: None,
        start_line: sources.position(label.span).line,
        highlight_start_offset: at - start,
        highlight_end_offset: (end - start).min(code.len()),
        code,
        values: [],
    }
}
