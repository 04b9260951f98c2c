//! What may be wrong with a fleet's key, whose bytes are taken as they are: a stray line break makes other passwords.

/// The fewest bytes of a key: what is shorter is guessed by whoever sees one password that was derived from it.
pub const SHORTEST: usize = 16;

/// What is wrong with a key, without a word of it. Bytes that are no text may be any.
#[must_use]
pub fn faults(key: &[u8]) -> Vec<String> {
    let mut faults = Vec::new();
    if key.len() < SHORTEST {
        let unit = if key.len() == 1 { "byte" } else { "bytes" };
        faults.push(format!("it has {} {unit}, and {SHORTEST} are the fewest", key.len()));
    }
    if key.starts_with(&[0xFF, 0xFE]) || key.starts_with(&[0xFE, 0xFF]) {
        faults.push("it begins as UTF-16 does".to_owned());
    }
    let Ok(text) = std::str::from_utf8(key) else { return faults };
    let rest = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    if rest.len() < text.len() {
        faults.push("it begins with a byte order mark".to_owned());
    }
    if rest.trim() != rest {
        faults.push("it begins or ends with white space".to_owned());
    }
    if rest.trim().chars().any(char::is_control) {
        faults.push("there is a line break or another control character in it".to_owned());
    }
    faults
}
