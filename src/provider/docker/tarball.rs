//! Files and the tar archives by which the engine takes and gives them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read as _};

use crate::provider::inside::Stored;

/// An archive to be unpacked at `/`, with the directories that are to be made, parents first.
pub(super) fn pack(directories: &BTreeSet<String>, files: &BTreeMap<String, Stored>) -> io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    for path in directories {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Directory);
        header.set_mode(0o755);
        header.set_size(0);
        archive.append_data(&mut header, relative(path), io::empty())?;
    }
    for (path, file) in files {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Regular);
        header.set_mode(file.mode);
        header.set_uid(file.uid.into());
        header.set_gid(file.gid.into());
        header.set_size(file.bytes.len() as u64);
        archive.append_data(&mut header, relative(path), file.bytes.as_slice())?;
    }
    archive.into_inner()
}

/// The regular files of an archive that the engine made of `path`, by absolute path. Links and devices are left out:
/// nothing that we wrote is one.
pub(super) fn unpack(path: &str, bytes: &[u8]) -> io::Result<BTreeMap<String, Stored>> {
    let parent = path.trim_end_matches('/').rsplit_once('/').map_or("", |(parent, _)| parent);
    let mut files = BTreeMap::new();
    for entry in tar::Archive::new(bytes).entries()? {
        let mut entry = entry?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let name = entry.path()?.to_string_lossy().into_owned();
        let header = entry.header();
        let narrow = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        let (mode, uid, gid) = (header.mode()? & 0o7777, narrow(header.uid()?), narrow(header.gid()?));
        let mut content = Vec::new();
        entry.read_to_end(&mut content)?;
        files.insert(format!("{parent}/{name}"), Stored { bytes: content, mode, uid, gid });
    }
    Ok(files)
}

/// Every directory above these paths, `/` aside.
pub(super) fn parents<'a>(paths: impl Iterator<Item = &'a String>) -> BTreeSet<String> {
    paths.flat_map(|path| path.match_indices('/').skip(1).map(|(at, _)| path[..at].to_owned())).collect()
}

fn relative(path: &str) -> &str {
    path.trim_start_matches('/')
}

#[cfg(test)]
mod tests;
