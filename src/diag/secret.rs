//! What may be a secret in the files stays out of every message, whichever diagnostic shows the line.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use super::likely;
use crate::diag::Diagnostic;
use crate::source::{SourceId, SourceMap, Span};

/// What stands in a message for a secret.
const MASK: &str = "***";
/// How far around a place its line is read, in bytes.
const NEAR: usize = 2_000;
/// A shorter text is no secret, and would be found in any word.
const SHORTEST: usize = 4;

/// Every place that some diagnostic hides.
pub(super) fn hidden(diagnostics: &[Diagnostic]) -> Vec<Span> {
    diagnostics.iter().flat_map(|diagnostic| diagnostic.hidden.iter().copied()).collect()
}

/// A part of a file, from `start` on, with `*` for each byte of what must not be shown, so that offsets stay. A line
/// break stays one.
pub(super) fn covered<'a>(text: &'a str, start: usize, file: SourceId, hidden: &[Span]) -> Cow<'a, str> {
    let clip = |offset: u32| (offset as usize).saturating_sub(start).min(text.len());
    let told = hidden.iter().filter(|span| span.source == file).map(|span| clip(span.start)..clip(span.end));
    let mut bytes: Option<Vec<u8>> = None;
    for Range { start, end } in likely::ranges(text, file.syntax()).into_iter().chain(told) {
        if start >= end {
            continue;
        }
        let bytes = bytes.get_or_insert_with(|| text.as_bytes().to_vec());
        for byte in bytes.iter_mut().take(end).skip(start) {
            *byte = if *byte == b'\n' { b'\n' } else { b'*' };
        }
    }
    // Ranges begin and end at characters, so that what is left is text.
    bytes.map_or(Cow::Borrowed(text), |bytes| Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()))
}

/// What is probably a secret in the lines that a diagnostic points at: no word of it may repeat that.
pub(super) struct Veil(BTreeSet<String>);

impl Veil {
    /// Reads the lines.
    pub(super) fn of(diagnostic: &Diagnostic, sources: &SourceMap) -> Self {
        let labels = diagnostic.primary.iter().chain(&diagnostic.others).map(|label| label.span);
        let edits = diagnostic.help.iter().flat_map(|help| &help.edits).map(|edit| edit.span);
        let mut secrets = BTreeSet::new();
        for span in labels.chain(edits) {
            let text: &str = sources.text(span.source);
            let at = text.floor_char_boundary(span.start as usize);
            // A line of a megabyte is not read whole for every message about it.
            let from = text.floor_char_boundary(at.saturating_sub(NEAR));
            let to = text.floor_char_boundary(at + NEAR);
            let start = text[from..at].rfind('\n').map_or(from, |found| from + found + 1);
            let end = text[at..to].find('\n').map_or(to, |found| at + found);
            let line = &text[start..end];
            for range in likely::ranges(line, span.syntax()) {
                let secret = line[range].trim_matches(['"', '\'', '#', ' ']);
                if secret.len() >= SHORTEST {
                    secrets.insert(secret.to_owned());
                }
            }
        }
        Self(secrets)
    }

    /// A text without any of them, also where it was cut short.
    pub(super) fn over<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut text = Cow::Borrowed(text);
        for secret in &self.0 {
            let cut: String = secret.chars().take(40).collect();
            if text.contains(cut.as_str()) {
                let rest: String = secret.chars().skip(40).collect();
                let whole = text.replace(secret.as_str(), MASK);
                text = Cow::Owned(if rest.is_empty() { whole } else { whole.replace(cut.as_str(), MASK) });
            }
        }
        text
    }

    /// Whether a text repeats one of them.
    pub(super) fn hides(&self, text: &str) -> bool {
        self.0.iter().any(|secret| text.contains(secret.as_str()))
    }
}
