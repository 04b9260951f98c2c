//! A world made of strings, for tests and for text that never was in a file.

use std::collections::BTreeMap;

use super::{FILE_LIMIT, World, WorldError, is_fleet_file};

/// Files and variables held in memory.
#[derive(Debug, Default, Clone)]
pub struct Memory {
    files: BTreeMap<String, Vec<u8>>,
    variables: BTreeMap<String, String>,
}

impl Memory {
    /// Adds a file.
    #[must_use]
    pub fn with(mut self, path: impl Into<String>, text: impl Into<Vec<u8>>) -> Self {
        self.files.insert(path.into(), text.into());
        self
    }

    /// Sets a variable.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }
}

impl World for Memory {
    fn root(&self) -> String {
        ".".to_owned()
    }

    fn files(&self) -> Result<Vec<String>, WorldError> {
        Ok(self.files.keys().filter(|path| is_fleet_file(path)).cloned().collect())
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, WorldError> {
        let bytes = self.files.get(path).ok_or_else(|| WorldError::Missing { path: path.to_owned() })?;
        if bytes.len() as u64 > FILE_LIMIT {
            let (path, bytes) = (path.to_owned(), bytes.len() as u64);
            return Err(WorldError::TooLarge { path, bytes, limit: FILE_LIMIT });
        }
        Ok(bytes.clone())
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }

    fn secret_file(&self, path: &str) -> Result<Vec<u8>, WorldError> {
        self.read(path)
    }
}
