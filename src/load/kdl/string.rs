//! Strings between quotes, on one line: `"…"` and `#"…"#`.

use std::borrow::Cow;

use super::escape::unescape;
use super::{Parser, scan};
use crate::diag::{Code, Diagnostic};
use crate::source::Spanned;

impl<'s> Parser<'s> {
    /// A string between quotes, whatever its kind. `None` when none begins here.
    pub(super) fn quoted_or_raw(&mut self) -> Option<Spanned<Cow<'s, str>>> {
        match self.peek() {
            Some(b'"') if self.looking_at("\"\"\"") => Some(self.multiline(0)),
            Some(b'"') => Some(self.quoted()),
            Some(b'#') if self.raw_follows() => {
                let hashes = self.hashes();
                Some(self.raw(hashes))
            }
            _ => None,
        }
    }

    fn hashes(&self) -> usize {
        self.bytes.iter().skip(self.at).take_while(|byte| **byte == b'#').count()
    }

    /// Whether a raw string begins here.
    pub(super) fn raw_follows(&self) -> bool {
        let hashes = self.hashes();
        hashes > 0 && self.peek_at(hashes) == Some(b'"')
    }

    fn quoted(&mut self) -> Spanned<Cow<'s, str>> {
        let start = self.at;
        let mut at = start + 1;
        let mut escaped = false;
        while let Some(&byte) = self.bytes.get(at) {
            match byte {
                b'"' => {
                    self.at = at + 1;
                    let text = self.slice(start + 1, at);
                    let value = if escaped { Cow::Owned(unescape(text)) } else { Cow::Borrowed(text) };
                    return Spanned::new(value, self.span(start, at + 1));
                }
                b'\\' => {
                    escaped = true;
                    at += self.check_escape(at);
                }
                0..=0x7F if !matches!(byte, b'\n' | b'\r' | 0x0B | 0x0C) => at += 1,
                _ if scan::newline(self.bytes, at) > 0 => break,
                _ => at += scan::char_len(byte),
            }
        }
        self.unclosed(start, start + 1, at.min(self.bytes.len()))
    }

    /// `#"…"#` with that many hashes (none in the `r"…"` of KDL 1), several lines included.
    pub(super) fn raw(&mut self, hashes: usize) -> Spanned<Cow<'s, str>> {
        let start = self.at;
        let open = start + hashes;
        if self.bytes.get(open..open + 3) == Some(b"\"\"\"") {
            return self.multiline(hashes);
        }
        let close = format!("\"{}", "#".repeat(hashes));
        let line_end = scan::line_end(self.bytes, open);
        if let Some(len) = self.slice(open + 1, line_end).find(&close) {
            let end = open + 1 + len;
            self.at = end + close.len();
            return Spanned::new(Cow::Borrowed(self.slice(open + 1, end)), self.span(start, self.at));
        }
        self.unclosed(start, open + 1, line_end)
    }

    /// A string whose line ends first. The brace at the end of such a line surely opens a block.
    fn unclosed(&mut self, start: usize, from: usize, line_end: usize) -> Spanned<Cow<'s, str>> {
        let opener = self.slice(start, from);
        let closer: String = opener.chars().rev().collect();
        if let Some(end) = self.over_several_lines(line_end, &closer) {
            self.at = end;
            let fault = Diagnostic::error(Code::LOAD_UNCLOSED, "a string goes over several lines")
                .at(self.span(start, from), "it begins here")
                .and(self.span(end - closer.len(), end), "and ends here")
                .help("write `\"\"\"`, a newline, the lines, and `\"\"\"` on a line of its own");
            self.fault(fault);
            return Spanned::new(Cow::Borrowed(self.slice(from, end - closer.len())), self.span(start, end));
        }
        let line = self.slice(from, line_end).trim_end();
        let block = usize::from(line.ends_with('{'));
        let text = line.get(..line.len() - block).unwrap_or(line).trim_end();
        let end = from + text.len();
        self.at = if block == 1 { from + line.len() - 1 } else { line_end };
        let fault = Diagnostic::error(Code::LOAD_UNCLOSED, "a string is not closed")
            .at(self.span(start, end), format!("no `{closer}` follows on this line"))
            .fix("close it", self.span(end, end), closer);
        self.fault(fault);
        Spanned::new(Cow::Borrowed(text), self.span(start, end))
    }

    /// Where a string ends that was written over several lines as in KDL 1: at the first line with quotes, if it has an
    /// odd number of them and nothing but the end of the node behind the first.
    fn over_several_lines(&self, line_end: usize, closer: &str) -> Option<usize> {
        let found = line_end + self.text.get(line_end..)?.find('"')?;
        let line = self.slice(found, scan::line_end(self.bytes, found));
        let rest = line.strip_prefix(closer)?;
        let odd = line.matches('"').count() % 2 == 1;
        let ended = rest.trim().is_empty() || rest.trim_start().starts_with(['{', '}', ';']);
        (odd && ended).then_some(found + closer.len())
    }
}
