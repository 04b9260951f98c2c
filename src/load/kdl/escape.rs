//! `\n`, `\u{…}` and their kin.

use super::{Parser, scan, syntax};
use crate::diag::{Code, Diagnostic};

/// What a backslash and its followers mean.
pub(super) enum Escape {
    /// This character.
    Char(char),
    /// Nothing: white space was escaped.
    Nothing,
    /// It means nothing that is allowed.
    Wrong(&'static str),
}

/// The escape whose backslash is at `at`, and its length.
pub(super) fn escape(bytes: &[u8], at: usize) -> (Escape, usize) {
    let Some(&next) = bytes.get(at + 1) else {
        return (Escape::Wrong("the text ends behind it"), 1);
    };
    let char = match next {
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'\\' => '\\',
        b'"' => '"',
        b'b' => '\u{8}',
        b'f' => '\u{C}',
        b's' => ' ',
        b'u' => return unicode(bytes, at),
        _ => {
            let mut end = at + 1;
            loop {
                match scan::newline(bytes, end) + scan::space(bytes, end) {
                    0 => break,
                    len => end += len,
                }
            }
            if end > at + 1 {
                return (Escape::Nothing, end - at);
            }
            return (Escape::Wrong("not an escape"), 1 + scan::char_len(next));
        }
    };
    (Escape::Char(char), 2)
}

fn unicode(bytes: &[u8], at: usize) -> (Escape, usize) {
    if bytes.get(at + 2) != Some(&b'{') {
        return (Escape::Wrong("hexadecimal digits in braces must follow, as in `\\u{e9}`"), 2);
    }
    let digits: Vec<u8> =
        bytes.iter().skip(at + 3).take_while(|byte| byte.is_ascii_hexdigit()).copied().take(16).collect();
    let end = at + 3 + digits.len();
    if bytes.get(end) != Some(&b'}') {
        return (Escape::Wrong("only hexadecimal digits may stand in the braces"), end - at);
    }
    let len = end + 1 - at;
    if digits.is_empty() || digits.len() > 6 {
        return (Escape::Wrong("it takes one to six digits"), len);
    }
    let value =
        digits.iter().fold(0, |value, digit| value * 16 + char::from(*digit).to_digit(16).unwrap_or(0));
    match char::from_u32(value) {
        Some(char) => (Escape::Char(char), len),
        None => (Escape::Wrong("no character has this number"), len),
    }
}

/// Resolves every escape of a text whose faults were reported before; wrong ones stay as they are.
pub(super) fn unescape(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    let mut at = 0;
    while let Some(found) = bytes.iter().skip(at).position(|byte| *byte == b'\\') {
        at += found;
        let (escape, len) = escape(bytes, at);
        if !matches!(escape, Escape::Wrong(_)) {
            out.push_str(text.get(from..at).unwrap_or_default());
            from = at + len;
        }
        if let Escape::Char(char) = escape {
            out.push(char);
        }
        at += len;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

impl Parser<'_> {
    /// Reports the escape at `at` if it is wrong. Its length.
    pub(super) fn check_escape(&mut self, at: usize) -> usize {
        let (escape, len) = escape(self.bytes, at);
        if let Escape::Wrong(why) = escape {
            let span = self.span(at, (at + len).min(self.bytes.len()));
            let written = self.slice(at, at + len);
            let fault = if written == "\\/" {
                Diagnostic::error(Code::LOAD_KDL_1, "`/` needs no backslash")
                    .at(span, "KDL 1 allowed one")
                    .fix("remove it", span, "/")
            } else {
                syntax(format!("`{written}` is not an escape"), span, why)
                    .fix("write `\\\\` for a backslash", self.span(at, at + 1), "\\\\")
                    .note("the escapes are \\n \\r \\t \\s \\b \\f \\\" \\\\ and \\u{…}; a raw string `#\"…\"#` has none")
            };
            self.fault(fault);
        }
        len
    }
}
