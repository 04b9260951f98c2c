//! A pause: pushes are taken and told, and nothing of them is applied until somebody says that it goes on.

use std::io;

use serde::{Deserialize, Serialize};

use super::{Queue, file};
use crate::diag::printable;

/// Who paused, since when, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paused {
    /// In their words.
    pub why: String,
    /// `user@machine`.
    pub by: String,
    /// RFC 3339.
    pub at: String,
}

impl std::fmt::Display for Paused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "paused by {} since {}: {}", printable(&self.by), printable(&self.at), printable(&self.why))
    }
}

impl Queue {
    /// The pause, where there is one.
    ///
    /// # Errors
    /// When it cannot be read; then nobody may take it that there is none.
    pub fn paused(&self) -> io::Result<Option<Paused>> {
        file::read(&self.path("paused")).map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => {
                let path = self.path("paused");
                let why = format!(
                    "{} cannot be understood, so pushes are paused and nobody knows why: `tenantry hook resume` ends it",
                    path.display()
                );
                io::Error::new(io::ErrorKind::InvalidData, why)
            }
            _ => error,
        })
    }

    /// Pauses; the pause that is there already stays, and comes back.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub fn pause(&self, paused: &Paused) -> io::Result<Option<Paused>> {
        let _lock = self.lock()?;
        let there = self.paused()?;
        if there.is_none() {
            file::write(&self.path("paused"), paused)?;
        }
        Ok(there)
    }

    /// Ends the pause, also one that cannot be understood; what it was.
    ///
    /// # Errors
    /// When it cannot be read or taken away.
    pub fn resume(&self) -> io::Result<Option<Paused>> {
        let _lock = self.lock()?;
        let there = match self.paused() {
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Some(Paused {
                why: "what was written about it cannot be understood".to_owned(),
                by: "somebody".to_owned(),
                at: "an unknown time".to_owned(),
            }),
            there => there?,
        };
        file::remove(&self.path("paused"))?;
        Ok(there)
    }
}
