//! Arguments, properties and the tags before them.

use std::borrow::Cow;

use super::{Parser, scan, syntax};
use crate::load::{Node, Scalar, Value};
use crate::source::{Span, Spanned};

impl<'s> Parser<'s> {
    /// `(tag)` and the space after it.
    pub(super) fn tag(&mut self) -> Option<Spanned<Cow<'s, str>>> {
        if self.peek() != Some(b'(') {
            return None;
        }
        let open = self.at;
        self.at += 1;
        self.node_space();
        let tag = if self.peek() == Some(b')') {
            let span = self.span(open, self.at + 1);
            let fault = syntax("a tag is empty", span, "nothing stands between the parentheses").fix(
                "remove it",
                span,
                "",
            );
            self.fault(fault);
            Spanned::new(Cow::Borrowed(""), span)
        } else if self.looking_at("/-") {
            let fault =
                syntax("`/-` cannot stand in a tag", self.span(self.at, self.at + 2), "not expected here");
            self.fault(fault);
            self.at = scan::run(self.bytes, self.at);
            Spanned::new(Cow::Borrowed(""), self.span(open, open + 1))
        } else {
            self.tag_name()
        };
        self.node_space();
        if self.peek() == Some(b')') {
            self.at += 1;
        } else if self.bytes.get(self.at.wrapping_sub(1)) != Some(&b')') {
            let fault = syntax(
                "a tag is not closed",
                self.span(open, open + 1),
                "the parenthesis opens here",
            )
            .fix("close it", self.span(self.at, self.at), ")");
            self.fault(fault);
        }
        self.node_space();
        Some(tag)
    }

    /// The name in a tag. A word that is wrong must not swallow the parenthesis.
    fn tag_name(&mut self) -> Spanned<Cow<'s, str>> {
        let start = self.at;
        let wrong = matches!(self.peek(), Some(b'#')) && !self.raw_follows();
        if !wrong {
            return self.name();
        }
        let line = self.slice(start, scan::line_end(self.bytes, start));
        self.at = start + line.find(')').unwrap_or(line.len());
        let span = self.span(start, self.at);
        let fault = syntax("a tag must be a name", span, "not a string");
        self.fault(fault);
        Spanned::new(Cow::Borrowed(self.slice(start, self.at)), span)
    }

    /// One argument or property. Says whether space was skipped behind it.
    pub(super) fn entry(&mut self, node: &mut Node<'s>) -> bool {
        let start = self.at;
        let tag = self.tag();
        let Some((scalar, span)) = self.scalar() else {
            self.no_value(start, tag.is_some());
            return true;
        };
        let end = self.at;
        let spaced = self.node_space();
        if self.peek() != Some(b'=') {
            node.span.end = self.span(end, end).end;
            node.args.reserve_exact(usize::from(node.args.is_empty()));
            node.args.push(Value { tag, scalar, span });
            return spaced;
        }
        let equals = self.at;
        let key = self.key(scalar, span);
        if let Some(tag) = tag {
            let fault = syntax("a tag stands before a key", tag.span, "tags belong to values")
                .help(format!("write it behind the `=`: `{}=({})…`", key.value, tag.value));
            self.fault(fault);
        }
        self.at = equals + 1;
        self.node_space();
        let start = self.at;
        let tag = self.tag();
        let Some((scalar, span)) = self.scalar() else {
            if tag.is_none() && self.at == start {
                self.no_value_after_equals(equals, &key.value);
            } else {
                self.no_value(start, tag.is_some());
            }
            return true;
        };
        node.span.end = self.span(self.at, self.at).end;
        node.props.reserve_exact(usize::from(node.props.is_empty()));
        node.props.push((key, Value { tag, scalar, span }));
        false
    }

    /// A key has to be a string.
    fn key(&mut self, scalar: Scalar<'s>, span: Span) -> Spanned<Cow<'s, str>> {
        let written = self.slice(span.start as usize, span.end as usize);
        if let Scalar::String(text) = scalar {
            return Spanned::new(text, span);
        }
        // What `true=1` said about its `#` would mislead: here quotes mend it.
        self.faults.retain(|fault| fault.primary.as_ref().map(|label| label.span) != Some(span));
        let fault = syntax(format!("`{written}` cannot be a key without quotes"), span, "not a string").fix(
            "quote it",
            span,
            format!("\"{written}\""),
        );
        self.fault(fault);
        Spanned::new(Cow::Borrowed(written), span)
    }

    /// A string, number or keyword. `None`, without a fault, when nothing of the kind begins here.
    fn scalar(&mut self) -> Option<(Scalar<'s>, Span)> {
        if let Some(text) = self.quoted_or_raw() {
            return Some((Scalar::String(text.value), text.span));
        }
        if let Some(value) = self.word_value() {
            return Some(value);
        }
        if let Some(value) = self.keyword() {
            return Some(value);
        }
        if self.value_is_missing() || self.looking_at("/-") || self.peek() == Some(b'=') {
            return None;
        }
        let text = self.unexpected_text();
        Some((Scalar::String(text.value), text.span))
    }

    fn value_is_missing(&self) -> bool {
        matches!(self.peek(), None | Some(b';' | b'{' | b'}'))
            || scan::newline(self.bytes, self.at) > 0
            || self.looking_at("//")
    }

    fn no_value_after_equals(&mut self, equals: usize, key: &str) {
        let span = self.span(equals, equals + 1);
        let fault = if self.looking_at("/-") {
            self.at += 2;
            syntax(
                "`/-` cannot comment out a value alone",
                self.span(self.at - 2, self.at),
                "not expected here",
            )
            .help("put it before the key to comment out the whole property")
        } else if self.peek() == Some(b'=') {
            self.at += 1;
            syntax("`=` stands twice", self.span(equals, self.at), "one is enough").fix(
                "remove one",
                self.span(equals, self.at),
                "=",
            )
        } else {
            syntax(format!("`{key}` has no value"), span, "a value must follow the `=`")
                .help("write it directly behind; `\"\"` is the empty text and `#null` is nothing")
        };
        self.fault(fault);
    }

    /// No value where one must be: after a tag, or `=` alone.
    fn no_value(&mut self, start: usize, tagged: bool) {
        let fault = if tagged {
            if self.looking_at("/-") {
                self.at += 2;
            }
            syntax("a tag has no value", self.span(start, self.at.max(start)), "a value must follow it")
        } else {
            let span = self.char_span(start);
            self.at = start + usize::from(self.peek() == Some(b'='));
            syntax("a `=` has no key", span, "a key must come directly before it").fix(
                "remove it: a node's values follow its name after a space",
                span,
                "",
            )
        };
        self.fault(fault);
    }
}
