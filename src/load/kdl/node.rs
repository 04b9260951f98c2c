//! Nodes: `name arg key=value { children }` and what ends them.

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
        let tag = self.tag();
        let name = self.name();
        let mut node = Node {
            tag,
            span: self.span(start, self.at.max(start)),
            name,
            args: Vec::new(),
            props: Vec::new(),
            children: None,
        };
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
                    } else if !self.anything_to_drop() {
                        return;
                    } else if blocks {
                        return self.entry_after_block(node);
                    } else {
                        let (args, props, end) = (node.args.len(), node.props.len(), node.span.end);
                        spaced = self.entry(node);
                        node.args.truncate(args);
                        node.props.truncate(props);
                        node.span.end = end;
                    }
                }
                Some(b'{') => {
                    let at = self.at;
                    let (children, end) = self.block();
                    if node.children.is_some() {
                        let fault =
                            syntax("a node has two blocks", self.span(at, at + 1), "the second begins here")
                                .and(node.name.span, "the node")
                                .help("put all children into one block, or begin a new node on a new line");
                        self.fault(fault);
                    } else {
                        node.children = Some(children);
                        node.span.end = self.span(end, end).end;
                    }
                    blocks = true;
                    spaced = false;
                }
                Some(_) => match scan::newline(self.bytes, self.at) {
                    0 if blocks => return self.entry_after_block(node),
                    0 => {
                        if !spaced {
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
        }
    }

    /// Something other than a block behind a block; it is read as the next node.
    fn entry_after_block(&mut self, node: &Node<'s>) {
        let fault = if node.children.is_some() {
            let end = Span { start: node.span.end, ..node.span };
            syntax(
                "a node goes on after its block",
                self.char_span(self.at),
                "a newline or `;` must come first",
            )
            .fix("end the node before it", end, ";")
        } else {
            syntax("a value follows a block", self.char_span(self.at), "values come before blocks")
                .help("`/-` comments out the block, which still ends the values of the node")
        };
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
