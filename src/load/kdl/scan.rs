//! Which bytes are newlines, spaces and parts of a bare word, by the tables of the specification.

/// Length of the newline at `at`, 0 where there is none. CR LF is one.
pub(super) fn newline(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at) {
        Some(b'\n' | 0x0B | 0x0C) => 1,
        Some(b'\r') => 1 + usize::from(bytes.get(at + 1) == Some(&b'\n')),
        Some(0xC2) => 2 * usize::from(bytes.get(at + 1) == Some(&0x85)),
        Some(0xE2) => match (bytes.get(at + 1), bytes.get(at + 2)) {
            (Some(0x80), Some(0xA8 | 0xA9)) => 3,
            _ => 0,
        },
        _ => 0,
    }
}

/// Length of the white space character at `at`, newlines not included; 0 where there is none.
pub(super) fn space(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at) {
        Some(b' ' | b'\t') => 1,
        Some(0xC2) => 2 * usize::from(bytes.get(at + 1) == Some(&0xA0)),
        Some(first @ 0xE1..=0xE3) => match (first, bytes.get(at + 1), bytes.get(at + 2)) {
            (0xE1, Some(0x9A), Some(0x80))
            | (0xE2, Some(0x80), Some(0x80..=0x8A | 0xAF))
            | (0xE2, Some(0x81), Some(0x9F))
            | (0xE3, Some(0x80), Some(0x80)) => 3,
            _ => 0,
        },
        _ => 0,
    }
}

/// Whether a byte below 128 may stand in a bare word. Control characters may: they are refused elsewhere, once.
const WORD: [bool; 128] = {
    let mut table = [true; 128];
    let none = b" \t\n\r\x0B\x0C(){}[]/\\\"#;=";
    let mut i = 0;
    while i < none.len() {
        table[none[i] as usize] = false;
        i += 1;
    }
    table
};

/// End of the bare word at `at`; `at` itself where there is none.
pub(super) fn word(bytes: &[u8], mut at: usize) -> usize {
    while let Some(&byte) = bytes.get(at) {
        match WORD.get(byte as usize) {
            Some(true) => at += 1,
            Some(false) => break,
            None if newline(bytes, at) + space(bytes, at) > 0 => break,
            None => at += char_len(byte),
        }
    }
    at
}

/// End of what a person would call one word: up to white space, `;` or a brace.
pub(super) fn run(bytes: &[u8], mut at: usize) -> usize {
    while let Some(&byte) = bytes.get(at) {
        if matches!(byte, b';' | b'{' | b'}') || newline(bytes, at) + space(bytes, at) > 0 {
            break;
        }
        at += char_len(byte);
    }
    at
}

/// The next newline at or after `at`, or the end of the file.
pub(super) fn line_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(&byte) = bytes.get(at) {
        if newline(bytes, at) > 0 {
            return at;
        }
        at += char_len(byte);
    }
    at.min(bytes.len())
}

/// Start of the line in which `at` lies.
pub(super) fn line_start(bytes: &[u8], at: usize) -> usize {
    let before = bytes.get(..at).unwrap_or(bytes);
    before.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map_or(0, |found| found + 1)
}

/// Length of the character that a byte begins.
pub(super) const fn char_len(first: u8) -> usize {
    match first {
        0xF0.. => 4,
        0xE0.. => 3,
        0xC0.. => 2,
        _ => 1,
    }
}
