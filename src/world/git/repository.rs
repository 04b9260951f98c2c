//! A repository, opened for reading, and what can be wrong with asking it.

use std::path::{Path, PathBuf};

use git2::{ErrorCode, RepositoryOpenFlags};

/// Why a repository did not answer. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// No repository holds that path.
    #[error("{0} is in no git repository; a revision can be read from a clone or a bare repository")]
    NoRepository(String),
    /// git's other way to name objects.
    #[error(
        "the repository at {0} names its objects by SHA-256 (extensions.objectFormat), which is not read yet; a repository of the usual kind takes its \
         history over: git init --bare --object-format=sha1 NEW && git -C {0} fast-export --all | git -C NEW fast-import"
    )]
    Sha256(String),
    /// git reads repositories of other users only when it is told to.
    #[error(
        "the repository at {0} belongs to another user; if you trust it: git config --global --add safe.directory {0}"
    )]
    Owner(String),
    /// Nothing has that name.
    #[error("`{rev}` is no revision of {repository}{why}")]
    Unknown {
        /// As it was asked for.
        rev: String,
        /// The repository.
        repository: String,
        /// What may be the reason, with a leading `; `, or nothing.
        why: &'static str,
    },
    /// An abbreviation that stands for several objects.
    #[error("`{0}` stands for several objects; write more of its digits")]
    Ambiguous(String),
    /// The revision has no such directory.
    #[error("{rev} has no directory `{path}`")]
    NoDirectory {
        /// The revision.
        rev: String,
        /// The directory, from the top of the repository.
        path: String,
    },
    /// Two histories.
    #[error("`{0}` and `{1}` have no commit in common; a shallow clone may lack it: git fetch --unshallow")]
    Apart(String, String),
    /// What git says.
    #[error("git: {0}")]
    Git(String),
}

impl From<git2::Error> for GitError {
    fn from(error: git2::Error) -> Self {
        Self::Git(error.message().to_owned())
    }
}

/// A commit, as people speak of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// 40 hexadecimal digits.
    pub id: String,
    /// Who wrote it.
    pub author: String,
    /// When it was written, seconds since 1970.
    pub seconds: i64,
    /// The first line of its message.
    pub summary: String,
}

impl Commit {
    /// The first seven digits, as git shows them.
    #[must_use]
    pub fn short(&self) -> &str {
        self.id.get(..7).unwrap_or(&self.id)
    }

    pub(super) fn of(commit: &git2::Commit<'_>) -> Self {
        Self {
            id: commit.id().to_string(),
            author: String::from_utf8_lossy(commit.author().name_bytes()).into_owned(),
            seconds: commit.author().when().seconds(),
            summary: String::from_utf8_lossy(commit.summary_bytes().unwrap_or_default()).into_owned(),
        }
    }
}

/// A repository, and which of its directories was named.
pub struct Repository {
    inner: git2::Repository,
    /// The named directory, from the top of the working tree, `/`-separated; empty for the top and in bare repositories.
    directory: String,
    shown: String,
}

impl std::fmt::Debug for Repository {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Repository").field("at", &self.shown).finish_non_exhaustive()
    }
}

impl Repository {
    /// The repository that holds `at`: a bare one, or a directory of a working tree. In a hook of `pre-receive` the pushed
    /// objects lie in quarantine, a directory of the repository's own that git names in `GIT_QUARANTINE_PATH`.
    ///
    /// # Errors
    /// When there is none, or it may not be read.
    pub fn open(at: &Path, quarantine: Option<&Path>) -> Result<Self, GitError> {
        let shown = at.display().to_string();
        // Whatever git's variables say is for git: the path alone names the repository.
        let nowhere: [&Path; 0] = [];
        let inner = git2::Repository::open_ext(at, RepositoryOpenFlags::empty(), nowhere).map_err(
            |error| match error.code() {
                ErrorCode::NotFound => GitError::NoRepository(shown.clone()),
                ErrorCode::Owner => GitError::Owner(shown.clone()),
                _ if ["objectformat", "object format"].iter().any(|word| error.message().contains(word)) => {
                    GitError::Sha256(shown.clone())
                }
                _ => error.into(),
            },
        )?;
        if let Some(quarantine) = quarantine.and_then(|path| path.canonicalize().ok())
            && inner.commondir().canonicalize().is_ok_and(|own| quarantine.starts_with(own))
            && let Some(path) = quarantine.to_str()
        {
            inner.odb()?.add_disk_alternate(path)?;
        }
        let directory = inner.workdir().and_then(|top| below(top, at)).unwrap_or_default();
        Ok(Self { inner, directory, shown })
    }

