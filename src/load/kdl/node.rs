//! Nodes: `name arg key=value { children }` and what ends them.

use super::word::looks_like_number;
use super::{Parser, scan, syntax};
use crate::load::Node;
use crate::source::Span;

impl<'s> Parser<'s> {
    /// The nodes up to the brace that closes the block around them, or to the end of the file.
    pub(super) fn nodes(&mut self) -> Vec<Node<'s>> {
        let mut nodes: Vec<Node<'s>> = Vec::new();
        loop {
            self.line_space();
            match self.peek() {
                None => return nodes,
                Some(b'}') if !self.open.is_empty() => return nodes,
                Some(b'}') => {
                    let fault = syntax(
                        "a `}` closes no block",
                        self.char_span(self.at),
                        "nothing is open here",
                    )
                    .fix("remove it", self.char_span(self.at), "");
                    self.fault(fault);
                    self.at += 1;
                }
                Some(b';') => {
                    let span = self.char_span(self.at);
                    let fault = syntax("a `;` ends no node", span, "there is nothing before it").fix(
                        "remove it",
                        span,
                        "",
                    );
                    self.fault(fault);
                    self.at += 1;
                }
                Some(b'{') => self.block_without_node(nodes.last_mut()),
                Some(_) => {
                    let before = self.at;
                    if let Some(node) = self.node() {
                        nodes.push(node);
                    }
                    // Whatever the text is, the parser moves on.
                    if self.at == before {
                        self.at += self.peek().map_or(1, scan::char_len);
                    }
                }
            }
        }
    }

    /// `{` at the start of a line: in other languages it would belong to the line before.
    fn block_without_node(&mut self, last: Option<&mut Node<'s>>) {
        let span = self.char_span(self.at);
        let mut fault = syntax("a block has no node", span, "this begins a block");
        fault = match &last {
            Some(node) if node.children.is_none() => {
                let gap = Span { start: node.span.end, ..span };
                fault.and(node.span, "a newline ends this node").fix(
                    "put the `{` on the line of its node",
                    gap,
                    " {",
                )
            }
            _ => fault.help("write the name of a node before it"),
        };
        self.fault(fault);
        let (children, end) = self.block();
        if let Some(node) = last
            && node.children.is_none()
        {
            node.children = Some(children);
            node.span.end = self.span(end, end).end;
        }
    }

    /// One node with what ends it; `None` when it is commented out by `/-`.
    fn node(&mut self) -> Option<Node<'s>> {
        let dropped = self.slashdash();
        if dropped && !self.anything_to_drop() {
            return None;
        }
        let start = self.at;
        let reported = self.reported;
        let tag = self.tag();
        if self.reported > reported && self.nothing_follows() {
            return None;
        }
        let name = self.name();
        let span = self.span(start, self.at);
        let mut node = Node { tag, span, name, args: Vec::new(), props: Vec::new(), children: None };
        self.rest(&mut node);
        (!dropped).then_some(node)
    }

    /// Entries and blocks of a node, and its end.
    fn rest(&mut self, node: &mut Node<'s>) {
        // After a block, commented out or not, only blocks may follow.
        let mut blocks = false;
        let mut spaced = false;
        loop {
            let gap = self.at;
            spaced |= self.node_space();
            match self.peek() {
                None | Some(b'}') => return,
                Some(b';') => {
                    self.at += 1;
                    return;
                }
                Some(b'/') if self.peek_at(1) == Some(b'/') => return self.line_comment(),
                Some(b'/') if self.peek_at(1) == Some(b'-') => {
                    self.slashdash();
                    if self.peek() == Some(b'{') {
                        self.block();
                        blocks = true;
                        spaced = false;
                    } else if self.anything_to_drop() {
                        if blocks {
                            self.value_after_block();
                        }
                        spaced = self.dropped_entry(node);
                    } else {
                        return;
                    }
                }
                Some(b'{') => {
                    self.own_block(node);
                    blocks = true;
                    spaced = false;
                }
                Some(byte) => match scan::newline(self.bytes, self.at) {
                    0 if blocks && self.begins_node() => return self.node_after_block(node),
                    0 => {
                        if blocks {
                            self.value_after_block();
                        } else if !spaced && byte != b'=' {
                            self.missing_space(gap);
                        }
                        spaced = self.entry(node);
                    }
                    len => {
                        self.at += len;
                        return;
                    }
                },
            }
            if self.at == gap {
                self.at += self.peek().map_or(1, scan::char_len);
            }
        }
    }

    fn own_block(&mut self, node: &mut Node<'s>) {
        let at = self.at;
        let (children, end) = self.block();
        if node.children.is_none() {
            node.children = Some(children);
            node.span.end = self.span(end, end).end;
            return;
        }
        let fault = syntax("a node has two blocks", self.span(at, at + 1), "the second begins here")
            .and(node.name.span, "the node")
            .help("put all children into one block, or begin a new node on a new line");
        self.fault(fault);
    }

    /// Reads an entry that `/-` comments out: its faults count, it does not.
    fn dropped_entry(&mut self, node: &mut Node<'s>) -> bool {
        let (args, props, end) = (node.args.len(), node.props.len(), node.span.end);
        let spaced = self.entry(node);
        node.args.truncate(args);
        node.props.truncate(props);
        node.span.end = end;
        spaced
    }

    /// Whether what stands behind a block can only have been meant as the next node.
    fn begins_node(&self) -> bool {
        let word = scan::word(self.bytes, self.at);
        let text = self.slice(self.at, word);
        let name = matches!(self.peek(), Some(b'"' | b'(')) || (!text.is_empty() && !looks_like_number(text));
        name && self.bytes.get(word) != Some(&b'=')
    }

    fn node_after_block(&mut self, node: &Node<'s>) {
        let end = node.children.as_ref().map(|_| Span { start: node.span.end, ..node.span });
        let at = self.char_span(self.at);
        let fault = syntax("a node goes on after its block", at, "a newline or `;` must come first");
        let place = end.unwrap_or(Span { end: at.start, ..at });
        self.fault(fault.fix("end the node before it", place, ";"));
    }

    fn value_after_block(&mut self) {
        let at = self.char_span(self.at);
        let fault = syntax("a value follows a block", at, "values come before blocks")
            .help("a block ends the values of its node, also when `/-` comments it out");
        self.fault(fault);
    }

    fn missing_space(&mut self, at: usize) {
        let span = self.span(at, at);
        let fault = syntax("a space is missing", self.char_span(at), "a space must come before this").fix(
            "insert one",
            span,
            " ",
        );
        self.fault(fault);
    }

    /// `/-` and the space after it.
    pub(super) fn slashdash(&mut self) -> bool {
        if !self.looking_at("/-") {
            return false;
        }
        self.at += 2;
        self.line_space();
        true
    }

    /// Whether something follows a `/-` that it can comment out.
    fn anything_to_drop(&mut self) -> bool {
        let message = match self.peek() {
            None | Some(b'}' | b';') => "`/-` comments out nothing",
            Some(b'/') if self.peek_at(1) == Some(b'-') => "`/-` stands before another `/-`",
            _ => return true,
        };
        let found = self.text.get(..self.at).and_then(|text| text.rfind("/-")).unwrap_or(self.at);
        let span = self.span(found, found + 2);
        let fault =
            syntax(message, span, "a node, a value or a block must follow").fix("remove it", span, "");
        self.fault(fault);
        false
    }
}
