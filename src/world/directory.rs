//! The real world: a directory, the environment.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::pipe::read_patiently;
use super::walk::list;
use super::{FILE_LIMIT, World, WorldError};

/// A fleet in a directory of this machine.
#[derive(Debug, Clone)]
pub struct Directory {
    root: PathBuf,
}

impl Directory {
    /// A fleet below `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }
}

impl World for Directory {
    fn root(&self) -> String {
        self.root.display().to_string()
    }

    fn files(&self) -> Result<Vec<String>, WorldError> {
        let path = || self.root();
        match fs::metadata(&self.root) {
            Ok(meta) if meta.is_dir() => {}
            Ok(_) => return Err(WorldError::NotADirectory { path: path() }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(WorldError::Missing { path: path() });
            }
            Err(source) => return Err(WorldError::Io { path: path(), source }),
        }
        list(&self.root)
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, WorldError> {
        let full = self.root.join(path);
        let meta = fs::metadata(&full).map_err(|source| missing_or(path, source))?;
        // Opening a pipe would wait for whoever writes it.
        if !meta.is_file() {
            return Err(refused(Path::new(path), "it is not a regular file"));
        }
        read_limited(&full, path, meta.len())
    }

    fn variable(&self, name: &str) -> Option<String> {
        #[expect(clippy::disallowed_methods, reason = "the real World is where the environment is read")]
        std::env::var(name).ok()
    }

    fn secret_file(&self, path: &str) -> Result<Vec<u8>, WorldError> {
        // An absolute path replaces the root.
        let full = self.root.join(path);
        let meta = fs::metadata(&full).map_err(|source| missing_or(path, source))?;
        if meta.is_file() {
            return read_limited(&full, path, meta.len());
        }
        // Pipes are welcome: shells and secret stores hand secrets over in them.
        let bytes = read_patiently(&full, FILE_LIMIT + 1).map_err(|source| missing_or(path, source))?;
        within(path, bytes)
    }
}

/// Reads no more than the limit whatever the size claims to be; `size` is for the message.
fn read_limited(full: &Path, shown: &str, size: u64) -> Result<Vec<u8>, WorldError> {
    if size > FILE_LIMIT {
        return Err(WorldError::TooLarge { path: shown.to_owned(), bytes: size, limit: FILE_LIMIT });
    }
    let file = File::open(full).map_err(|source| missing_or(shown, source))?;
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
    file.take(FILE_LIMIT + 1).read_to_end(&mut bytes).map_err(|source| io_error(Path::new(shown), source))?;
    within(shown, bytes)
}

fn within(shown: &str, bytes: Vec<u8>) -> Result<Vec<u8>, WorldError> {
    if bytes.len() as u64 > FILE_LIMIT {
        let bytes = bytes.len() as u64;
        return Err(WorldError::TooLarge { path: shown.to_owned(), bytes, limit: FILE_LIMIT });
    }
    Ok(bytes)
}

fn missing_or(path: &str, source: io::Error) -> WorldError {
    match source.kind() {
        io::ErrorKind::NotFound => WorldError::Missing { path: path.to_owned() },
        _ => WorldError::Io { path: path.to_owned(), source },
    }
}

pub(super) fn io_error(path: &Path, source: io::Error) -> WorldError {
    WorldError::Io { path: path.display().to_string(), source }
}

pub(super) fn refused(path: &Path, why: &str) -> WorldError {
    io_error(path, io::Error::other(why.to_owned()))
}
