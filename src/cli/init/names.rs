//! A fleet's name and id out of what a directory is called.

#[cfg(test)]
mod tests;

use std::path::Path;

use crate::value::{FleetId, Name, Textual};

/// What a fleet is called where nothing of the directory's name can be kept.
const FALLBACK: &str = "fleet";

/// The directory's name, as far as it may be one: `My Fleet (new)` is `my-fleet-new`.
pub(super) fn name(directory: &Path) -> Name {
    let text = directory.file_name().unwrap_or_default().to_string_lossy();
    let parts: Vec<String> = text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    first(parts.join("-"), 40, Name::parse)
}

/// The name's letters and digits, from its first letter on.
pub(super) fn id(name: &Name) -> FleetId {
    let text: String = name.as_str().chars().filter(char::is_ascii_alphanumeric).collect();
    first(text.trim_start_matches(|c: char| c.is_ascii_digit()).to_owned(), 12, FleetId::parse)
}

/// As much of the text as there is room for, or the fallback, which always is one.
fn first<T: Textual>(
    mut text: String,
    most: usize,
    parse: impl Fn(&str) -> Result<T, crate::value::Invalid>,
) -> T {
    text.truncate(most);
    let fallback = || parse(FALLBACK);
    match parse(text.trim_end_matches('-')).or_else(|_| fallback()) {
        Ok(value) => value,
        Err(_) => unreachable!("`{FALLBACK}` is a name and an id"),
    }
}
