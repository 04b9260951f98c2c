//! Blocks of children: their braces, how deep they go, and where a missing brace probably belongs.

use super::{MAX_DEPTH, Parser, scan};
use crate::diag::{Code, Diagnostic};
use crate::load::Node;

/// An opened brace.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opening {
    /// Where the brace is.
    at: usize,
    /// What the line that holds it is indented by.
    indent: usize,
}

/// A line as far as it was looked at: where it begins and what indents it.
#[derive(Debug, Default)]
pub(super) struct Line {
    start: usize,
    indent: usize,
    /// Up to here no other line begins.
    seen: usize,
}

impl Line {
    /// Goes on to the line of a place. Places come in order, so no byte is looked at twice.
    fn reach(&mut self, bytes: &[u8], at: usize) {
        if at < self.seen {
            let start = scan::line_start(bytes, at);
            *self = Self { start, indent: indent(bytes, start), seen: at };
            return;
        }
        let passed = bytes.get(self.seen..at).unwrap_or_default();
        let last = passed.iter().rposition(|byte| matches!(byte, b'\n' | b'\r'));
        if let Some(last) = last {
            self.start = self.seen + last + 1;
        }
        if last.is_some() || self.seen == 0 {
            self.indent = indent(bytes, self.start);
        }
        self.seen = at;
    }
}

fn indent(bytes: &[u8], start: usize) -> usize {
    bytes.iter().skip(start).take_while(|byte| matches!(**byte, b' ' | b'\t')).count()
}

impl<'s> Parser<'s> {
    /// A block from its `{`; its nodes, and one past its end.
    pub(super) fn block(&mut self) -> (Vec<Node<'s>>, usize) {
        let at = self.at;
        if self.open.len() >= MAX_DEPTH {
            self.too_deep();
            return (Vec::new(), self.at);
        }
        self.line.reach(self.bytes, at);
        self.open.push(Opening { at, indent: self.line.indent });
        self.at += 1;
        let nodes = self.nodes();
        if self.peek() == Some(b'}') {
            self.compare_indents();
            self.open.pop();
            self.at += 1;
        } else {
            self.unclosed_blocks();
        }
        (nodes, self.at)
    }

    /// A brace that begins its line should stand below the line that opened it.
    fn compare_indents(&mut self) {
        let Some(opening) = self.open.last() else { return };
        self.line.reach(self.bytes, self.at);
        let begins = self.line.start + self.line.indent == self.at;
        if self.misfit.is_none() && begins && self.line.indent < opening.indent {
            self.misfit = Some(*opening);
        }
    }

    /// The file ends within blocks: one fault for all of them.
    fn unclosed_blocks(&mut self) {
        let open = std::mem::take(&mut self.open);
        if std::mem::replace(&mut self.swallowed, true) {
            return;
        }
        let Some(innermost) = open.last() else { return };
        let culprit = self.misfit.as_ref().filter(|_| open.len() == 1).unwrap_or(innermost);
        let brace = |opening: &Opening| self.span(opening.at, opening.at + 1);
        let message = match open.len() {
            1 => "a block is not closed".to_owned(),
            count => format!("{count} blocks are not closed"),
        };
        let mut fault =
            Diagnostic::error(Code::LOAD_UNCLOSED, message).at(brace(culprit), "this `{` needs a `}`");
        for other in open.iter().rev().skip(1).take(3) {
            fault = fault.and(brace(other), "so does this");
        }
        let (end, line) = self.probable_end(culprit);
        if let ([_], Some(next)) = (open.as_slice(), line) {
            fault = fault.and(next, "by its indentation this is no longer part of it");
        }
        fault = if open.len() == 1 {
            let indent = " ".repeat(culprit.indent);
            fault.fix("close it here", self.span(end, end), format!("\n{indent}}}"))
        } else {
            fault.help("write one `}` for each of them")
        };
        self.fault(fault);
    }

    /// Where a block ends by its indentation: the end of its last line, and the line that is no longer part of it.
    fn probable_end(&self, opening: &Opening) -> (usize, Option<crate::source::Span>) {
        let mut end = scan::line_end(self.bytes, opening.at);
        let mut at = end;
        while at < self.bytes.len() {
            at += scan::newline(self.bytes, at);
            let line_end = scan::line_end(self.bytes, at);
            let line = self.slice(at, line_end);
            let text = line.trim();
            let start = line_end - line.trim_start().len();
            if !text.is_empty() {
                if start - at <= opening.indent {
                    return (end, Some(self.span(start, start + text.len())));
                }
                end = line_end;
            }
            at = line_end;
        }
        (end, None)
    }

    /// Skips a block without reading it. Nothing here recurses, however deep the file goes.
    fn too_deep(&mut self) {
        let start = self.at;
        let mut fault =
            Diagnostic::error(Code::LOAD_TOO_DEEP, format!("blocks are nested more than {MAX_DEPTH} deep"))
                .at(self.span(start, start + 1), "this one is not read");
        if let Some(outermost) = self.open.first() {
            fault = fault.and(self.span(outermost.at, outermost.at + 1), "the outermost");
        }
        self.fault(fault);
        // What is in there is not judged: strings and comments are stepped over so that their braces do not count.
        let reported = std::mem::take(&mut self.faults);
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'{' => depth += 1,
                b'}' => depth = depth.saturating_sub(1),
                b'"' | b'#' if self.quoted_or_raw().is_some() => continue,
                b'/' if self.looking_at("//") || self.looking_at("/*") => {
                    self.line_space();
                    continue;
                }
                _ => {}
            }
            self.at += scan::char_len(byte);
            if depth == 0 {
                break;
            }
        }
        self.swallowed |= depth > 0;
        self.faults = reported;
    }
}
