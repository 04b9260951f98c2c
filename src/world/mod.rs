//! All that the compiler may ask of outside. Nothing else reads files, variables or the clock before the drivers do.

mod directory;
pub mod git;
mod ignored;
pub mod key;
mod memory;
mod pipe;
pub mod secret;
mod tracked;
mod walk;

pub use directory::Directory;
pub use ignored::EXCLUDE;
pub use memory::Memory;
pub use pipe::{read_patiently, refuse_pipe};

/// Why the world did not answer.
#[derive(Debug, thiserror::Error)]
pub enum WorldError {
    /// There is nothing under that path.
    #[error("{path} does not exist")]
    Missing {
        /// As it was asked for.
        path: String,
    },
    /// The fleet's path names a file.
    #[error("{path} is not a directory")]
    NotADirectory {
        /// As it was asked for.
        path: String,
    },
    /// Anything else that the operating system says.
    #[error("cannot read {path}: {source}")]
    Io {
        /// What was being read.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A line of a `.tenantryignore` that is no pattern.
    #[error("{path}:{line} is no pattern: {why}")]
    Pattern {
        /// The file.
        path: String,
        /// From 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// Too big to be a fleet file; the limit keeps a stray dump from being read into memory.
    #[error("{path} has {bytes} bytes; a fleet file has at most {limit}")]
    TooLarge {
        /// The file.
        path: String,
        /// Its size.
        bytes: u64,
        /// The most that is read.
        limit: u64,
    },
}

/// The file that marks a directory as written by `build`, and lists what is in it.
pub const MANIFEST: &str = ".tenantry-manifest";

/// The largest file that is read as part of a fleet, in bytes.
pub const FILE_LIMIT: u64 = 8 * 1024 * 1024;

/// Whether a path ends as fleet files do: `.kdl`, `.yaml`, `.yml`, in whatever case.
pub fn is_fleet_file(path: &str) -> bool {
    let extension = std::path::Path::new(path).extension();
    extension.is_some_and(|extension| {
        ["kdl", "yaml", "yml"].iter().any(|known| extension.eq_ignore_ascii_case(known))
    })
}

/// What the compiler may ask.
pub trait World: Send + Sync {
    /// Where the fleet is, as people should see it.
    fn root(&self) -> String;

    /// Every fleet file (`.kdl`, `.yaml`, `.yml`) below the root, `/`-separated and relative, sorted by string.
    /// Left out are hidden files and directories, what `build` wrote, what a `.tenantryignore` excludes, and in a directory what git
    /// ignores: what a `.gitignore` excludes and the repository does not track all the same.
    ///
    /// # Errors
    /// When the directory is missing or any part of it cannot be listed: a part is never silently left out.
    fn files(&self) -> Result<Vec<String>, WorldError>;

    /// The bytes of one file that [`World::files`] named.
    ///
    /// # Errors
    /// When it cannot be read or is larger than [`FILE_LIMIT`].
    fn read(&self, path: &str) -> Result<Vec<u8>, WorldError>;

    /// The bytes of any file of the fleet that a declaration names, by its path from the root.
    ///
    /// # Errors
    /// When there is none, or it cannot be read or is larger than [`FILE_LIMIT`].
    fn attached(&self, path: &str) -> Result<Vec<u8>, WorldError> {
        self.read(path)
    }

    /// A variable of the environment.
    fn variable(&self, name: &str) -> Option<String>;

    /// The bytes of a secret's file: an absolute path outside the fleet, or one relative to its root.
    ///
    /// # Errors
    /// When it cannot be read.
    fn secret_file(&self, path: &str) -> Result<Vec<u8>, WorldError>;
}
