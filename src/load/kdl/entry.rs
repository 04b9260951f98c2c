//! Arguments, properties and the tags before them.

use std::borrow::Cow;

use super::{Parser, on_line, scan, syntax};
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
            let fault =
                syntax("a tag is not closed", self.span(open, open + 1), "the parenthesis opens here");
            let fault = if self.nothing_follows() {
                fault.help("close it with `)` and write what it belongs to behind")
            } else {
                fault.fix("close it", self.span(self.at, self.at), ")")
            };
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
        let found = on_line(self.bytes, start, b')', &mut self.barren.parenthesis);
        self.at = found.unwrap_or_else(|| self.barren.parenthesis.max(start));
        let span = self.span(start, self.at);
        let fault = syntax("a tag must be a name", span, "not a string");
        self.fault(fault);
        Spanned::new(Cow::Borrowed(self.slice(start, self.at)), span)
    }

    /// One argument or property. Says whether space was skipped behind it.
    pub(super) fn entry(&mut self, node: &mut Node<'s>) -> bool {
        let start = self.at;
        let reported = self.reported;
        let tag = self.tag();
        let Some((scalar, span)) = self.scalar() else {
            match tag {
                Some(_) => self.tag_without_value(start, reported),
                None => self.equals_without_key(node),
            }
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
        let apart = self.node_space();
        let start = self.at;
        let reported = self.reported;
        let tag = self.tag();
        let Some((mut scalar, mut span)) = self.scalar() else {
            match tag {
                Some(_) => self.tag_without_value(start, reported),
                None => self.equals_without_value(equals, &key.value),
            }
            return true;
        };
        if self.peek() == Some(b'=') && tag.is_none() && self.reported == reported {
            if apart {
                // `sites= users=3`: what stands here is the next key.
                self.at = start;
                self.equals_without_value(equals, &key.value);
                return true;
            }
            (scalar, span) = self.broken_word(start);
        }
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
        self.faults.take_back(|fault| fault.primary.as_ref().map(|label| label.span) == Some(span));
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
        if self.nothing_follows() || self.looking_at("/-") || self.peek() == Some(b'=') {
            return None;
        }
        let text = self.unexpected_text();
        Some((Scalar::String(text.value), text.span))
    }

    /// Whether the node or its entries end here.
    pub(super) fn nothing_follows(&self) -> bool {
        matches!(self.peek(), None | Some(b';' | b'{' | b'}'))
            || scan::newline(self.bytes, self.at) > 0
            || self.looking_at("//")
    }

    fn equals_without_value(&mut self, equals: usize, key: &str) {
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
            syntax(
                format!("`{key}` has no value"),
                self.span(equals, equals + 1),
                "a value must follow the `=`",
            )
            .help("`\"\"` is the empty text and `#null` is nothing")
        };
        self.fault(fault);
    }

    fn tag_without_value(&mut self, start: usize, reported: usize) {
        if self.looking_at("/-") {
            self.at += 2;
        }
        if self.reported == reported {
            let span = self.span(start, self.at.max(start));
            self.fault(syntax("a tag has no value", span, "a value must follow it"));
        }
    }

    /// `host = "a"`, as TOML would have it, or an `=` that strayed.
    fn equals_without_key(&mut self, node: &Node<'s>) {
        let start = self.at;
        while self.peek() == Some(b'=') {
            self.at += 1;
        }
        let span = self.span(start, self.at.max(start));
        self.node_space();
        let before = node.span.end as usize;
        let fault = if node.args.is_empty() && node.props.is_empty() {
            syntax("a `=` follows the name of a node", span, "only between a key and its value").fix(
                "a node's values follow its name after a space",
                self.span(before, self.at.max(before)),
                " ",
            )
        } else {
            syntax("a `=` has no key", span, "a key must come directly before it").fix("remove it", span, " ")
        };
        self.fault(fault);
    }
}
