//! A fleet as it is at a revision.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use git2::{Oid, Tree};

use super::listing::{list, unreadable};
use super::{Commit, GitError, Repository};
use crate::world::{Directory, FILE_LIMIT, World, WorldError};

/// A fleet in the object store of a repository.
#[derive(Debug)]
pub struct Revision {
    /// git's handles serve one thread at a time.
    repository: Mutex<Repository>,
    commit: Commit,
    shown: String,
    /// Every fleet file and its object.
    files: BTreeMap<String, Oid>,
    /// The fleet's directory in the tree of the commit.
    inside: String,
    /// Where the environment is read, and secrets with relative paths.
    surroundings: Directory,
    /// Whether there is a directory that relative paths of secrets start from.
    checked_out: bool,
}

impl Revision {
    /// The fleet in the directory `at` of a working tree, or at the top of a bare repository, as it is at `rev`: anything that
    /// `git rev-parse` understands, `main:deploy/fleet` included.
    ///
    /// # Errors
    /// When there is no repository, no such revision or no such directory, or the tree cannot be listed.
    pub fn open(at: &Path, rev: &str, quarantine: Option<&Path>) -> Result<Self, RevisionError> {
        let repository = Repository::open(at, quarantine)?;
        let (name, inside) = match rev.split_once(':') {
            Some((name, inside)) => (name, inside.trim_matches('/').to_owned()),
            None => (rev, repository.directory().to_owned()),
        };
        let (commit, files) = {
            let commit = repository.find(name)?;
            let tree = commit.tree().map_err(GitError::from)?;
            directory_exists(&tree, rev, &inside)?;
            (Commit::of(&commit), list(repository.git(), &tree, &inside)?)
        };
        let checked_out = repository.git().workdir().is_some();
        let shown = match inside.as_str() {
            "" => format!("{rev} of {}", at.display()),
            inside => format!("{name}:{inside} of {}", at.display()),
        };
        Ok(Self {
            repository: Mutex::new(repository),
            commit,
            shown,
            files,
            inside,
            surroundings: Directory::new(at),
            checked_out,
        })
    }

    /// The directory with the repository's objects.
    #[must_use]
    pub fn repository(&self) -> PathBuf {
        self.repository.lock().unwrap_or_else(PoisonError::into_inner).path()
    }

    /// The bytes of a blob.
    fn object(&self, path: &str, id: Oid) -> Result<Vec<u8>, WorldError> {
        let repository = self.repository.lock().unwrap_or_else(PoisonError::into_inner);
        let read = |id| -> Result<Result<Vec<u8>, u64>, git2::Error> {
            let objects = repository.git().odb()?;
            let (size, _) = objects.read_header(id)?;
            if size as u64 > FILE_LIMIT {
                return Ok(Err(size as u64));
            }
            Ok(Ok(objects.read(id)?.data().to_vec()))
        };
        match read(id) {
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(bytes)) => Err(WorldError::TooLarge { path: path.to_owned(), bytes, limit: FILE_LIMIT }),
            Err(error) => Err(unreadable(repository.git(), path, &error)),
        }
    }

    /// The commit.
    #[must_use]
    pub const fn commit(&self) -> &Commit {
        &self.commit
    }
}

/// Why a revision could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum RevisionError {
    /// The repository or the revision.
    #[error(transparent)]
    Git(#[from] GitError),
    /// Its files.
    #[error(transparent)]
    World(#[from] WorldError),
}

fn directory_exists(tree: &Tree<'_>, rev: &str, path: &str) -> Result<(), GitError> {
    let is_tree = |entry: git2::TreeEntry<'_>| entry.kind() == Some(git2::ObjectType::Tree);
    if path.is_empty() || tree.get_path(Path::new(path)).is_ok_and(is_tree) {
        return Ok(());
    }
    Err(GitError::NoDirectory { rev: rev.to_owned(), path: path.to_owned() })
}

impl World for Revision {
    fn root(&self) -> String {
        self.shown.clone()
    }

    fn files(&self) -> Result<Vec<String>, WorldError> {
        Ok(self.files.keys().cloned().collect())
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, WorldError> {
        let id = *self.files.get(path).ok_or_else(|| WorldError::Missing { path: path.to_owned() })?;
        self.object(path, id)
    }

    fn attached(&self, path: &str) -> Result<Vec<u8>, WorldError> {
        let missing = || WorldError::Missing { path: path.to_owned() };
        let id = {
            let repository = self.repository.lock().unwrap_or_else(PoisonError::into_inner);
            let commit = repository.find(&self.commit.id).map_err(|_| missing())?;
            let tree = commit.tree().map_err(|error| unreadable(repository.git(), path, &error))?;
            let entry = match tree.get_path(&Path::new(&self.inside).join(path)) {
                Ok(entry) => entry,
                Err(error) if error.code() == git2::ErrorCode::NotFound => return Err(missing()),
                Err(error) => return Err(unreadable(repository.git(), path, &error)),
            };
            // A link's text is no certificate, and where it leads is not asked.
            if entry.kind() != Some(git2::ObjectType::Blob) || entry.filemode() == 0o120_000 {
                return Err(missing());
            }
            entry.id()
        };
        self.object(path, id)
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.surroundings.variable(name)
    }

    fn secret_file(&self, path: &str) -> Result<Vec<u8>, WorldError> {
        // A bare repository has no directory, and what is in git is no secret.
        if !self.checked_out && !PathBuf::from(path).is_absolute() {
            return Err(WorldError::Io {
                path: path.to_owned(),
                source: io::Error::other(
                    "a bare repository has no directory to start from; write an absolute path",
                ),
            });
        }
        self.surroundings.secret_file(path)
    }
}
