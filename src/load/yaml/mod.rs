//! YAML 1.2 text to nodes: the events of `saphyr-parser` become the tree that KDL becomes, spans everywhere.
//!
//! What is not in the tree is refused where it stands: anchors and aliases, tags, merge keys, directives, a second
//! document, and words that YAML 1.1 takes for something else. The grammar's first fault ends a file; what stands before
//! it is kept, and the faults of meaning before it are reported with it.

mod duplicate;
mod fault;
mod grammar;
mod offset;
mod plain;
mod tree;

use saphyr_parser::Parser;

use crate::diag::Diagnostics;
use crate::load::{Document, control};
use crate::source::SourceId;
use tree::{Next, Tree};

/// Maps and lists within one another that are read; the language itself needs eight.
pub const MAX_DEPTH: usize = 64;

/// Parses one file. What could be understood is in the document, what could not is in the diagnostics.
pub fn parse<'s>(source: SourceId, text: &'s str) -> (Document<'s>, Diagnostics) {
    let mut faults = Diagnostics::default();
    control::refuse(source, text, &mut faults);
    let body = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut tree = Tree::new(source, text, body, faults);
    tree.refuse_directives();
    for event in Parser::new_from_str(body) {
        match event {
            Ok((event, span)) => match tree.event(event, span) {
                Next::Event => {}
                Next::Stop => break,
            },
            Err(error) => {
                tree.broken(&error);
                break;
            }
        }
    }
    tree.finish()
}
