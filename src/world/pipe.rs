//! Named pipes where a file should be: opening one waits, perhaps for ever, for whoever is at its other end.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

/// How long somebody may take to begin to write into a pipe.
const OPENED: Duration = Duration::from_secs(3);
/// How long the whole may take then: a secret store may ask a person first.
const READ: Duration = Duration::from_secs(60);

/// Refuses a pipe where a file of ours belongs.
///
/// # Errors
/// When there is one.
pub fn refuse_pipe(path: &Path) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|meta| meta.file_type().is_fifo()) {
        return Err(io::Error::other("it is a pipe where a file belongs"));
    }
    Ok(())
}

/// Reads what is no regular file up to a limit, and does not wait for ever.
///
/// # Errors
/// When it cannot be read, or nobody writes into it.
pub fn read_patiently(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    let path = path.to_owned();
    // Nothing can end a thread that waits for a pipe; this one ends with the process.
    std::thread::Builder::new().name("pipe".to_owned()).spawn(move || {
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) => return drop(sender.send(Err(error))),
        };
        // Whoever waited may have given up.
        let _ = sender.send(Ok(Vec::new()));
        let mut bytes = Vec::new();
        let read = file.take(limit).read_to_end(&mut bytes);
        drop(sender.send(read.map(|_| bytes)));
    })?;
    let late = |why: &str| io::Error::new(io::ErrorKind::TimedOut, why.to_owned());
    receiver.recv_timeout(OPENED).map_err(|_| late("it is a pipe, and nobody writes into it"))??;
    receiver.recv_timeout(READ).map_err(|_| late("it is a pipe, and who writes into it does not end"))?
}
