//! Records as git notes on the commits they are about. `git log --notes=tenantry` shows them; a clone fetches them with
//! `git fetch origin refs/notes/tenantry:refs/notes/tenantry`.

use super::{Queue, Record};
use crate::world::git::{GitError, Repository};

/// Where the notes are.
pub const NOTES: &str = "refs/notes/tenantry";

/// Tries before another process that writes notes at the same time is an error.
const TRIES: u32 = 20;

/// Adds a record to a commit's note.
///
/// # Errors
/// When the commit is not there, or the repository cannot be written.
pub fn write(repository: &Repository, commit: &str, record: &Record) -> Result<(), GitError> {
    let git = repository.git();
    let id = git2::Oid::from_str(commit)?;
    let signature = git2::Signature::now("tenantry", "tenantry@localhost")?;
    // A note is read and written again with one record more: what somebody adds in between must not get lost.
    let _lock = Queue::of(&repository.path()).lock_notes()?;
    let mut tried = 0;
    loop {
        let before = text(git, id)?;
        let text = match &before {
            Some(before) => format!("{}\n\n{record}", before.trim_end()),
            None => record.to_string(),
        };
        match git.note(&signature, &signature, Some(NOTES), id, &text, true) {
            Ok(_) => return Ok(()),
            // Somebody else was faster: their record has to be kept.
            Err(error)
                if tried < TRIES
                    && matches!(error.code(), git2::ErrorCode::Locked | git2::ErrorCode::Modified) =>
            {
                tried += 1;
                std::thread::sleep(std::time::Duration::from_millis(10 * u64::from(tried)));
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// The records of one commit, oldest first.
///
/// # Errors
/// When the notes cannot be read.
pub fn notes_of(repository: &Repository, commit: &str) -> Result<Vec<Record>, GitError> {
    let id = git2::Oid::from_str(commit)?;
    Ok(text(repository.git(), id)?.map(|text| Record::parse_all(&text)).unwrap_or_default())
}

fn text(git: &git2::Repository, commit: git2::Oid) -> Result<Option<String>, GitError> {
    match git.find_note(Some(NOTES), commit) {
        Ok(note) => Ok(Some(String::from_utf8_lossy(note.message_bytes()).into_owned())),
        Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}
