//! The fleet files of a tree: the same ones that a checkout of it would have. What is in the tree is tracked, so `.gitignore` says nothing.

use std::collections::BTreeMap;
use std::io;

use git2::{ObjectType, Oid, Tree};

use super::repository::is_partial;
use crate::world::ignored::{EXCLUDE, Ignored, Said};
use crate::world::{MANIFEST, WorldError, is_fleet_file};

const LINK: i32 = 0o120_000;

/// The most links that are followed one after the other.
const HOPS: usize = 8;

/// Lists the fleet files below `directory` (from the top of the tree, `/`-separated, empty for the top), by path
/// from there.
///
/// # Errors
/// What a checkout could not read either, and submodules: a part of a fleet is never silently left out.
pub(super) fn list(
    repository: &git2::Repository,
    top: &Tree<'_>,
    directory: &str,
) -> Result<BTreeMap<String, Oid>, WorldError> {
    let mut listing = Listing { repository, top, directory, files: BTreeMap::new() };
    let mut tree = top.clone();
    let mut path = String::new();
    for part in directory.split('/').filter(|part| !part.is_empty()) {
        tree = listing.subtree(&tree, part, &path)?;
        path = format!("{path}{part}/");
    }
    listing.walk(&tree, &path, &Ignored::default())?;
    Ok(listing.files)
}

struct Listing<'a> {
    repository: &'a git2::Repository,
    top: &'a Tree<'a>,
    directory: &'a str,
    files: BTreeMap<String, Oid>,
}

impl<'a> Listing<'a> {
    /// `path` is the directory's, from the top, with its `/`.
    fn walk(&mut self, tree: &Tree<'_>, path: &str, ignored: &Ignored) -> Result<(), WorldError> {
        let ignored = self.excluded(tree, path, ignored)?;
        for entry in tree {
            let Ok(name) = std::str::from_utf8(entry.name_bytes()) else {
                let name = String::from_utf8_lossy(entry.name_bytes());
                if is_fleet_file(&name) {
                    return Err(refused(&format!("{path}{name}"), "its name is not UTF-8"));
                }
                continue;
            };
            let full = format!("{path}{name}");
            let kind = entry.kind();
            let said = ignored.said(&full, matches!(kind, Some(ObjectType::Tree | ObjectType::Commit)));
            if said == Said::Out || (said == Said::Nothing && name.starts_with('.')) {
                continue;
            }
            match kind {
                Some(ObjectType::Tree) => {
                    let below = self.tree(entry.id(), &full)?;
                    // What `build` wrote describes the fleet; it is no part of it.
                    if below.get_name(MANIFEST).is_none() {
                        self.walk(&below, &format!("{full}/"), &ignored)?;
                    }
                }
                Some(ObjectType::Commit) => {
                    return Err(refused(
                        &full,
                        "it is a submodule, whose files are no part of the revision; list it in `.tenantryignore` if it is none of the fleet's",
                    ));
                }
                _ if entry.filemode() == LINK => self.link(&full, entry.id())?,
                _ if is_fleet_file(name) => self.add(&full, entry.id()),
                _ => {}
            }
        }
        Ok(())
    }

    fn add(&mut self, full: &str, id: Oid) {
        let skip = if self.directory.is_empty() { 0 } else { self.directory.len() + 1 };
        self.files.insert(full.get(skip..).unwrap_or(full).to_owned(), id);
    }

