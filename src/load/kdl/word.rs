//! Bare words: names, keywords, numbers, and the spellings of KDL 1 and other languages that look like them.

use std::borrow::Cow;

use super::{Parser, on_line, scan, syntax};
use crate::diag::{Code, Diagnostic, suggest};
use crate::load::Scalar;
use crate::source::{Span, Spanned};

/// The words of KDL 1 and what they are now.
const KEYWORDS: [(&str, &str); 6] = [
    ("true", "#true"),
    ("false", "#false"),
    ("null", "#null"),
    ("inf", "#inf"),
    ("-inf", "#-inf"),
    ("nan", "#nan"),
];

impl<'s> Parser<'s> {
    /// A string that names something: of a node, of a property, in a tag. Always advances when anything is there.
    pub(super) fn name(&mut self) -> Spanned<Cow<'s, str>> {
        let start = self.at;
        if let Some(text) = self.quoted_or_raw() {
            return text;
        }
        let end = scan::word(self.bytes, start);
        let word = self.slice(start, end);
        if word.is_empty() {
            return self.not_a_name();
        }
        self.at = end;
        let span = self.span(start, end);
        if let Some(text) = self.old_raw_string(word, span) {
            return text;
        }
        if looks_like_number(word) {
            let fault = syntax(
                format!("`{word}` cannot be a name"),
                span,
                "a number, or the beginning of one",
            )
            .fix("quote it", span, format!("\"{word}\""));
            self.fault(fault);
        } else if let Some((_, now)) = KEYWORDS.iter().find(|(old, _)| *old == word) {
            let fault =
                syntax(format!("`{word}` cannot be a name without quotes"), span, "a word of the language")
                    .fix(format!("quote it; the value is written `{now}`"), span, format!("\"{word}\""));
            self.fault(fault);
        }
        Spanned::new(Cow::Borrowed(word), span)
    }

    fn not_a_name(&mut self) -> Spanned<Cow<'s, str>> {
        let start = self.at;
        if self.hash_comment() {
            return Spanned::new(Cow::Borrowed(""), self.span(start, start));
        }
        if self.nothing_follows() {
            let fault = syntax("a name is missing", self.span(start, start), "a name must come here");
            self.fault(fault);
            return Spanned::new(Cow::Borrowed(""), self.span(start, start));
        }
        self.unexpected_text()
    }

    /// A run of text that no rule allows where it stands; read as one string so that the node can go on.
    pub(super) fn unexpected_text(&mut self) -> Spanned<Cow<'s, str>> {
        let start = self.at;
        let mut end = scan::run(self.bytes, start);
        if self.peek() == Some(b'[') {
            let found = on_line(self.bytes, start, b']', &mut self.barren.bracket);
            end = found.map_or(end, |found| found + 1);
        }
        if end == start {
            end += self.peek().map_or(0, scan::char_len);
        }
        self.at = end;
        let span = self.span(start, end);
        let text = self.slice(start, end);
        let first = text.chars().next().unwrap_or(' ');
        let mut fault = syntax(
            format!("`{first}` cannot begin a value or a name"),
            self.char_span(start),
            "not expected here",
        );
        fault = match first {
            '=' => fault.help(
                "`=` stands between a key and its value; a node's own values follow its name after a space",
            ),
            '[' | ']' => fault
                .help("KDL has no brackets: write the values one after another, `apps \"erpnext\" \"hrms\"`"),
            ')' => fault.help("a `(` must come before it"),
            _ if text.contains('"') => fault.help("put the whole text between quotes"),
            _ => fault.fix("put it between quotes", span, quoted(text)),
        };
        self.fault(fault);
        Spanned::new(Cow::Borrowed(text), span)
    }

    /// A bare word as a value. `None` when no word is here.
    pub(super) fn word_value(&mut self) -> Option<(Scalar<'s>, Span)> {
        let start = self.at;
        let end = scan::word(self.bytes, start);
        if end == start {
            return None;
        }
        self.at = end;
        let word = self.slice(start, end);
        let span = self.span(start, end);
        if looks_like_number(word) {
            return Some(self.number(word, start));
        }
        if let Some(text) = self.old_raw_string(word, span) {
            return Some((Scalar::String(text.value), text.span));
        }
        if let Some((old, now)) = KEYWORDS.iter().find(|(old, _)| *old == word) {
            let fault = Diagnostic::error(Code::LOAD_KDL_1, format!("`{old}` is written `{now}`"))
                .at(span, "KDL 1 wrote it so")
                .fix("add the `#`", span, *now)
                .help(format!("write `\"{old}\"` if the text is meant"));
            self.fault(fault);
            return Some((keyword(now).unwrap_or(Scalar::Null), span));
        }
        if word.ends_with(':') && self.looking_at("//") {
            return Some(self.bare_url(start));
        }
        if self.word_breaks() {
            return Some(self.broken_word(start));
        }
        Some((Scalar::String(Cow::Borrowed(word)), span))
    }

    /// Whether a word ends here because of a character that its author surely took for a part of it.
    pub(super) fn word_breaks(&self) -> bool {
        match self.peek() {
            Some(b'(' | b')' | b'[' | b']') => true,
            Some(b'/') => !matches!(self.peek_at(1), Some(b'/' | b'*' | b'-')),
            // Before a newline it continues the line.
            Some(b'\\') => {
                let next = self.at + 1;
                let white = scan::newline(self.bytes, next) + scan::space(self.bytes, next) > 0;
                !white && !matches!(self.bytes.get(next), None | Some(b'/'))
            }
            _ => false,
        }
    }

    /// `a/b`, `x(y)`: a word runs into a character that ends words.
    pub(super) fn broken_word(&mut self, start: usize) -> (Scalar<'s>, Span) {
        let end = scan::run(self.bytes, start);
        let wrong = self.char_span(self.at);
        let char = self.text.get(self.at..).and_then(|rest| rest.chars().next()).unwrap_or(' ');
        self.at = end;
        let text = self.slice(start, end);
        let span = self.span(start, end);
        let fault =
            syntax(format!("`{char}` cannot stand in a word without quotes"), wrong, "it ends the word");
        let fault = if text.contains('"') {
            fault.help("put the whole text between quotes")
        } else {
            fault.fix("put the text between quotes", span, quoted(text))
        };
        self.fault(fault);
        (Scalar::String(Cow::Borrowed(text)), span)
    }

    /// `https://…`: to KDL a word and a comment, which is never meant.
    fn bare_url(&mut self, start: usize) -> (Scalar<'s>, Span) {
        let comment = self.at;
        let mut end = self.at;
        while end < self.bytes.len() && scan::newline(self.bytes, end) + scan::space(self.bytes, end) == 0 {
            end += self.bytes.get(end).map_or(1, |byte| scan::char_len(*byte));
        }
        // A URL may hold `;`, but hardly ends with one.
        let text = self.slice(start, end).trim_end_matches([';', '}']);
        let end = start + text.len();
        self.at = end;
        let span = self.span(start, end);
        let fault = Diagnostic::error(Code::LOAD_BARE_URL, "a URL stands without quotes")
            .at(self.span(comment, end), "`//` begins a comment, so all this would be ignored")
            .fix("quote it", span, quoted(text));
        self.fault(fault);
        (Scalar::String(Cow::Borrowed(text)), span)
    }

    /// `#true` and the others. `None` when no `#` is here.
    pub(super) fn keyword(&mut self) -> Option<(Scalar<'s>, Span)> {
        if self.peek() != Some(b'#') {
            return None;
        }
        let start = self.at;
        let end = scan::word(self.bytes, start + 1);
        let word = self.slice(start, end);
        if let Some(scalar) = keyword(word) {
            self.at = end;
            return Some((scalar, self.span(start, end)));
        }
        if self.hash_comment() {
            return Some((Scalar::Null, self.span(start, start)));
        }
        self.at = scan::run(self.bytes, start);
        let text = self.slice(start, self.at);
        let span = self.span(start, self.at);
        let mut fault =
            syntax(format!("`{text}` is not a keyword"), span, "`#` begins a keyword or a raw string");
        let lower = word.to_lowercase();
        let now = || KEYWORDS.iter().map(|(_, now)| *now);
        fault = match now().find(|now| *now == lower).or_else(|| suggest(&lower, now())) {
            Some(near) => fault.fix(format!("did you mean `{near}`?"), span, near),
            None if text.contains('"') => fault.help("a raw string ends with as many `#` as it begins with"),
            None => fault.fix("quote it if text is meant", span, quoted(text)),
        };
        self.fault(fault);
        Some((Scalar::String(Cow::Borrowed(text)), span))
    }

    /// `# remark`: how YAML, shells and TOML comment. Skips the line.
    fn hash_comment(&mut self) -> bool {
        let start = self.at;
        let mut end = start;
        while self.bytes.get(end) == Some(&b'#') {
            end += 1;
        }
        let after = scan::newline(self.bytes, end) + scan::space(self.bytes, end);
        if end == start || (after == 0 && end < self.bytes.len()) {
            return false;
        }
        let hashes = self.span(start, end);
        let fault = syntax("`#` does not begin a comment", hashes, "KDL's comments begin with `//`").fix(
            "write `//`",
            hashes,
            "//",
        );
        self.fault(fault);
        self.line_comment();
        true
    }

    /// `r"…"` and `r#"…"#`, the raw strings of KDL 1.
    fn old_raw_string(&mut self, word: &str, span: Span) -> Option<Spanned<Cow<'s, str>>> {
        if word != "r" || !matches!(self.peek(), Some(b'"' | b'#')) {
            return None;
        }
        let hashes = self.bytes.iter().skip(self.at).take_while(|byte| **byte == b'#').count();
        if self.peek_at(hashes) != Some(b'"') {
            return None;
        }
        let quote = self.at;
        let text = self.raw(hashes);
        let fault = Diagnostic::error(Code::LOAD_KDL_1, "a raw string begins with `#`, not with `r`")
            .at(span, "KDL 1 wrote it so");
        let fault = if hashes == 0 {
            let old = Span { start: span.start, ..text.span };
            let new = format!("#{}#", self.slice(quote, self.at));
            fault.fix("put a `#` on both sides", old, new)
        } else {
            fault.fix("remove the `r`", span, "")
        };
        self.fault(fault);
        Some(text)
    }
}

fn keyword(word: &str) -> Option<Scalar<'static>> {
    Some(match word {
        "#true" => Scalar::Bool(true),
        "#false" => Scalar::Bool(false),
        "#null" => Scalar::Null,
        "#inf" => Scalar::Float(f64::INFINITY),
        "#-inf" => Scalar::Float(f64::NEG_INFINITY),
        "#nan" => Scalar::Float(f64::NAN),
        _ => return None,
    })
}

/// Digits, perhaps behind a sign, a dot or both.
pub(super) fn looks_like_number(word: &str) -> bool {
    let word = word.strip_prefix(['+', '-']).unwrap_or(word);
    let word = word.strip_prefix('.').unwrap_or(word);
    word.bytes().next().is_some_and(|byte| byte.is_ascii_digit())
}

pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
