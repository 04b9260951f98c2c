//! Code points that may stand nowhere in a file: control characters, direction controls, a late byte order mark.

use super::Parser;
use crate::diag::{Code, Diagnostic};

impl Parser<'_> {
    /// One pass that the compiler turns into vector instructions; only a suspicious file is looked at by character.
    pub(super) fn refuse_control_characters(&mut self) {
        let suspicious = self.bytes.iter().fold(false, |found, &byte| {
            found
                | ((byte < 0x20) & !matches!(byte, b'\t' | b'\n' | b'\r'))
                | matches!(byte, 0x7F | 0xE2 | 0xEF)
        });
        if !suspicious {
            return;
        }
        let mut found = self
            .text
            .char_indices()
            .filter(|(at, char)| disallowed(*char) && !(*at == 0 && *char == '\u{FEFF}'));
        // A binary file has thousands: a few are shown, the rest are counted.
        let shown: Vec<(usize, char)> = found.by_ref().take(SHOWN).collect();
        let more = found.count();
        let count = shown.len();
        for (index, (at, char)) in shown.into_iter().enumerate() {
            let number = char as u32;
            let mut fault = Diagnostic::error(
                Code::LOAD_CONTROL_CHARACTER,
                format!("the character U+{number:04X} ({}) may not stand in a file", name(char)),
            )
            .at(self.span(at, at + char.len_utf8()), "here")
            .help(format!("remove it; within quotes it can be written as `\\u{{{number:x}}}`"));
            if more > 0 && index + 1 == count {
                fault = fault.note(format!("{more} more such characters follow in this file"));
            }
            self.fault(fault);
        }
    }
}

const SHOWN: usize = 5;

fn disallowed(char: char) -> bool {
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
