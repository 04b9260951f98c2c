//! What can be done inside a container: the only thing that backends living in containers need of the one that runs
//! them, so that no backend imports another.

use std::collections::BTreeMap;

use super::{BoxFuture, Error};

/// A shell script to run in a container. It sees `$0`, the mark, and its arguments as `$1` and on. Arguments are
/// visible to everybody on the host: secrets go by `stdin`.
#[derive(Debug, Clone, Copy)]
pub struct Script<'a> {
    /// Text for `sh -c`.
    pub text: &'a str,
    /// `$1` and on.
    pub arguments: &'a [String],
    /// `user[:group]`; `None` is the container's own.
    pub user: Option<&'a str>,
    /// What it reads; `None` is an empty input.
    pub stdin: Option<&'a [u8]>,
    /// Seconds until we stop waiting. The script itself goes on.
    pub within: u64,
}

impl<'a> Script<'a> {
    /// A script without input, as the container's user, for a minute.
    #[must_use]
    pub const fn new(text: &'a str, arguments: &'a [String]) -> Self {
        Self { text, arguments, user: None, stdin: None, within: 60 }
    }
}

/// What came of a script. One that says more than 64 MiB on a stream has failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Exit code.
    pub code: i64,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
}

impl Said {
    /// Standard error, or standard output where that is empty: the end of it, for messages.
    #[must_use]
    pub fn complaint(&self) -> String {
        let bytes = if self.stderr.is_empty() { &self.stdout } else { &self.stderr };
        let text = String::from_utf8_lossy(bytes);
        let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
        lines[lines.len().saturating_sub(5)..].join("\n")
    }
}

/// A regular file as it lies in a container.
#[derive(Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its bytes; they may hold secrets, so they are not printed.
    pub bytes: Vec<u8>,
    /// Permission bits.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
}

impl std::fmt::Debug for Stored {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes, {:o} {}:{}", self.bytes.len(), self.mode, self.uid, self.gid)
    }
}

/// Access to the inside of containers, by engine id or name.
pub trait Inside: Send + Sync {
    /// Runs a script in a running container, marked so that it is found again when we are gone before it is.
    ///
    /// # Errors
    /// When it could not be run or did not end in time. A non-zero exit code is no error here.
    fn exec<'a>(
        &'a self,
        container: &'a str,
        mark: &'a str,
        script: Script<'a>,
    ) -> BoxFuture<'a, Result<Said, Error>>;

    /// Writes files by absolute path, running or not; directories on the way are made. Not atomic for readers.
    ///
    /// # Errors
    /// What the engine said.
    fn put<'a>(
        &'a self,
        container: &'a str,
        files: BTreeMap<String, Stored>,
    ) -> BoxFuture<'a, Result<(), Error>>;

    /// Reads a file, or every regular file below a directory, by absolute path. `None` is: no such path.
    ///
    /// # Errors
    /// What the engine said; a container that is not there is an error, never `None`.
    fn get<'a>(
        &'a self,
        container: &'a str,
        path: &'a str,
    ) -> BoxFuture<'a, Result<Option<BTreeMap<String, Stored>>, Error>>;
}