    /// A link to a file of the fleet is that file; whatever else it leads to would be missing without a word.
    fn link(&mut self, full: &str, id: Oid) -> Result<(), WorldError> {
        let fleet_file = is_fleet_file(full);
        let (mut at, mut id) = (full.to_owned(), id);
        for _ in 0..HOPS {
            let blob =
                self.repository.find_blob(id).map_err(|error| unreadable(self.repository, full, &error))?;
            let target = std::str::from_utf8(blob.content()).ok().and_then(|target| resolve(&at, target));
            let Some(target) = target else { break };
            let Ok(entry) = self.top.get_path(std::path::Path::new(&target)) else {
                return if fleet_file {
                    Err(refused(full, "it is a link to nothing in this revision"))
                } else {
                    Ok(())
                };
            };
            match entry.kind() {
                Some(ObjectType::Blob) if entry.filemode() == LINK => (at, id) = (target, entry.id()),
                Some(ObjectType::Blob) if fleet_file && within(&target, self.directory) => {
                    self.add(full, entry.id());
                    return Ok(());
                }
                Some(ObjectType::Blob) => break,
                _ => {
                    return if fleet_file || self.has_fleet_files(entry.id(), &target)? {
                        Err(refused(
                            full,
                            "it is a link to a directory with fleet files, which is not followed; list it in `.tenantryignore` if it is none of the fleet's",
                        ))
                    } else {
                        Ok(())
                    };
                }
            }
        }
        if fleet_file {
            Err(refused(full, "it is a link that leads out of the fleet's directory"))
        } else {
            Ok(())
        }
    }

    /// What is left out of a directory: what is above it, and its own `.tenantryignore`.
    fn excluded(&self, tree: &Tree<'_>, path: &str, above: &Ignored) -> Result<Ignored, WorldError> {
        let Some(entry) = tree.get_name(EXCLUDE) else { return Ok(above.clone()) };
        let shown = format!("{path}{EXCLUDE}");
        if entry.kind() != Some(ObjectType::Blob) || entry.filemode() == LINK {
            return Err(refused(&shown, "it is no file of its own; write the patterns into one"));
        }
        let blob = self
            .repository
            .find_blob(entry.id())
            .map_err(|error| unreadable(self.repository, &shown, &error))?;
        above
            .with_exclude(path, &String::from_utf8_lossy(blob.content()))
            .map_err(|odd| WorldError::Pattern { path: shown, line: odd.line, why: odd.why })
    }

    /// Whether a directory that a link leads to has fleet files.
    fn has_fleet_files(&self, id: Oid, path: &str) -> Result<bool, WorldError> {
        let tree = self.tree(id, path)?;
        if tree.get_name(MANIFEST).is_some() {
            return Ok(false);
        }
        for entry in &tree {
            let name = String::from_utf8_lossy(entry.name_bytes());
            let below = entry.kind() == Some(ObjectType::Tree);
            if !name.starts_with('.')
                && (is_fleet_file(&name)
                    || (below && self.has_fleet_files(entry.id(), &format!("{path}/{name}"))?))
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn subtree(&self, tree: &Tree<'_>, name: &str, path: &str) -> Result<Tree<'a>, WorldError> {
        let full = format!("{path}{name}");
        match tree.get_name(name) {
            Some(entry) if entry.kind() == Some(ObjectType::Tree) => self.tree(entry.id(), &full),
            Some(_) => Err(WorldError::NotADirectory { path: full }),
            None => Err(WorldError::Missing { path: full }),
        }
    }

    fn tree(&self, id: Oid, path: &str) -> Result<Tree<'a>, WorldError> {
        self.repository.find_tree(id).map_err(|error| unreadable(self.repository, path, &error))
    }
}

/// Where a link at `at` leads, from the top; `None` where it leads out of the tree.
fn resolve(at: &str, target: &str) -> Option<String> {
    if target.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = at.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

fn within(path: &str, directory: &str) -> bool {
    directory.is_empty() || path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'))
}

fn refused(path: &str, why: &str) -> WorldError {
    WorldError::Io { path: path.to_owned(), source: io::Error::other(why.to_owned()) }
}

/// An object that the repository does not have: a partial clone, or one that is damaged.
pub(super) fn unreadable(repository: &git2::Repository, path: &str, error: &git2::Error) -> WorldError {
    let help = if is_partial(repository) {
        "it is a partial clone that has not fetched it; git fetch --refetch --no-filter fetches the blobs"
    } else {
        "`git fsck` tells whether the repository is whole"
    };
    WorldError::Io { path: path.to_owned(), source: io::Error::other(format!("{}; {help}", error.message())) }
}
