//! Events to the tree.

use std::borrow::Cow;

use saphyr_parser::{Event, ScalarStyle, ScanError};

use super::offset::Offsets;
use super::plain::plain;
use super::{MAX_DEPTH, duplicate, fault, grammar};
use crate::diag::{Diagnostic, Diagnostics};
use crate::load::{Document, ITEM, LIST, Node, Scalar, Value};
use crate::source::{SourceId, Span, Spanned};

/// What to do after an event.
pub(super) enum Next {
    /// Go on.
    Event,
    /// The rest of the file cannot be understood, and that was said.
    Stop,
}

/// What an event, or several, became.
enum Built<'s> {
    Scalar(Value<'s>),
    Map(Vec<Node<'s>>, Span),
    List(Vec<Self>, Span),
}

/// A map or list that is not closed yet.
enum Frame<'s> {
    Map { start: Span, nodes: Vec<Node<'s>>, key: Option<Spanned<Cow<'s, str>>> },
    List { start: Span, items: Vec<Built<'s>> },
}

/// The tree so far.
pub(super) struct Tree<'s> {
    source: SourceId,
    text: &'s str,
    offsets: Offsets<'s>,
    open: Vec<Frame<'s>>,
    root: Option<Built<'s>>,
    documents: usize,
    faults: Diagnostics,
}

impl<'s> Tree<'s> {
    /// `body` is the text without its byte order mark.
    pub(super) fn new(source: SourceId, text: &'s str, body: &'s str, faults: Diagnostics) -> Self {
        let offsets = Offsets::new(body, text.len() - body.len());
        Self { source, text, offsets, open: Vec::new(), root: None, documents: 0, faults }
    }

    /// `%YAML 1.1` would change what words mean, and `%TAG` names what is refused: both come before the document.
    pub(super) fn refuse_directives(&mut self) {
        let mut at = 0;
        for line in self.text.split_inclusive('\n') {
            let word = line.trim_start_matches('\u{FEFF}').trim();
            if word.starts_with('%') && word != "%YAML 1.2" {
                let start = at + line.find('%').unwrap_or_default();
                self.faults.push(fault::directive(self.span(start, start + word.len())));
            } else if !word.is_empty() && !word.starts_with('#') && !word.starts_with('%') {
                break;
            }
            at += line.len();
        }
    }

