//! Repositories that several accounts push to (`git init --shared=group`): what one account writes, the next has to go on with.

use rustix::fs::Mode;

use crate::world::git::{GitError, Repository};

/// Has this process, and what it starts, write files as `core.sharedRepository` wants them. git does so for its own files, and not for what hooks
/// write.
///
/// # Errors
/// When the configuration cannot be read.
pub fn share(repository: &Repository) -> Result<(), GitError> {
    let config = repository.git().config()?;
    let value = config.get_string("core.sharedRepository").unwrap_or_default();
    if let Some(open) = opened(&value) {
        let mask = rustix::process::umask(Mode::empty());
        rustix::process::umask(mask & !Mode::from_raw_mode(open));
    }
    Ok(())
}

/// What the mask of new files must not take away.
fn opened(value: &str) -> Option<u32> {
    match value {
        "group" | "true" | "1" | "yes" | "on" => Some(0o070),
        "all" | "world" | "everybody" | "2" => Some(0o075),
        // Modes of files; directories need what lets one in.
        mode if mode.starts_with('0') => {
            let mode = u32::from_str_radix(mode, 8).ok().filter(|mode| *mode > 0)?;
            Some((mode | (mode & 0o444) >> 2) & 0o077)
        }
        _ => None,
    }
}
