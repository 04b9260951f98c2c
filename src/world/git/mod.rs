//! The object store of git, read in place: no checkout, no network, no program of git's.

mod listing;
mod repository;
mod revision;

pub use repository::{Commit, GitError, Repository};
pub use revision::{Revision, RevisionError};