    /// Takes an event.
    pub(super) fn event(&mut self, event: Event<'s>, span: saphyr_parser::Span) -> Next {
        let span = self.span(self.offsets.byte(span.start.index()), self.offsets.byte(span.end.index()));
        match event {
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    self.faults.push(fault::second_document(span));
                    return Next::Stop;
                }
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_marks(span, anchor, tag.is_some());
                return self.scalar(text, style, self.without_blanks(style, span));
            }
            Event::Alias(_) => {
                self.faults.push(fault::alias(span));
                return self.scalar(Cow::Borrowed("~"), ScalarStyle::Plain, span);
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse_marks(span, anchor, tag.is_some());
                return self.begin(Frame::Map { start: span, nodes: Vec::new(), key: None }, span);
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse_marks(span, anchor, tag.is_some());
                return self.begin(Frame::List { start: span, items: Vec::new() }, span);
            }
            Event::MappingEnd | Event::SequenceEnd => self.end(Some(span)),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        Next::Event
    }

    /// Says what the scanner could not go on with.
    pub(super) fn broken(&mut self, error: &ScanError) {
        let at = self.offsets.byte(error.marker().index());
        if self.text.contains('\0') || (error.info().contains("unprintable") && !self.faults.is_empty()) {
            // The character was refused already; a NUL is the end for the scanner, whatever was open.
            return;
        }
        let opened = self.open.iter().rev().find_map(|frame| {
            let (Frame::Map { start, .. } | Frame::List { start, .. }) = frame;
            self.is_flow(*start).then_some(*start)
        });
        let fault = grammar::fault(error.info(), self.text, self.source, at, opened);
        self.faults.push(fault);
    }

    /// The document; what was left open ends here.
    pub(super) fn finish(mut self) -> (Document<'s>, Diagnostics) {
        while !self.open.is_empty() {
            self.end(None);
        }
        let nodes = match self.root {
            Some(Built::Map(nodes, _)) => nodes,
            None | Some(Built::Scalar(Value { scalar: Scalar::Null, .. })) => Vec::new(),
            // What is broken may have been meant as a map.
            Some(_) if !self.faults.is_empty() => Vec::new(),
            Some(Built::Scalar(Value { span, .. })) => {
                self.faults.push(fault::no_map("text", span));
                Vec::new()
            }
            Some(Built::List(_, span)) => {
                self.faults.push(fault::no_map("a list", span));
                Vec::new()
            }
        };
        (Document { source: self.source, nodes }, self.faults)
    }

    /// Text between quotes ends with its quote; the scanner looks for what follows before it tells.
    fn without_blanks(&self, style: ScalarStyle, span: Span) -> Span {
        let quote = match style {
            ScalarStyle::SingleQuoted => '\'',
            ScalarStyle::DoubleQuoted => '"',
            ScalarStyle::Plain | ScalarStyle::Literal | ScalarStyle::Folded => return span,
        };
        let text = self.text.get(span.start as usize..span.end as usize).unwrap_or_default();
        match text.rfind(quote) {
            Some(end) => self.span(span.start as usize, span.start as usize + end + 1),
            None => span,
        }
    }

    fn scalar(&mut self, text: Cow<'s, str>, style: ScalarStyle, span: Span) -> Next {
        if let Some(Frame::Map { key: key @ None, .. }) = self.open.last_mut() {
            if style == ScalarStyle::Plain && text == "<<" {
                self.faults.push(fault::merge(span));
            } else if style == ScalarStyle::Plain && text.is_empty() {
                self.faults.push(fault::no_key(span));
            }
            *key = Some(Spanned::new(text, span));
            return Next::Event;
        }
        let scalar = if style == ScalarStyle::Plain {
            plain(text.clone()).unwrap_or_else(|trap| {
                self.faults.push(fault::trap(trap, &text, span));
                Scalar::String(text)
            })
        } else {
            Scalar::String(text)
        };
        self.put(Built::Scalar(Value { tag: None, scalar, span }));
        Next::Event
    }

    fn begin(&mut self, frame: Frame<'s>, span: Span) -> Next {
        if matches!(self.open.last(), Some(Frame::Map { key: None, .. })) {
            self.faults.push(fault::key_no_text(span));
            return Next::Stop;
        }
        if self.open.len() >= MAX_DEPTH {
            self.faults.push(fault::too_deep(MAX_DEPTH, span));
            return Next::Stop;
        }
        self.open.push(frame);
        Next::Event
    }

    /// Closes the innermost map or list. Where no bracket does, it ends with the last thing in it.
    fn end(&mut self, closing: Option<Span>) {
        let built = match self.open.pop() {
            Some(Frame::Map { start, mut nodes, .. }) => {
                duplicate::refuse(&mut nodes, &mut self.faults);
                let last = nodes.last().map(|node| node.span);
                let span = self.whole(start, nodes.first().map(|node| node.span), last, closing);
                Built::Map(nodes, span)
            }
            Some(Frame::List { start, items }) => {
                let span = self.whole(start, None, items.last().map(Built::span), closing);
                Built::List(items, span)
            }
            None => return,
        };
        self.put(built);
    }

    fn whole(&self, start: Span, first: Option<Span>, last: Option<Span>, closing: Option<Span>) -> Span {
        if self.is_flow(start) {
            return closing.or(last).map_or(start, |end| start.to(end));
        }
        let start = first.unwrap_or(start);
        last.map_or(start, |last| start.to(last))
    }

    fn is_flow(&self, start: Span) -> bool {
        matches!(self.text.as_bytes().get(start.start as usize), Some(b'{' | b'['))
    }

    fn put(&mut self, built: Built<'s>) {
        match self.open.last_mut() {
            Some(Frame::Map { nodes, key, .. }) => {
                if let Some(name) = key.take() {
                    nodes.push(node(name, built));
                }
            }
            Some(Frame::List { items, .. }) => items.push(built),
            None => self.root = Some(built),
        }
    }

    /// Anchors and tags stand before what they belong to.
    fn refuse_marks(&mut self, span: Span, anchor: usize, tag: bool) {
        if anchor != 0 {
            let place = self.mark_at('&', span);
            self.faults.push(fault::anchor(place));
        }
        if tag {
            let place = self.mark_at('!', span);
            let word = self.text.get(place.start as usize..place.end as usize).unwrap_or_default();
            let fault: Diagnostic = fault::tag(word, place);
            self.faults.push(fault);
        }
    }

    /// The word that begins with a mark and belongs to what begins at a place: among the words there, or before it.
    fn mark_at(&self, mark: char, span: Span) -> Span {
        let mut start = span.start as usize;
        while let Some(rest) = self.text.get(start..).filter(|rest| rest.starts_with(['&', '!'])) {
            let len = rest.find(|c: char| c.is_whitespace() || ",]}".contains(c)).unwrap_or(rest.len());
            if rest.starts_with(mark) {
                return self.span(start, start + len);
            }
            start += len + rest[len..].len() - rest[len..].trim_start().len();
        }
        let before = self.text.get(..span.start as usize).unwrap_or_default();
        let word = before.char_indices().rev().take(500).filter(|(_, char)| *char == mark).find(|(at, _)| {
            let previous = before[..*at].chars().next_back();
            previous.is_none_or(|char| char.is_whitespace() || "[{,".contains(char))
        });
        let Some((start, _)) = word else { return span };
        let rest = &self.text[start..];
        let len = rest.find(|c: char| c.is_whitespace() || ",]}".contains(c)).unwrap_or(rest.len());
        self.span(start, start + len)
    }

    /// A span of this file. Files are far smaller than 4 GiB (`FILE_LIMIT`).
    fn span(&self, start: usize, end: usize) -> Span {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span { source: self.source, start: offset(start), end: offset(end.max(start)) }
    }
}

