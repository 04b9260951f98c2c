//! The only snippet printer: diagnostics as text for people.

use std::borrow::Cow;
use std::collections::BTreeMap;

use annotate_snippets::renderer::DEFAULT_TERM_WIDTH;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Patch, Renderer, Snippet};

use super::secret::{Veil, covered, hidden};
use super::visible::{one_line, source};
use crate::diag::{Diagnostic, Edit, Help, Label, Severity};
use crate::source::{SourceId, SourceMap, Span};

/// How to print.
#[derive(Debug, Clone, Copy, Default)]
pub struct Style {
    /// ANSI colours.
    pub color: bool,
    /// Columns of the terminal: longer lines of files are cut around what they are shown for. 0 takes 140.
    pub width: u16,
}

/// All diagnostics as text, snippets and help included, each followed by an empty line.
#[must_use]
pub fn render(diagnostics: &[Diagnostic], sources: &SourceMap, style: Style) -> String {
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    let width = if style.width == 0 { DEFAULT_TERM_WIDTH } else { usize::from(style.width) };
    let renderer = renderer.term_width(width);
    let hidden = hidden(diagnostics);
    let mut out = String::new();
    for diagnostic in diagnostics {
        out.push_str(&one(diagnostic, &renderer, &hidden, sources));
        out.push_str("\n\n");
    }
    out
}

/// Each by itself and without colours, for who has room for some of them only. What one of them hides, none shows.
pub fn each(diagnostics: &[Diagnostic], sources: &SourceMap) -> impl Iterator<Item = String> {
    let renderer = Renderer::plain().term_width(DEFAULT_TERM_WIDTH);
    let hidden = hidden(diagnostics);
    diagnostics.iter().map(move |diagnostic| one(diagnostic, &renderer, &hidden, sources))
}

fn groups<'a>(
    diagnostic: &'a Diagnostic,
    hidden: &[Span],
    sources: &'a SourceMap,
    columns: &mut Vec<Column>,
) -> Vec<Group<'a>> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let veil = Veil::of(diagnostic, sources);
    let title = level.primary_title(said(&diagnostic.message, &veil)).id(diagnostic.code.as_str());
    let mut main = Group::with_title(title).elements(causes(diagnostic, &veil, hidden, sources, columns));
    main = main.elements(diagnostic.notes.iter().map(|note| Level::NOTE.message(said(note, &veil))));
    let (fixes, words): (Vec<&Help>, Vec<&Help>) =
        diagnostic.help.iter().partition(|help| !help.edits.is_empty());
    main = main.elements(words.iter().map(|help| Level::HELP.message(said(&help.text, &veil))));
    let mut groups = vec![main];
    for fix in fixes {
        let title = Level::HELP.secondary_title(said(&fix.text, &veil));
        groups.push(Group::with_title(title).elements(patches(&fix.edits, &veil, hidden, sources)));
    }
    groups
}

/// Words of a diagnostic: one line, and no secret of the lines that it points at.
fn said<'a>(text: &'a str, veil: &Veil) -> Cow<'a, str> {
    match veil.over(text) {
        Cow::Borrowed(text) => one_line(text),
        Cow::Owned(text) => Cow::Owned(one_line(&text).into_owned()),
    }
}

/// A snippet a file: the primary's first, then the others in the order in which they are named.
fn causes<'a>(
    diagnostic: &'a Diagnostic,
    veil: &Veil,
    hidden: &[Span],
    sources: &'a SourceMap,
    columns: &mut Vec<Column>,
) -> Vec<Snippet<'a, Annotation<'a>>> {
    let primary = diagnostic.primary.iter().map(|label| (label, AnnotationKind::Primary));
    let others = diagnostic.others.iter().map(|label| (label, AnnotationKind::Context));
    let labels: Vec<(&Label, AnnotationKind)> = primary.chain(others).collect();
    let mut order: Vec<SourceId> = Vec::new();
    for (label, _) in &labels {
        if !order.contains(&label.span.source) {
            order.push(label.span.source);
        }
    }
    let mut snippets = Vec::new();
    for file in order {
        let own: Vec<_> = labels.iter().filter(|(label, _)| label.span.source == file).collect();
        let window = Window::around(file, own.iter().map(|(label, _)| label.span), hidden, sources);
        let shown = |window: &Window<'a>, own: &[&(&'a Label, AnnotationKind)]| {
            let annotations = own.iter().map(|(label, kind)| {
                let text = (!label.text.is_empty()).then(|| said(&label.text, veil));
                kind.span(window.range(label.span)).label(text)
            });
            window.snippet().annotations(annotations.collect::<Vec<_>>())
        };
        if !window.is_long() {
            snippets.push(shown(&window, &own));
            continue;
        }
        for one in own {
            let window = window.cut(one.0.span);
            columns.extend(window.column(one.0.span, sources));
            snippets.push(shown(&window, &[one]));
        }
    }
    snippets
}

