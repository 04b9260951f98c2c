//! The files beside a repository that the hooks keep: written whole or not at all.

use std::fs;
use std::io;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Writes a value as JSON: what is at the path is the old one or the new one, never a part.
pub(super) fn write(path: &Path, value: &impl Serialize) -> io::Result<()> {
    replace_text(path, &serde_json::to_string(value)?)
}

/// Writes a text: what is at the path is the old one or the new one.
pub(super) fn replace_text(path: &Path, text: &str) -> io::Result<()> {
    let temporary = path.with_extension(format!("{}.new", std::process::id()));
    write_text(&temporary, text)?;
    fs::rename(&temporary, path)
}

/// Reads one; `None` where there is none. They are written whole or not at all, so one that cannot be understood was
/// harmed by something else, and nobody can say what it was: it stays, and stops whoever needs it.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> io::Result<Option<T>> {
    let Some(text) = read_text(path)? else { return Ok(None) };
    serde_json::from_str(&text).map(Some).map_err(|error| {
        let message = format!(
            "{} cannot be understood ({error}); look at it, then remove it: what was pushed is in git, and pushing it again applies it",
            path.display()
        );
        io::Error::new(io::ErrorKind::InvalidData, message)
    })
}

pub(super) fn read_text(path: &Path) -> io::Result<Option<String>> {
    if fs::metadata(path).is_ok_and(|meta| !meta.is_file()) {
        return Err(io::Error::other("it is no file"));
    }
    #[expect(clippy::disallowed_methods, reason = "the one place where the hooks' own files are read")]
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes and syncs.
pub(super) fn write_text(path: &Path, text: &str) -> io::Result<()> {
    use std::io::Write as _;
    let mut file = fs::File::create(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