impl Built<'_> {
    const fn span(&self) -> Span {
        match self {
            Self::Scalar(value) => value.span,
            Self::Map(_, span) | Self::List(_, span) => *span,
        }
    }
}

/// A key with what stands behind it.
fn node<'s>(name: Spanned<Cow<'s, str>>, built: Built<'s>) -> Node<'s> {
    let span = name.span.to(built.span());
    let mut node = Node { tag: None, args: Vec::new(), props: Vec::new(), children: None, span, name };
    match built {
        Built::Scalar(mut value) => {
            if value.span.start == value.span.end {
                // Nothing was written: the key is what people can look at, wherever the scanner is by now.
                value.span = node.name.span;
                node.span = node.name.span;
            }
            node.args.push(value);
        }
        Built::Map(nodes, _) => node.children = Some(nodes),
        Built::List(items, span) => {
            node.tag = Some(Spanned::new(Cow::Borrowed(LIST), span));
            if items.iter().all(|item| matches!(item, Built::Scalar(_))) {
                node.args = items
                    .into_iter()
                    .filter_map(|item| if let Built::Scalar(value) = item { Some(value) } else { None })
                    .collect();
            } else {
                let item = |item: Built<'s>| node_of_item(item);
                node.children = Some(items.into_iter().map(item).collect());
            }
        }
    }
    node
}

fn node_of_item(item: Built<'_>) -> Node<'_> {
    let place = item.span();
    node(Spanned::new(Cow::Borrowed(ITEM), place), item)
}