fn patches<'a>(
    edits: &'a [Edit],
    veil: &Veil,
    hidden: &[Span],
    sources: &'a SourceMap,
) -> Vec<Snippet<'a, Patch<'a>>> {
    let mut files: BTreeMap<SourceId, Vec<&Edit>> = BTreeMap::new();
    for edit in edits {
        files.entry(edit.span.source).or_default().push(edit);
    }
    let mut snippets = Vec::new();
    for (file, edits) in files {
        let window = Window::around(file, edits.iter().map(|edit| edit.span), hidden, sources);
        let shown = |window: &Window<'a>, edits: &[&'a Edit]| {
            let text = |edit: &'a Edit| match veil.over(&edit.text) {
                Cow::Borrowed(text) => source(text),
                Cow::Owned(text) => Cow::Owned(source(&text).into_owned()),
            };
            let patches: Vec<_> =
                edits.iter().map(|edit| Patch::new(window.range(edit.span), text(edit))).collect();
            window.snippet().patches(patches)
        };
        if !window.is_long() {
            snippets.push(shown(&window, &edits));
            continue;
        }
        for one in edits {
            snippets.push(shown(&window.cut(one.span), &[one]));
        }
    }
    snippets
}

/// A longer part of a file is not shown as one, in bytes: each place in it is shown by itself.
const LONG: usize = 16_000;
/// Nor is one with a longer line.
const LONG_LINE: usize = 600;
/// What is shown then before and behind a place, and at most of the place itself.
const AROUND: usize = 150;

/// A place as it is printed, and as it should be.
struct Column {
    printed: String,
    real: String,
}

/// One diagnostic as text.
fn one(diagnostic: &Diagnostic, renderer: &Renderer, hidden: &[Span], sources: &SourceMap) -> String {
    let mut columns = Vec::new();
    let text = renderer.render(&groups(diagnostic, hidden, sources, &mut columns));
    columns.iter().fold(text, |text, column| text.replacen(&column.printed, &column.real, 1))
}

/// The lines of a file that a snippet needs. A big file is not handed over whole for every message about it.
struct Window<'a> {
    path: Cow<'a, str>,
    /// Whether it begins in the middle of a line: then what it begins with is no column.
    cut: bool,
    text: Cow<'a, str>,
    /// Offset of `text` in the file.
    start: usize,
    first_line: usize,
}

impl<'a> Window<'a> {
    fn around(
        file: SourceId,
        spans: impl Iterator<Item = Span>,
        hidden: &[Span],
        sources: &'a SourceMap,
    ) -> Self {
        let whole: &str = sources.text(file);
        let (from, to) = spans.fold((whole.len(), 0), |(from, to), span| {
            (from.min(span.start as usize), to.max(span.end as usize))
        });
        let from = floor(whole, from);
        let to = floor(whole, to.max(from));
        let bom = if whole.starts_with('\u{FEFF}') { 3 } else { 0 };
        let start = whole[..from].rfind('\n').map_or(bom, |found| found + 1);
        let end = whole[to..].find('\n').map_or(whole.len(), |found| to + found);
        let at = Span { source: file, start: u32::try_from(start).unwrap_or(u32::MAX), end: 0 };
        let first_line = sources.position(at).line as usize;
        Self {
            path: one_line(sources.path(file)),
            cut: false,
            text: covered(whole.get(start..end).unwrap_or_default(), start, file, hidden),
            start,
            first_line,
        }
    }

    fn is_long(&self) -> bool {
        self.text.len() > LONG || self.text.lines().any(|line| line.len() > LONG_LINE)
    }

    /// What is near a place. It is cut from what has no secrets any more.
    fn cut(&self, span: Span) -> Self {
        let text: &str = &self.text;
        let clip = |offset: u32| floor(text, (offset as usize).saturating_sub(self.start));
        let (at, end) = (clip(span.start), clip(span.end).min(clip(span.start) + AROUND));
        let from = floor(text, at.saturating_sub(AROUND));
        let line = text[from..at].rfind('\n').map(|found| from + found + 1);
        let begin = line.unwrap_or(from);
        let end = floor(text, (end.max(at) + AROUND).min(text.len()));
        let first = text[..begin].bytes().filter(|byte| *byte == b'\n').count();
        // Behind the place only its own lines.
        let behind = clip(span.end).min(end);
        let end = text[behind..end].find('\n').map_or(end, |found| behind + found);
        Self {
            path: self.path.clone(),
            cut: begin > 0 && !text[..begin].ends_with('\n'),
            text: Cow::Owned(text[begin..end].to_owned()),
            start: self.start + begin,
            first_line: self.first_line + first,
        }
    }

    /// What the printer takes for the place of something in a line whose beginning it was not given, and the place itself.
    fn column(&self, span: Span, sources: &SourceMap) -> Option<Column> {
        let at = sources.position(span);
        let shown = source(&self.text);
        let before = shown.get(..self.range(span).start)?;
        let column = before.chars().rev().take_while(|char| *char != '\n').count() + 1;
        let place = |column: usize| format!("{}:{}:{column}\n", self.path, at.line);
        self.cut.then(|| Column { printed: place(column), real: place(at.column as usize) })
    }

    fn snippet<T: Clone>(&self) -> Snippet<'a, T> {
        Snippet::source(source(&self.text).into_owned()).path(self.path.clone()).line_start(self.first_line)
    }

    /// Where a span lies in the text as it is shown.
    fn range(&self, span: Span) -> std::ops::Range<usize> {
        let shown = |offset: u32| {
            let offset = floor(&self.text, (offset as usize).saturating_sub(self.start));
            source(&self.text[..offset]).len()
        };
        let start = shown(span.start);
        start..shown(span.end).max(start)
    }
}

/// The nearest start of a character at or before an offset.
fn floor(text: &str, offset: usize) -> usize {
    text.floor_char_boundary(offset)
}
