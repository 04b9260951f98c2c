//! The real world: a directory, the environment.

use std::path::PathBuf;

use super::{World, WorldError};

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
        Ok(Vec::new())
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, WorldError> {
        Err(WorldError::Missing { path: path.to_owned() })
    }

    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn secret_file(&self, path: &str) -> Result<Vec<u8>, WorldError> {
        Err(WorldError::Missing { path: path.to_owned() })
    }
}
