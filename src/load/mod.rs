//! 1. World to Documents: text into one spanned tree. Never fails on bad text: a tree and diagnostics, side by side.

mod conflict;
mod control;
pub mod kdl;
mod node;
mod read;
pub mod yaml;

use rayon::prelude::*;

use crate::diag::Diagnostics;
use crate::source::{SourceId, SourceMap, Syntax};

pub use node::{Document, ITEM, LIST, Node, Scalar, Value};
pub use read::read;

/// Files from which on it pays to share the work among threads.
const MANY: usize = 32;

/// Parses every file by its ending. The documents are in the order of the files; each holds what could be understood.
pub fn parse<'s>(sources: &'s SourceMap, diagnostics: &mut Diagnostics) -> Vec<Document<'s>> {
    let ids: Vec<SourceId> = sources.ids().filter(|id| !sources.is_excerpt(*id)).collect();
    let parsed: Vec<_> = if ids.len() < MANY {
        ids.into_iter().map(|id| parse_one(sources, id)).collect()
    } else {
        ids.into_par_iter().map(|id| parse_one(sources, id)).collect()
    };
    let mut documents = Vec::with_capacity(parsed.len());
    for (document, faults) in parsed {
        diagnostics.extend(faults);
        documents.push(document);
    }
    documents
}

fn parse_one(sources: &SourceMap, id: SourceId) -> (Document<'_>, Diagnostics) {
    if let Some(fault) = conflict::find(id, sources.text(id)) {
        // What the grammar makes of the markers would hide what they are.
        let mut faults = Diagnostics::default();
        faults.push(fault);
        return (Document { source: id, nodes: Vec::new() }, faults);
    }
    match id.syntax() {
        Syntax::Kdl => kdl::parse(id, sources.text(id)),
        Syntax::Yaml => yaml::parse(id, sources.text(id)),
    }
}
