//! Files into and out of containers, running or not.

use std::collections::{BTreeMap, BTreeSet};

use bollard::body_full;
use bollard::query_parameters::{
    ContainerArchiveInfoOptions, DownloadFromContainerOptions, UploadToContainerOptions,
};
use futures_util::StreamExt as _;

use super::client::{ANSWER, Engine, within};
use super::{errors, tarball};
use crate::provider::inside::Stored;
use crate::provider::{Error, ErrorKind};

/// The most that is read at once.
const LIMIT: usize = 64 * 1024 * 1024;

impl Engine {
    /// Writes files. An existing directory keeps its owner and mode: only those that are missing are in the archive.
    pub(super) async fn put_files(
        &self,
        container: &str,
        files: &BTreeMap<String, Stored>,
    ) -> Result<(), Error> {
        let what = format!("put files into {}", short(container));
        let mut missing = BTreeSet::new();
        for path in tarball::parents(files.keys()) {
            // Below a directory that is missing, everything is.
            let above = path.rsplit_once('/').map_or("", |(above, _)| above);
            if missing.contains(above) || !self.is_path(container, &path, &what).await? {
                missing.insert(path);
            }
        }
        let bytes = tarball::pack(&missing, files)
            .map_err(|e| Error::new(ErrorKind::Invalid, format!("{what}: {e}")))?;
        let options = UploadToContainerOptions {
            path: "/".to_owned(),
            // A directory where a file is wanted is somebody's: say so instead of replacing it.
            no_overwrite_dir_non_dir: Some("true".to_owned()),
            copy_uidgid: None,
        };
        let body = body_full(bytes.into());
        self.within(ANSWER, &what, self.docker.upload_to_container(container, Some(options), body)).await
    }

    async fn is_path(&self, container: &str, path: &str, what: &str) -> Result<bool, Error> {
        let options = ContainerArchiveInfoOptions { path: path.to_owned() };
        match within(ANSWER, what, self.docker.get_container_archive_info(container, Some(options))).await? {
            Ok(_) => Ok(true),
            Err(error) if errors::is_missing(&error) => Ok(false),
            Err(error) => Err(errors::map(what, &error)),
        }
    }

    /// Reads these files, those of one directory together: each request is a process of the engine's. Files that are not there are left
    /// out.
    pub(super) async fn get_each(
        &self,
        container: &str,
        paths: impl Iterator<Item = &String>,
    ) -> Result<BTreeMap<String, Stored>, Error> {
        let mut directories: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
        for path in paths {
            directories.entry(path.rsplit_once('/').map_or("", |(above, _)| above)).or_default().push(path);
        }
        let mut found = BTreeMap::new();
        for (directory, paths) in directories {
            // What else is in the directory may be too much to read, and the directory a link: then each file is asked for.
            let mut together = if paths.len() > 1 && !directory.is_empty() {
                self.get_files(container, directory).await.unwrap_or_default().unwrap_or_default()
            } else {
                BTreeMap::new()
            };
            for path in paths {
                let stored = match together.remove(path) {
                    Some(stored) => Some(stored),
                    None => self.get_files(container, path).await?.and_then(|mut files| files.remove(path)),
                };
                found.extend(stored.map(|stored| (path.clone(), stored)));
            }
        }
        Ok(found)
    }

    /// Reads a file or directory; `None` where there is none in an existing container.
    pub(super) async fn get_files(
        &self,
        container: &str,
        path: &str,
    ) -> Result<Option<BTreeMap<String, Stored>>, Error> {
        let what = format!("read {path} in {}", short(container));
        let options = DownloadFromContainerOptions { path: path.to_owned() };
        let mut stream = std::pin::pin!(self.docker.download_from_container(container, Some(options)));
        let mut bytes = Vec::new();
        while let Some(chunk) = within(ANSWER, &what, stream.next()).await? {
            match chunk {
                Ok(chunk) => bytes.extend_from_slice(&chunk),
                Err(error) if errors::is_missing(&error) => {
                    let error = errors::map(&what, &error);
                    return if error.message.contains("No such container") { Err(error) } else { Ok(None) };
                }
                Err(error) => return Err(errors::map(&what, &error)),
            }
            if bytes.len() > LIMIT {
                return Err(Error::new(ErrorKind::Invalid, format!("{what}: it is larger than 64 MiB")));
            }
        }
        tarball::unpack(path, &bytes).map(Some).map_err(|e| {
            Error::new(ErrorKind::Other, format!("{what}: what the engine sent is no archive: {e}"))
        })
    }
}

/// An engine id as people read it; a name stays as it is.
pub(super) fn short(container: &str) -> &str {
    let is_id = container.len() == 64 && container.bytes().all(|b| b.is_ascii_hexdigit());
    if is_id { &container[..12] } else { container }
}
