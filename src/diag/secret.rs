//! What may be a secret in the files stays out of every snippet, whichever diagnostic shows the line.

use std::borrow::Cow;

use crate::diag::Diagnostic;
use crate::source::{SourceId, Span};

/// Every place that some diagnostic hides.
pub(super) fn hidden(diagnostics: &[Diagnostic]) -> Vec<Span> {
    diagnostics.iter().flat_map(|diagnostic| diagnostic.hidden.iter().copied()).collect()
}

/// A part of a file, from `start` on, with `*` for each byte of what must not be shown, so that offsets stay. A line
/// break stays one.
pub(super) fn covered<'a>(text: &'a str, start: usize, file: SourceId, hidden: &[Span]) -> Cow<'a, str> {
    let clip = |offset: u32| (offset as usize).saturating_sub(start).min(text.len());
    let mut bytes: Option<Vec<u8>> = None;
    for span in hidden.iter().filter(|span| span.source == file && clip(span.start) < clip(span.end)) {
        let bytes = bytes.get_or_insert_with(|| text.as_bytes().to_vec());
        for byte in bytes.iter_mut().take(clip(span.end)).skip(clip(span.start)) {
            *byte = if *byte == b'\n' { b'\n' } else { b'*' };
        }
    }
    // Spans begin and end at characters, so that what is left is text.
    bytes.map_or(Cow::Borrowed(text), |bytes| Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()))
}
