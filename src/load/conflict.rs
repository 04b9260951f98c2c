//! A merge that was not finished: what git writes into a file where two sides differ.

use crate::diag::{Code, Diagnostic};
use crate::source::{SourceId, Span};

/// The first conflict of a file: `<<<<<<<`, `=======` and `>>>>>>>`, each at the beginning of a line, in this order.
pub(super) fn find(source: SourceId, text: &str) -> Option<Diagnostic> {
    let ours = line(text, 0, "<<<<<<<")?;
    let middle = line(text, ours.end as usize, "=======")?;
    let theirs = line(text, middle.end as usize, ">>>>>>>")?;
    let more = text[theirs.end as usize..].split('\n').filter(|line| line.starts_with("<<<<<<< ")).count();
    let span = |place: std::ops::Range<u32>| Span { source, start: place.start, end: place.end };
    let fault = Diagnostic::error(Code::LOAD_MERGE_CONFLICT, "a merge was not finished")
        .at(span(ours), "one side begins here")
        .and(span(middle), "the other side")
        .and(span(theirs), "its end")
        .help("keep what is meant of both sides, remove these three lines, and commit");
    Some(if more > 0 { fault.note(format!("{more} more follow in this file")) } else { fault })
}

/// The next line that begins with a marker: seven characters, and then a space or nothing.
fn line(text: &str, from: usize, marker: &str) -> Option<std::ops::Range<u32>> {
    let mut at = from;
    loop {
        let found = at + text.get(at..)?.find(marker)?;
        let end = found + marker.len();
        let begins = found == 0 || text[..found].ends_with('\n') || text[..found] == *"\u{FEFF}";
        if begins && matches!(text.as_bytes().get(end), None | Some(b' ' | b'\r' | b'\n')) {
            return Some(u32::try_from(found).ok()?..u32::try_from(end).ok()?);
        }
        at = end;
    }
}
