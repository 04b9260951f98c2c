//! Artifacts to a directory: only what changed is touched, each file at once, and nothing that is not ours is removed.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use rayon::prelude::*;

use super::render::Artifact;
use crate::world::MANIFEST;

/// What was done, each list by path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// Files that were not there.
    pub created: Vec<String>,
    /// Files that were ours and had other bytes.
    pub changed: Vec<String>,
    /// How many had the right bytes already.
    pub unchanged: usize,
    /// Files of ours that are no longer rendered.
    pub removed: Vec<String>,
}

/// Why artifacts could not be written. Files written before are whole.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The path would lead out of the directory.
    #[error("`{}` is no path below the output directory", path.escape_debug())]
    Path {
        /// As it was asked for.
        path: String,
    },
    /// A symbolic link stands where a directory or file of ours should be.
    #[error("{} is a symbolic link; nothing is written through it", path.display())]
    Link {
        /// The link.
        path: PathBuf,
    },
    /// A file that we did not write stands where one of ours should be.
    #[error("{} is there and was not written by tenantry; move it away", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The disk, or the quota, is full.
    #[error("no space left to write {}", path.display())]
    NoSpace {
        /// What was being written.
        path: PathBuf,
    },
    /// Anything else that the operating system says.
    #[error("cannot write {}: {source}", path.display())]
    Io {
        /// What was being written.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Makes `directory` hold exactly these artifacts, beside whatever else is in it.
///
/// # Errors
/// Before anything is written when a path is not ours to write; else what the system said.
pub fn write(directory: &Path, artifacts: &[Artifact]) -> Result<Written, WriteError> {
    let before = manifest(directory)?;
    let now: BTreeSet<&str> = artifacts.iter().map(|artifact| artifact.path.as_str()).collect();
    let mut written = Written::default();
    let mut todo = Vec::new();
    for artifact in artifacts {
        let path = below(directory, &artifact.path)?;
        match read(&path)? {
            Some(bytes) if bytes == artifact.bytes => written.unchanged += 1,
            Some(_) if !before.contains(&artifact.path) => return Err(WriteError::Foreign { path }),
            Some(_) => {
                written.changed.push(artifact.path.clone());
                todo.push((path, artifact));
            }
            None => {
                written.created.push(artifact.path.clone());
                todo.push((path, artifact));
            }
        }
    }
    let gone: Vec<&String> = before.iter().filter(|path| !now.contains(path.as_str())).collect();
    let mut gone_paths = Vec::new();
    for path in &gone {
        gone_paths.push(below(directory, path)?);
    }

    // Old and new together first: whatever interrupts us, nothing of ours is ever taken for somebody else's.
    let union: BTreeSet<&str> = before.iter().map(String::as_str).chain(now.iter().copied()).collect();
    list(directory, &before, &union)?;
    todo.par_iter().try_for_each(|(path, artifact)| put(path, &artifact.bytes, None))?;
    for (name, path) in gone.into_iter().zip(gone_paths) {
        match fs::remove_file(&path) {
            Ok(()) => written.removed.push(name.clone()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failure(&path, error)),
        }
        prune(directory, &path);
    }
    let union = union.into_iter().map(str::to_owned).collect();
    list(directory, &union, &now)?;
    Ok(written)
}

/// Writes files with secrets, readable by their owner only, into a directory that is made where there is none; one that we made
/// also tells git to leave it out. A file of that name whose first line does not have `mark` in it is somebody's.
///
/// # Errors
/// Before anything is written when a file is not ours to write; else what the system said.
pub fn write_private(directory: &Path, files: &[(&str, String)], mark: &str) -> Result<(), WriteError> {
    for (name, _) in files {
        let path = below(directory, name)?;
        if let Some(there) = read(&path)? {
            let first = there.split(|byte| *byte == b'\n').next().unwrap_or_default();
            if !String::from_utf8_lossy(first).contains(mark) {
                return Err(WriteError::Foreign { path });
            }
        }
    }
    if !directory.exists() {
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.recursive(true).create(directory).map_err(|error| failure(directory, error))?;
        put(&directory.join(".gitignore"), b"*\n", None)?;
    }
    files.iter().try_for_each(|(name, text)| put(&directory.join(name), text.as_bytes(), Some(0o600)))
}

/// The files that are ours. Lines that could not be ours are an error: somebody edited it.
fn manifest(directory: &Path) -> Result<BTreeSet<String>, WriteError> {
    let path = below(directory, MANIFEST)?;
    let bytes = read(&path)?.unwrap_or_default();
    let text = String::from_utf8(bytes)
        .map_err(|error| WriteError::Io { path: path.clone(), source: io::Error::other(error) })?;
    let files: BTreeSet<String> = text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
    for file in &files {
        below(directory, file)?;
    }
    Ok(files)
}

fn list(directory: &Path, before: &BTreeSet<String>, files: &BTreeSet<&str>) -> Result<(), WriteError> {
    if before.iter().map(String::as_str).eq(files.iter().copied()) {
        return Ok(());
    }
    let text: String = files.iter().map(|file| format!("{file}\n")).collect();
    put(&directory.join(MANIFEST), text.as_bytes(), None)
}

/// Where a relative path leads, when that is surely below the directory: plain components, no link on the way.
fn below(directory: &Path, relative: &str) -> Result<PathBuf, WriteError> {
    let plain = !relative.is_empty()
        && !relative.contains(['\\', '\n', '\0'])
        && Path::new(relative).components().all(|component| matches!(component, Component::Normal(_)))
        // `components` forgives `a//b` and `a/./b`; two names for one file are not forgiven here.
        && relative.split('/').all(|part| !part.is_empty() && part != ".");
    if !plain {
        return Err(WriteError::Path { path: relative.to_owned() });
    }
    let mut path = directory.to_path_buf();
    for part in relative.split('/') {
        path.push(part);
        match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_symlink() => return Err(WriteError::Link { path }),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failure(&path, error)),
        }
    }
    Ok(path)
}

#[expect(clippy::disallowed_methods, reason = "compares what is there with what is rendered")]
fn read(path: &Path) -> Result<Option<Vec<u8>>, WriteError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failure(path, error)),
    }
}

/// Writes a file that everybody may read, and that holds no secret: what is at the path is the old one or the new one.
///
/// # Errors
/// When it cannot be written.
pub fn write_public(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    put(path, bytes, Some(0o644))
}

/// The whole file or none of it, with its own permissions from the first byte on where some are given.
fn put(path: &Path, bytes: &[u8], mode: Option<u32>) -> Result<(), WriteError> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(|error| failure(folder, error))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    // What a killed run left may have other permissions.
    let _ = fs::remove_file(&temporary);
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if let Some(mode) = mode {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    }
    let result = options
        .open(&temporary)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&temporary, path));
    result.map_err(|error| {
        // Whatever there is of it is useless; that it cannot be removed changes nothing.
        let _ = fs::remove_file(&temporary);
        failure(path, error)
    })
}

/// Removes the directories that a removed file leaves empty.
fn prune(directory: &Path, file: &Path) {
    for folder in file.ancestors().skip(1).take_while(|folder| *folder != directory) {
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
}

/// What a failure of the operating system means for artifacts.
#[must_use]
pub fn failure(path: &Path, source: io::Error) -> WriteError {
    let path = path.to_path_buf();
    match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => WriteError::NoSpace { path },
        _ => WriteError::Io { path, source },
    }
}