    /// git's own handle.
    #[must_use]
    pub const fn git(&self) -> &git2::Repository {
        &self.inner
    }

    /// The directory with the objects: `.git`, or the bare repository itself.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.inner.path().to_owned()
    }

    /// The directory that was named, from the top of the working tree; empty for the top and in a bare repository.
    #[must_use]
    pub fn directory(&self) -> &str {
        &self.directory
    }

    /// The commit that a revision stands for: anything that `git rev-parse` understands.
    ///
    /// # Errors
    /// When it stands for none.
    pub fn commit(&self, rev: &str) -> Result<Commit, GitError> {
        Ok(Commit::of(&self.find(rev)?))
    }

    /// Where two histories parted: their newest common commit. An empty name is `HEAD`.
    ///
    /// # Errors
    /// When a revision stands for no commit, or they have none in common.
    pub fn parted(&self, one: &str, other: &str) -> Result<Commit, GitError> {
        let named = |side: &str| if side.is_empty() { "HEAD".to_owned() } else { side.to_owned() };
        let (a, b) = (self.find(&named(one))?.id(), self.find(&named(other))?.id());
        match self.inner.merge_base(a, b) {
            Ok(id) => Ok(Commit::of(&self.inner.find_commit(id)?)),
            Err(_) => Err(GitError::Apart(one.to_owned(), other.to_owned())),
        }
    }

    /// Whether a commit is another one, or has it in its history.
    #[must_use]
    pub fn contains(&self, commit: &str, other: &str) -> bool {
        let ids = (git2::Oid::from_str(commit), git2::Oid::from_str(other));
        matches!(ids, (Ok(commit), Ok(other))
            if commit == other || self.inner.graph_descendant_of(commit, other).unwrap_or(false))
    }

    /// Whether files may be missing because nobody has asked for them yet.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        is_partial(&self.inner)
    }

    pub(super) fn find(&self, rev: &str) -> Result<git2::Commit<'_>, GitError> {
        let object = self.inner.revparse_single(rev).map_err(|error| match error.code() {
            ErrorCode::NotFound | ErrorCode::InvalidSpec => self.unknown(rev),
            ErrorCode::Ambiguous => GitError::Ambiguous(rev.to_owned()),
            _ => error.into(),
        })?;
        object.peel_to_commit().map_err(|_| self.unknown(rev))
    }

    fn unknown(&self, rev: &str) -> GitError {
        let why = if self.inner.is_shallow() {
            "; it is a shallow clone: git fetch --unshallow"
        } else if self.inner.references().is_ok_and(|mut all| all.next().is_none()) {
            "; it has no commit yet"
        } else {
            ""
        };
        GitError::Unknown { rev: rev.to_owned(), repository: self.shown.clone(), why }
    }
}

pub(super) fn is_partial(git: &git2::Repository) -> bool {
    let Ok(config) = git.config() else { return false };
    let promised =
        config.entries(Some("^remote\\..*\\.promisor$")).is_ok_and(|mut entries| entries.next().is_some());
    promised || config.get_string("extensions.partialClone").is_ok()
}

/// `at` below `top`, `/`-separated; `None` where it is somewhere else.
fn below(top: &Path, at: &Path) -> Option<String> {
    let (top, at) = (top.canonicalize().ok()?, at.canonicalize().ok()?);
    let parts: Option<Vec<&str>> = at.strip_prefix(top).ok()?.iter().map(|part| part.to_str()).collect();
    parts.map(|parts| parts.join("/"))
}
