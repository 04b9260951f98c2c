//! Who wrote the line behind a change.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::world::git::{GitError, Repository};

/// The commit that a line comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blamed {
    /// Seven hexadecimal digits; `None` for a line that is not committed yet.
    pub commit: Option<String>,
    /// Who wrote it; empty for a line that is not committed yet.
    pub author: String,
}

/// Blames lines of files against the history of `commit`. `places` are `path:line` from the fleet's directory, as causes in plans are;
/// `text` is what is read of a file now, which may not be what is committed. A file that the commit does not have is left out.
///
/// # Errors
/// When the repository has no such commit.
pub fn blame<'t>(
    repository: &Repository,
    commit: &str,
    directory: &str,
    places: &BTreeSet<String>,
    text: impl Fn(&str) -> Option<&'t str>,
) -> Result<BTreeMap<String, Blamed>, GitError> {
    let git = repository.git();
    let newest = git2::Oid::from_str(commit)?;
    git.find_commit(newest)?;
    let mut files: BTreeMap<&str, Vec<(usize, &String)>> = BTreeMap::new();
    for place in places {
        if let Some((path, line)) = place.rsplit_once(':')
            && let Ok(line) = line.parse()
        {
            files.entry(path).or_default().push((line, place));
        }
    }
    let mut blamed = BTreeMap::new();
    for (path, lines) in files {
        let full = if directory.is_empty() { path.to_owned() } else { format!("{directory}/{path}") };
        let mut options = git2::BlameOptions::new();
        options.newest_commit(newest);
        let committed = git.blame_file(Path::new(&full), Some(&mut options));
        let (Ok(committed), Some(text)) = (committed, text(path)) else { continue };
        let Ok(now) = committed.blame_buffer(text.as_bytes()) else { continue };
        for (line, place) in lines {
            let Some(hunk) = now.get_line(line) else { continue };
            // Lines that are not in any commit have the id of none.
            let one = match git.find_commit(hunk.final_commit_id()) {
                Ok(commit) => Blamed {
                    commit: Some(commit.id().to_string().chars().take(7).collect()),
                    author: String::from_utf8_lossy(commit.author().name_bytes()).into_owned(),
                },
                Err(_) => Blamed { commit: None, author: String::new() },
            };
            blamed.insert(place.clone(), one);
        }
    }
    Ok(blamed)
}
