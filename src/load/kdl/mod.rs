//! KDL 2 text to nodes: one pass over the bytes, spans everywhere, strings borrowed, every fault of the file at once.
//!
//! A fault is reported where it is and the parser goes on behind it: at the next word where a word is wrong, at the next
//! line where a line is. What follows from a fault that was already reported is not reported again.

mod block;
mod entry;
mod escape;
mod multiline;
mod node;
mod number;
mod scan;
mod space;
mod string;
mod word;

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::load::{Document, control};
use crate::source::{SourceId, Span};

/// Blocks within blocks that are read; the language itself needs four.
pub const MAX_DEPTH: usize = 64;

/// Parses one file. What could be understood is in the document, what could not is in the diagnostics.
pub fn parse<'s>(source: SourceId, text: &'s str) -> (Document<'s>, Diagnostics) {
    let mut parser = Parser {
        source,
        text,
        bytes: text.as_bytes(),
        at: if text.starts_with('\u{FEFF}') { 3 } else { 0 },
        open: Vec::new(),
        misfit: None,
        swallowed: false,
        line: block::Line::default(),
        barren: Barren::default(),
        faults: Diagnostics::default(),
        reported: 0,
    };
    let mut controls = Diagnostics::default();
    control::refuse(source, text, &mut controls);
    for fault in controls {
        parser.fault(fault);
    }
    let nodes = parser.nodes();
    (Document { source, nodes }, parser.faults)
}

/// The state of one parse.
struct Parser<'s> {
    source: SourceId,
    text: &'s str,
    bytes: &'s [u8],
    /// The next byte; always at the start of a character.
    at: usize,
    /// The blocks around it, outermost first.
    open: Vec<block::Opening>,
    /// The first block whose closing brace stands further left than the line that opened it.
    misfit: Option<block::Opening>,
    /// The rest of the file went into something that was never closed, or was too deep: an open block says nothing now.
    swallowed: bool,
    /// The line of the last brace: thousands may stand on one.
    line: block::Line,
    /// What was looked for in vain.
    barren: Barren,
    faults: Diagnostics,
    /// How many faults there were so far: what follows from one need not be reported.
    reported: usize,
}

/// What does not come any more, so that it is looked for once and not from every place again.
#[derive(Default)]
struct Barren {
    /// No `)` before this place.
    parenthesis: usize,
    /// No `]` before this place.
    bracket: usize,
    /// No closing quotes with so many hashes to the end of the file.
    quotes: Vec<usize>,
}

/// Where on its line a byte comes next, at or after a place.
fn on_line(bytes: &[u8], from: usize, byte: u8, barren: &mut usize) -> Option<usize> {
    if from < *barren {
        return None;
    }
    let mut at = from;
    while at < bytes.len() && scan::newline(bytes, at) == 0 {
        if bytes.get(at) == Some(&byte) {
            return Some(at);
        }
        at += 1;
    }
    *barren = at;
    None
}

impl<'s> Parser<'s> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn peek_at(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn looking_at(&self, what: &str) -> bool {
        self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(what.as_bytes()))
    }

    fn slice(&self, start: usize, end: usize) -> &'s str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// A span of this file. Files are far smaller than 4 GiB (`FILE_LIMIT`).
    fn span(&self, start: usize, end: usize) -> Span {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span { source: self.source, start: offset(start), end: offset(end) }
    }

    /// The character at `at`, as a span; empty at the end of the file.
    fn char_span(&self, at: usize) -> Span {
        let len = self.text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        self.span(at, at + len)
    }

    fn fault(&mut self, fault: Diagnostic) {
        self.reported += 1;
        self.faults.push(fault);
    }
}

/// A fault of grammar that needs no more than a sentence and a place.
fn syntax(message: impl Into<String>, span: Span, label: &str) -> Diagnostic {
    Diagnostic::error(Code::LOAD_SYNTAX, message).at(span, label)
}
