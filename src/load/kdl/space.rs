//! What stands between things: spaces, newlines, comments, continued lines.

use super::{Parser, scan, syntax};
use crate::diag::{Code, Diagnostic};

impl Parser<'_> {
    /// Skips what may stand within a node: spaces, `/* */`, and `\` with the newline after it. Says whether any did.
    pub(super) fn node_space(&mut self) -> bool {
        let start = self.at;
        loop {
            match self.peek() {
                Some(b' ' | b'\t') => self.at += 1,
                Some(b'/') if self.peek_at(1) == Some(b'*') => self.block_comment(),
                Some(b'\\') => self.continued_line(),
                Some(0xC2..=0xE3) => match scan::space(self.bytes, self.at) {
                    0 => break,
                    len => self.at += len,
                },
                _ => break,
            }
        }
        self.at > start
    }

    /// Skips what may stand between nodes.
    pub(super) fn line_space(&mut self) {
        loop {
            self.node_space();
            match scan::newline(self.bytes, self.at) {
                0 if self.looking_at("//") => self.line_comment(),
                0 => return,
                len => self.at += len,
            }
        }
    }

    /// Skips a `//` comment up to its newline.
    pub(super) fn line_comment(&mut self) {
        self.at = scan::line_end(self.bytes, self.at);
    }

    fn block_comment(&mut self) {
        let start = self.at;
        self.at += 2;
        let mut depth = 1_usize;
        while depth > 0 {
            match self.peek() {
                Some(b'*') if self.peek_at(1) == Some(b'/') => {
                    depth -= 1;
                    self.at += 2;
                }
                Some(b'/') if self.peek_at(1) == Some(b'*') => {
                    depth += 1;
                    self.at += 2;
                }
                Some(byte) => self.at += scan::char_len(byte),
                None => {
                    self.at = self.bytes.len();
                    self.swallowed = true;
                    let fault = Diagnostic::error(Code::LOAD_UNCLOSED, "a comment is not closed")
                        .at(self.span(start, start + 2), "it begins here and goes on to the end of the file")
                        .help("close it with `*/`; comments nest, so every `/*` needs its own");
                    self.fault(fault);
                    return;
                }
            }
        }
    }

    /// `\`, spaces, perhaps a comment, and the newline that does not end the node.
    fn continued_line(&mut self) {
        let start = self.at;
        self.at += 1;
        loop {
            if self.looking_at("/*") {
                self.block_comment();
                continue;
            }
            match scan::space(self.bytes, self.at) {
                0 => break,
                len => self.at += len,
            }
        }
        if self.looking_at("//") {
            self.line_comment();
        }
        match scan::newline(self.bytes, self.at) {
            0 if self.at >= self.bytes.len() => {}
            0 => {
                let fault = syntax(
                    "`\\` does not end its line",
                    self.span(start, start + 1),
                    "only a newline may follow it",
                )
                .help(
                    "a `\\` outside quotes continues a line; quote the text if the character is part of it",
                );
                self.fault(fault);
            }
            len => self.at += len,
        }
    }
}
