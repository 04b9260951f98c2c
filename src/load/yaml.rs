//! YAML text to nodes: this version says that it cannot.

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::load::Document;
use crate::source::{SourceId, Span};

/// Refuses the file, so that what it declares is not taken for removed.
pub(super) fn parse<'s>(source: SourceId, path: &str, text: &'s str) -> (Document<'s>, Diagnostics) {
    let blank = text.len() - text.trim_start().len();
    let line = text.trim_start().lines().next().unwrap_or_default().trim_end();
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let span = Span { source, start: offset(blank), end: offset(blank + line.len()) };
    let fault = Diagnostic::error(
        Code::LOAD_YAML,
        format!("`{path}` is YAML, which is read from the next release on"),
    )
    .at(span, "nothing in this file is understood")
    .help("write it in KDL, or list the file in `.gitignore` if it is none of the fleet's");
    (Document { source, nodes: Vec::new() }, [fault].into_iter().collect())
}
