//! What git tracks of a directory, from the index of the repository around it. The index is read without opening the repository: a plain
//! directory can be read whoever owns it and whatever else the repository needs.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use git2::{Index, IndexEntryExtendedFlag};

/// The repository around a directory.
#[derive(Debug)]
pub(super) struct Around {
    /// The top of its working tree; `None` where there is no repository.
    pub(super) top: Option<PathBuf>,
    /// The directory from there, with its `/`; empty for the top itself.
    pub(super) prefix: String,
    /// What it tracks, or why that cannot be said.
    pub(super) tracked: Result<Tracked, String>,
}

/// Paths from the top, `/`-separated.
#[derive(Debug, Default)]
pub(super) struct Tracked {
    files: BTreeSet<String>,
    /// Those that `git sparse-checkout` keeps out of the working tree.
    sparse: BTreeSet<String>,
}

impl Tracked {
    pub(super) fn has(&self, path: &str) -> bool {
        self.files.contains(path)
    }

    /// Whether it has a file below a directory; `directory` ends with `/`.
    pub(super) fn below(&self, directory: &str) -> bool {
        self.files.range(directory.to_owned()..).next().is_some_and(|first| first.starts_with(directory))
    }

    /// What is tracked below a directory and meant not to be checked out.
    pub(super) fn sparse(&self, directory: &str) -> impl Iterator<Item = &str> {
        self.sparse.iter().map(String::as_str).filter(move |path| path.starts_with(directory))
    }
}

/// Looks for the repository around a directory.
pub(super) fn around(directory: &Path) -> Around {
    let nothing = || Around { top: None, prefix: String::new(), tracked: Ok(Tracked::default()) };
    let Ok(directory) = directory.canonicalize() else { return nothing() };
    let Some(top) = directory.ancestors().find(|above| above.join(".git").exists()) else { return nothing() };
    let parts: Option<Vec<&str>> =
        directory.strip_prefix(top).ok().and_then(|below| below.iter().map(|part| part.to_str()).collect());
    let Some(parts) = parts else {
        let why = "a directory above has a name that is not UTF-8".to_owned();
        return Around { top: Some(top.to_owned()), prefix: String::new(), tracked: Err(why) };
    };
    let prefix = parts.iter().map(|part| format!("{part}/")).collect();
    Around { top: Some(top.to_owned()), prefix, tracked: tracked(top) }
}

fn tracked(top: &Path) -> Result<Tracked, String> {
    let path = own_directory(&top.join(".git"))?.join("index");
    if !path.exists() {
        return Ok(Tracked::default());
    }
    let index = Index::open(&path).map_err(|error| error.message().to_owned())?;
    let mut tracked = Tracked::default();
    for entry in index.iter() {
        let path = String::from_utf8_lossy(&entry.path).into_owned();
        if entry.flags_extended & IndexEntryExtendedFlag::SKIP_WORKTREE.bits() != 0 {
            tracked.sparse.insert(path.clone());
        }
        tracked.files.insert(path);
    }
    Ok(tracked)
}

/// `.git` itself, or what the file of that name leads to in linked working trees and submodules.
fn own_directory(git: &Path) -> Result<PathBuf, String> {
    if git.is_dir() {
        return Ok(git.to_owned());
    }
    #[expect(clippy::disallowed_methods, reason = "a working tree's word of where its repository is")]
    let text = fs::read_to_string(git).map_err(|error| format!("{}: {error}", git.display()))?;
    let target = text.strip_prefix("gitdir:").map(str::trim);
    let target = target.ok_or_else(|| format!("{} names no repository", git.display()))?;
    Ok(git.parent().unwrap_or(git).join(target))
}
