//! Byte offset to line and column.

/// A place as editors count it: both from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// Where each line but the first begins.
pub(super) fn starts(text: &str) -> Vec<u32> {
    let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
    ends.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX)).collect()
}

/// The line of an offset, from 1.
pub(super) fn line(starts: &[u32], offset: u32) -> usize {
    starts.partition_point(|start| *start <= offset) + 1
}

/// `starts` are those of the text.
pub(super) fn position(text: &str, starts: &[u32], offset: u32) -> Position {
    let offset = offset.min(u32::try_from(text.len()).unwrap_or(u32::MAX));
    let line = line(starts, offset);
    // No editor counts a byte order mark as a column.
    let bom = if text.starts_with('\u{FEFF}') { 3 } else { 0 };
    let start =
        line.checked_sub(2).and_then(|before| starts.get(before)).map_or(bom, |start| *start as usize);
    let before = text.as_bytes().get(start..offset as usize).unwrap_or_default();
    // Counting the bytes that begin a character also works when the offset lies inside one.
    let column = before.iter().filter(|b| (**b & 0xC0) != 0x80).count() + 1;
    Position {
        line: u32::try_from(line).unwrap_or(u32::MAX),
        column: u32::try_from(column).unwrap_or(u32::MAX),
    }
}
