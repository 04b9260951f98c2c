//! Code points that may stand nowhere in a file: control characters, direction controls, a late byte order mark.

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::{SourceId, Span, Syntax};

/// One pass that the compiler turns into vector instructions; only a suspicious file is looked at by character.
pub(super) fn refuse(source: SourceId, text: &str, faults: &mut Diagnostics) {
    let suspicious = text.as_bytes().iter().fold(false, |found, &byte| {
        found | ((byte < 0x20) & !matches!(byte, b'\t' | b'\n' | b'\r')) | matches!(byte, 0x7F | 0xE2 | 0xEF)
    });
    if !suspicious {
        return;
    }
    let syntax = source.syntax();
    let mut found = text
        .char_indices()
        .filter(|(at, char)| disallowed(*char, syntax) && !(*at == 0 && *char == '\u{FEFF}'));
    // A binary file has thousands: a few are shown, the rest are counted.
    let shown: Vec<(usize, char)> = found.by_ref().take(SHOWN).collect();
    let more = found.count();
    let count = shown.len();
    for (index, (at, char)) in shown.into_iter().enumerate() {
        let number = char as u32;
        let escape = match syntax {
            Syntax::Kdl => format!("\\u{{{number:x}}}"),
            Syntax::Yaml => format!("\\u{number:04x}"),
        };
        let start = u32::try_from(at).unwrap_or(u32::MAX);
        let end = u32::try_from(at + char.len_utf8()).unwrap_or(u32::MAX);
        let mut fault = Diagnostic::error(
            Code::LOAD_CONTROL_CHARACTER,
            format!("the character U+{number:04X} ({}) may not stand in a file", name(char)),
        )
        .at(Span { source, start, end }, "here")
        .help(format!(
            "remove it; within {} it can be written as `{escape}`",
            syntax.pick("quotes", "double quotes")
        ));
        if more > 0 && index + 1 == count {
            fault = fault.note(format!("{more} more such characters follow in this file"));
        }
        faults.push(fault);
    }
}

const SHOWN: usize = 5;

/// YAML has no vertical tab and no form feed; KDL takes both for space.
fn disallowed(char: char, syntax: Syntax) -> bool {
    if syntax == Syntax::Yaml && matches!(char, '\u{B}' | '\u{C}') {
        return true;
    }
    matches!(char,
        '\0'..='\u{8}' | '\u{E}'..='\u{1F}' | '\u{7F}'
        | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

fn name(char: char) -> &'static str {
    match char {
        '\0' => "NUL",
        '\u{1B}' => "escape",
        '\u{7F}' => "delete",
        '\u{FEFF}' => "byte order mark",
        '\0'..='\u{1F}' => "control character",
        _ => "direction control",
    }
}
