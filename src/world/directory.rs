//! The real world: a directory, the environment.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::pipe::read_patiently;
use super::{FILE_LIMIT, MANIFEST, World, WorldError, is_fleet_file};

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

    /// What `.gitignore` files say holds with and without a repository around them; what a machine's own settings of git
    /// say does not, because the same directory must be the same fleet everywhere.
    fn walk(&self) -> ignore::Walk {
        ignore::WalkBuilder::new(&self.root)
            .require_git(false)
            .git_global(false)
            .git_exclude(false)
            .ignore(false)
            // Outside a repository nothing above the fleet's directory has a say.
            .parents(in_repository(&self.root))
            // What `build` wrote describes the fleet; it is no part of it.
            .filter_entry(|entry| entry.depth() == 0 || !entry.path().join(MANIFEST).exists())
            .build()
    }

    /// The path of an entry, relative and `/`-separated, if it is a fleet file.
    fn fleet_file(&self, entry: &ignore::DirEntry) -> Result<Option<String>, WorldError> {
        let path = entry.path();
        let kind = entry.file_type();
        if entry.depth() == 0 || kind.is_some_and(|kind| kind.is_dir()) {
            return Ok(None);
        }
        let relative = path.strip_prefix(&self.root).unwrap_or(path);
        if kind.is_some_and(|kind| kind.is_symlink()) {
            self.check_link(path, relative)?;
        }
        let parts: Option<Vec<&str>> = relative.iter().map(|part| part.to_str()).collect();
        match parts.map(|parts| parts.join("/")) {
            Some(name) => Ok(is_fleet_file(&name).then_some(name)),
            None if is_fleet_file(&relative.to_string_lossy()) => {
                Err(refused(relative, "its name is not UTF-8"))
            }
            None => Ok(None),
        }
    }

    /// A link to a file within the fleet is that file (mounted configuration looks like this). Whatever else it leads
    /// to would be missing from the fleet without a word, so it is an error.
    fn check_link(&self, path: &Path, relative: &Path) -> Result<(), WorldError> {
        let fleet_file = is_fleet_file(&relative.to_string_lossy());
        let target = match path.canonicalize() {
            Ok(target) => target,
            Err(source) if fleet_file => return Err(io_error(relative, source)),
            Err(_) => return Ok(()),
        };
        if target.is_dir() {
            return Err(refused(
                relative,
                "it is a link to a directory, which is not followed; list it in `.gitignore` if it is none of the fleet's",
            ));
        }
        let root = self.root.canonicalize().map_err(|source| io_error(&self.root, source))?;
        if fleet_file && !target.starts_with(root) {
            return Err(refused(relative, "it is a link that leads out of the fleet's directory"));
        }
        Ok(())
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
        let mut files = Vec::new();
        for entry in self.walk() {
            let entry = entry.map_err(|error| self.listing_error(error))?;
            if let Some(error) = entry.error().filter(|error| is_io(error)) {
                return Err(WorldError::Io {
                    path: entry.path().display().to_string(),
                    source: io::Error::other(error.to_string()),
                });
            }
            files.extend(self.fleet_file(&entry)?);
        }
        files.sort();
        Ok(files)
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

impl Directory {
    fn listing_error(&self, error: ignore::Error) -> WorldError {
        let text = error.to_string();
        let source = error.into_io_error().unwrap_or_else(|| io::Error::other(text));
        WorldError::Io { path: self.root(), source }
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

fn in_repository(root: &Path) -> bool {
    root.canonicalize().is_ok_and(|root| root.ancestors().any(|above| above.join(".git").exists()))
}

/// Whether the system could not read something, rather than a pattern in a `.gitignore` being odd.
fn is_io(error: &ignore::Error) -> bool {
    match error {
        ignore::Error::Io(_) => true,
        ignore::Error::Partial(errors) => errors.iter().any(is_io),
        ignore::Error::WithLineNumber { err, .. }
        | ignore::Error::WithPath { err, .. }
        | ignore::Error::WithDepth { err, .. } => is_io(err),
        _ => false,
    }
}

fn missing_or(path: &str, source: io::Error) -> WorldError {
    match source.kind() {
        io::ErrorKind::NotFound => WorldError::Missing { path: path.to_owned() },
        _ => WorldError::Io { path: path.to_owned(), source },
    }
}

fn io_error(path: &Path, source: io::Error) -> WorldError {
    WorldError::Io { path: path.display().to_string(), source }
}

fn refused(path: &Path, why: &str) -> WorldError {
    io_error(path, io::Error::other(why.to_owned()))
}
