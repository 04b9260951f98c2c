//! The lock of a sandbox: a lock of the operating system on a file beside the world's, or a slot in memory. Both go
//! with their holder's process.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::provider::host::Held;
use crate::provider::{BoxFuture, Error, ErrorKind, LockInfo};
use crate::world::refuse_pipe;

/// Who holds a sandbox in memory.
pub(super) type Slot = Arc<Mutex<Option<LockInfo>>>;

/// Takes the lock of a sandbox in memory.
pub(super) fn in_memory(slot: &Slot, info: &LockInfo) -> Result<Box<dyn Held>, Error> {
    let mut holder = lock(slot);
    if let Some(holder) = &*holder {
        return Err(holder.refusal());
    }
    *holder = Some(info.clone());
    drop(holder);
    Ok(Box::new(Memory { slot: Arc::clone(slot), id: info.id.clone() }))
}

/// The file that is locked, beside the world's.
fn beside(world: &Path) -> PathBuf {
    let mut name = world.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}

/// Who holds the lock of a sandbox in a file.
pub(super) fn holder_of(world: &Path) -> Result<Option<LockInfo>, Error> {
    let path = beside(world);
    let failed = |error: std::io::Error| {
        Error::new(ErrorKind::Other, format!("cannot read who holds {}: {error}", path.display()))
    };
    refuse_pipe(&path).map_err(failed)?;
    let mut file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(failed)?;
    // Whoever gives it back empties the file: only what one that was killed may have left is looked at closer.
    if text.is_empty() {
        return Ok(None);
    }
    match file.try_lock_shared() {
        Ok(()) => file.unlock().map(|()| None).map_err(failed),
        Err(TryLockError::WouldBlock) => {
            serde_json::from_str(&text).map(Some).map_err(|error| failed(error.into()))
        }
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// Takes the lock of a sandbox in a file.
pub(super) fn on_file(world: &Path, info: &LockInfo) -> Result<Box<dyn Held>, Error> {
    let path = beside(world);
    let failed = |error: std::io::Error| {
        Error::new(ErrorKind::Other, format!("cannot lock the sandbox by {}: {error}", path.display()))
    };
    if let Some(directory) = path.parent() {
        std::fs::create_dir_all(directory).map_err(failed)?;
    }
    refuse_pipe(&path).map_err(failed)?;
    let options = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
    let mut file = options.map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut text = String::new();
            // Its holder may be about to write it.
            let holder = file.read_to_string(&mut text).ok().and_then(|_| serde_json::from_str(&text).ok());
            return Err(holder.map_or_else(
                || Error::new(ErrorKind::Locked, "another run holds the sandbox and has not said who it is"),
                |holder: LockInfo| holder.refusal(),
            ));
        }
        Err(TryLockError::Error(error)) => return Err(failed(error)),
    }
    let text = serde_json::to_string(info).map_err(|error| failed(error.into()))?;
    file.set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| file.write_all(text.as_bytes()))
        .map_err(failed)?;
    Ok(Box::new(OnFile { file, path, id: info.id.clone() }))
}

struct Memory {
    slot: Slot,
    id: String,
}

impl Held for Memory {
    fn check(&self) -> BoxFuture<'_, Result<(), Error>> {
        let is_ours = lock(&self.slot).as_ref().is_some_and(|holder| holder.id == self.id);
        Box::pin(async move { still(is_ours) })
    }

    fn release(self: Box<Self>) -> BoxFuture<'static, Result<(), Error>> {
        drop(self);
        Box::pin(async { Ok(()) })
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        let mut holder = lock(&self.slot);
        if holder.as_ref().is_some_and(|holder| holder.id == self.id) {
            *holder = None;
        }
    }
}

struct OnFile {
    file: File,
    path: PathBuf,
    id: String,
}

impl Held for OnFile {
    /// Somebody may have removed the file; then the next one locks another file, and ours means nothing.
    fn check(&self) -> BoxFuture<'_, Result<(), Error>> {
        #[expect(clippy::disallowed_methods, reason = "the lock's own file")]
        let text = std::fs::read_to_string(&self.path).unwrap_or_default();
        let is_ours = serde_json::from_str::<LockInfo>(&text).is_ok_and(|holder| holder.id == self.id);
        Box::pin(async move { still(is_ours) })
    }

    /// The file stays: removing it could take away one that somebody has locked meanwhile.
    fn release(self: Box<Self>) -> BoxFuture<'static, Result<(), Error>> {
        let result = self
            .file
            .set_len(0)
            .and_then(|()| self.file.unlock())
            .map_err(|error| Error::new(ErrorKind::Other, format!("cannot unlock the sandbox: {error}")));
        Box::pin(async move { result })
    }
}

fn still(is_ours: bool) -> Result<(), Error> {
    if is_ours { Ok(()) } else { Err(Error::new(ErrorKind::Locked, "the sandbox's lock is no longer ours")) }
}

fn lock(slot: &Slot) -> MutexGuard<'_, Option<LockInfo>> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}
