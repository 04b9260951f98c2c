//! Strings over several lines: `"""` and `#"""`, and the indentation that is not part of them.

use std::borrow::Cow;

use super::escape::{Escape, escape, unescape};
use super::{Parser, scan, syntax};
use crate::diag::{Code, Diagnostic};
use crate::source::Spanned;

/// A line of the string with its escaped white space gone, and where it begins in the file.
struct Line<'s> {
    text: Cow<'s, str>,
    at: usize,
}

impl<'s> Parser<'s> {
    /// From the hashes or the quotes to the closing ones.
    pub(super) fn multiline(&mut self, hashes: usize) -> Spanned<Cow<'s, str>> {
        let start = self.at;
        let opened = start + hashes + 3;
        let newline = scan::newline(self.bytes, opened);
        if newline == 0 {
            return self.quotes_on_one_line(start, opened, hashes);
        }
        let body = opened + newline;
        let Some(end) = self.closing_quotes(body, hashes) else {
            self.at = self.bytes.len();
            self.swallowed = true;
            let fault = Diagnostic::error(Code::LOAD_UNCLOSED, "a string is not closed")
                .at(self.span(start, opened), "it begins here and goes on to the end of the file")
                .help(format!("close it with `\"\"\"{}` on a line of its own", "#".repeat(hashes)));
            self.fault(fault);
            return Spanned::new(Cow::Borrowed(""), self.span(start, opened));
        };
        self.at = end + 3 + hashes;
        let lines = if hashes == 0 { self.lines(body, end) } else { self.raw_lines(body, end) };
        let text = self.dedent(&lines, end, start);
        let text = if hashes == 0 && text.contains('\\') { unescape(&text) } else { text };
        Spanned::new(Cow::Owned(text), self.span(start, self.at))
    }

    /// Where the closing quotes begin. Reports wrong escapes on the way.
    fn closing_quotes(&mut self, body: usize, hashes: usize) -> Option<usize> {
        if self.barren.quotes.contains(&hashes) {
            return None;
        }
        let found = self.next_quotes(body, hashes);
        if found.is_none() {
            self.barren.quotes.push(hashes);
        }
        found
    }

    fn next_quotes(&mut self, body: usize, hashes: usize) -> Option<usize> {
        let close = format!("\"\"\"{}", "#".repeat(hashes));
        if hashes > 0 {
            return Some(body + self.text.get(body..)?.find(&close)?);
        }
        let mut at = body;
        loop {
            match self.bytes.get(at)? {
                b'\\' => at += self.check_escape(at),
                b'"' if self.bytes.get(at..at + 3) == Some(b"\"\"\"") => return Some(at),
                _ => at += 1,
            }
        }
    }

    /// Closing quotes on a line of their own, and what indents them.
    fn closing_line(&mut self, from: usize, hashes: usize) -> Option<(usize, &'s str)> {
        let end = self.closing_quotes(from, hashes)?;
        let indent = self.slice(scan::line_start(self.bytes, end), end);
        blank(indent).then_some((end, indent))
    }

    fn raw_lines(&self, body: usize, end: usize) -> Vec<Line<'s>> {
        let mut lines = Vec::new();
        let mut at = body;
        loop {
            let line_end = scan::line_end(self.bytes, at).min(end);
            lines.push(Line { text: Cow::Borrowed(self.slice(at, line_end)), at });
            if line_end >= end {
                return lines;
            }
            at = line_end + scan::newline(self.bytes, line_end);
        }
    }

    /// Lines after escaped white space is gone, as the specification has it; other escapes are still there.
    fn lines(&self, body: usize, end: usize) -> Vec<Line<'s>> {
        if !self.slice(body, end).contains('\\') {
            return self.raw_lines(body, end);
        }
        let mut lines = Vec::new();
        let mut line = Line { text: Cow::Owned(String::new()), at: body };
        let mut at = body;
        while at < end {
            let newline = scan::newline(self.bytes, at);
            let len = match self.bytes.get(at) {
                Some(b'\\') => {
                    let (escape, len) = escape(self.bytes, at);
                    if matches!(escape, Escape::Nothing) {
                        at += len;
                        continue;
                    }
                    len
                }
                _ if newline > 0 => {
                    at += newline;
                    lines.push(std::mem::replace(&mut line, Line { text: Cow::Owned(String::new()), at }));
                    continue;
                }
                Some(byte) => scan::char_len(*byte),
                None => break,
            };
            line.text.to_mut().push_str(self.slice(at, at + len));
            at += len;
        }
        lines.push(line);
        lines
    }

    /// Takes the indentation of the last line from all others.
    fn dedent(&mut self, lines: &[Line<'s>], end: usize, start: usize) -> String {
        let Some((last, lines)) = lines.split_last() else {
            return String::new();
        };
        let prefix: &str = &last.text;
        if !blank(prefix) {
            let own = &prefix[..prefix.len() - prefix.trim_start_matches(is_space).len()];
            let fault = syntax(
                "the closing `\"\"\"` stand behind text",
                self.span(end, end + 3),
                "they need a line of their own",
            )
            .and(self.span(start, start + 3), "the string begins here")
            .fix("put them on a new line", self.span(end, end), format!("\n{own}"));
            self.fault(fault);
        }
        let indent = if blank(prefix) { prefix } else { "" };
        let mut out = String::new();
        for (index, line) in lines.iter().enumerate() {
            if index > 0 {
                out.push('\n');
            }
            if blank(&line.text) {
                continue;
            }
            if let Some(text) = line.text.strip_prefix(indent) {
                out.push_str(text);
                continue;
            }
            let own = line.text.len() - line.text.trim_start_matches(is_space).len();
            let span = self.span(line.at, (line.at + own).min(end));
            let fault = syntax("a line of a string is indented less than its end", span, "here")
                .and(
                    self.span(end, end + 3),
                    "every line must begin with the white space before these quotes",
                )
                .help("indent it by the very same spaces or tabs");
            self.fault(fault);
            out.push_str(line.text.trim_start_matches(is_space));
        }
        if !blank(prefix) {
            if !lines.is_empty() {
                out.push('\n');
            }
            out.push_str(prefix);
        }
        out
    }

    /// `"""text"""`.
    fn quotes_on_one_line(&mut self, start: usize, opened: usize, hashes: usize) -> Spanned<Cow<'s, str>> {
        let line_end = scan::line_end(self.bytes, opened);
        let close = format!("\"\"\"{}", "#".repeat(hashes));
        let quotes = self.span(start, opened);
        let fault = syntax("a newline must follow `\"\"\"`", quotes, "this begins a string of several lines");
        let line = self.slice(opened, line_end);
        let (text, fault) = if let Some(len) = line.find(&close) {
            self.at = opened + len + close.len();
            let hashes = "#".repeat(hashes);
            let text = self.slice(opened, opened + len);
            let whole = self.span(start, self.at);
            (
                text,
                fault.fix(
                    "one quote on each side is enough on one line",
                    whole,
                    format!("{hashes}\"{text}\"{hashes}"),
                ),
            )
        } else if let Some((end, indent)) = self.closing_line(opened, hashes) {
            self.at = end + close.len();
            let place = self.span(opened, opened);
            let fault = fault.fix("begin the text on the next line", place, format!("\n{indent}"));
            (self.slice(opened, end), fault)
        } else {
            self.at = line_end;
            (line, fault.help("close the string on its line with one quote"))
        };
        self.fault(fault);
        Spanned::new(Cow::Borrowed(text), self.span(start, self.at))
    }
}

fn is_space(char: char) -> bool {
    let mut buffer = [0; 4];
    let bytes = char.encode_utf8(&mut buffer).as_bytes();
    scan::space(bytes, 0) > 0
}

/// Only literal white space.
fn blank(text: &str) -> bool {
    text.chars().all(is_space)
}
