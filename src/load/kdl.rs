//! KDL 2 text to nodes.

use crate::diag::Diagnostics;
use crate::load::Document;
use crate::source::SourceId;

/// Parses one file. What could be understood is in the document, what could not is in the diagnostics.
pub fn parse<'s>(source: SourceId, text: &'s str) -> (Document<'s>, Diagnostics) {
    let _ = text;
    (Document { source, nodes: Vec::new() }, Diagnostics::default())
}
