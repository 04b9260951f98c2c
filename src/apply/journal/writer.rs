//! The thread that writes: takes all lines that wait, writes them at once, syncs once where one of them needs it, answers each.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::mpsc::Receiver;

use super::{LIMIT, Line, append, failed, old_path};

/// Until every sender is gone.
pub(super) fn run(path: &Path, mut file: File, inbox: &Receiver<Line>) {
    // Somebody may have been killed in the middle of a line: ours must not be glued to it.
    let mut torn = ends_torn(path);
    while let Ok(first) = inbox.recv() {
        let mut lines = vec![first];
        lines.extend(inbox.try_iter());
        let mut bytes = Vec::new();
        if torn {
            bytes.push(b'\n');
        }
        for line in &lines {
            bytes.extend_from_slice(&line.bytes);
        }
        let result = rotate(path, &mut file).and_then(|()| {
            // One write, so that two processes' lines don't mix.
            file.write_all(&bytes)?;
            if lines.iter().any(|line| line.synced) { file.sync_data() } else { Ok(()) }
        });
        torn = result.is_err();
        for line in lines {
            // Who has stopped waiting needs no answer.
            let _ = line.done.send(result.as_ref().copied().map_err(|error| failed(path, error)));
        }
    }
}

/// The length of what is at the path decides, not that of the open file: another process may have moved it already.
fn rotate(path: &Path, file: &mut File) -> io::Result<()> {
    let is_full = fs::metadata(path).is_ok_and(|m| m.is_file() && m.len() > LIMIT);
    if is_full {
        fs::rename(path, old_path(path))?;
    }
    if is_full || (file.metadata()?.len() > LIMIT && path.exists()) {
        *file = append(path)?;
    }
    Ok(())
}

fn ends_torn(path: &Path) -> bool {
    let mut last = [0];
    let mut look = || -> io::Result<bool> {
        let mut file = File::open(path)?;
        if !file.metadata()?.is_file() || file.seek(SeekFrom::End(0))? == 0 {
            return Ok(false);
        }
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        Ok(last != *b"\n")
    };
    look().unwrap_or(false)
}
