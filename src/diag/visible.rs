//! Text that comes from outside, made harmless: no terminal obeys it, and nothing in it is invisible.

use std::borrow::Cow;

/// For messages, labels and paths: one line; control characters and the like as `\u{…}`.
pub(super) fn one_line(text: &str) -> Cow<'_, str> {
    if !text.chars().any(hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for char in text.chars() {
        match char {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            char if hidden(char) => out.extend(char.escape_unicode()),
            char => out.push(char),
        }
    }
    Cow::Owned(out)
}

/// For lines of files: one column stays one column. The printer itself does tabs and the control characters of ASCII.
pub(super) fn source(text: &str) -> Cow<'_, str> {
    let hidden = |char: char| !char.is_ascii() && hidden(char);
    if text.is_ascii() || !text.chars().any(hidden) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|char| if hidden(char) { '\u{FFFD}' } else { char }).collect())
}

/// For what others wrote and we print on a terminal: one character stays one.
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars().map(|char| if hidden(char) { '\u{FFFD}' } else { char }).collect()
}

/// Control characters, and what changes direction, joins, or shows nothing at all.
fn hidden(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}
