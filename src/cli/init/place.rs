//! Where a fleet begins: what is there already, and writing beside it.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::files::{File, may_stay};
use crate::world::{Directory, World as _};

/// A directory, which need not be there yet.
pub(super) struct Place {
    directory: PathBuf,
    repository: Option<PathBuf>,
}

impl Place {
    /// The directory, whole: what it is called and which repository is around it do not depend on how it was named.
    pub(super) fn at(directory: &Path) -> io::Result<Self> {
        let directory = match directory.canonicalize() {
            Ok(directory) if directory.is_dir() => directory,
            Ok(_) => return Err(told(directory, "is not a directory; name another one")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => std::path::absolute(directory)?,
            Err(error) => return Err(told(directory, error)),
        };
        let repository = directory.ancestors().find(|above| above.join(".git").exists()).map(Path::to_owned);
        Ok(Self { directory, repository })
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// The top of the git repository that it is in.
    pub(super) fn repository(&self) -> Option<&Path> {
        self.repository.as_deref()
    }

    /// What must not be there and is, and which of the files stay as they are. Whatever would be read as part of the fleet
    /// is in the way too.
    pub(super) fn in_the_way(&self, files: &[File]) -> io::Result<(Vec<String>, Vec<&'static str>)> {
        if !self.directory.exists() {
            return Ok((Vec::new(), Vec::new()));
        }
        let (mut found, mut kept) = (Vec::new(), Vec::new());
        for file in files {
            let path = self.directory.join(file.path);
            // A link that leads nowhere is something, too.
            if path.symlink_metadata().is_ok() {
                if may_stay(file.path) && path.is_file() {
                    kept.push(file.path);
                } else {
                    found.push(file.path.to_owned());
                }
            }
            // A file where a folder has to be.
            let above =
                Path::new(file.path).ancestors().skip(1).filter(|above| !above.as_os_str().is_empty());
            found.extend(
                above
                    .filter(|above| {
                        let above = self.directory.join(above);
                        above.symlink_metadata().is_ok() && !above.is_dir()
                    })
                    .map(|above| above.display().to_string()),
            );
        }
        match Directory::new(&self.directory).files() {
            Ok(files) => found.extend(files),
            // It cannot be read, perhaps for what was found already: that says more.
            Err(error) if found.is_empty() => return Err(io::Error::other(error)),
            Err(_) => {}
        }
        found.sort();
        found.dedup();
        Ok((found, kept))
    }

    /// Writes all of them. A file that appeared in the meantime is not overwritten either.
    pub(super) fn write(&self, files: &[File]) -> io::Result<()> {
        for file in files {
            let path = self.directory.join(file.path);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(|error| told(folder, error))?;
            }
            let mode = if file.program { 0o777 } else { 0o666 };
            let mut new = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(mode)
                .open(&path)
                .map_err(|error| told(&path, error))?;
            new.write_all(file.text.as_bytes()).map_err(|error| told(&path, error))?;
        }
        Ok(())
    }
}

fn told(path: &Path, what: impl std::fmt::Display) -> io::Error {
    io::Error::other(format!("{} {what}", super::shell(path)))
}
