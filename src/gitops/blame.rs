//! Who wrote the line behind a change.

use std::collections::BTreeMap;

use crate::world::git::{GitError, Repository};

/// The commit that a line comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blamed {
    /// Seven hexadecimal digits.
    pub commit: String,
    /// Who wrote it.
    pub author: String,
}

/// Blames lines of files as they are at `commit`. Places are `path:line` from the fleet's directory, as causes in plans are; one that
/// the commit does not have (a line that is not committed yet) is left out.
///
/// # Errors
/// When the repository has no such commit.
pub fn blame<'p>(
    repository: &Repository,
    commit: &str,
    directory: &str,
    places: impl IntoIterator<Item = &'p str>,
) -> Result<BTreeMap<&'p str, Blamed>, GitError> {
    let git = repository.git();
    let id = git2::Oid::from_str(commit)?;
    git.find_commit(id)?;
    let mut files: BTreeMap<&str, Vec<(usize, &str)>> = BTreeMap::new();
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
        let (Some(first), Some(last)) = (lines.iter().map(|l| l.0).min(), lines.iter().map(|l| l.0).max())
        else {
            continue;
        };
        let mut options = git2::BlameOptions::new();
        options.newest_commit(id).min_line(first).max_line(last);
        let Ok(blame) = git.blame_file(std::path::Path::new(&full), Some(&mut options)) else { continue };
        for (line, place) in lines {
            if let Some(hunk) = blame.get_line(line)
                && let Ok(commit) = git.find_commit(hunk.final_commit_id())
            {
                let author = String::from_utf8_lossy(commit.author().name_bytes()).into_owned();
                let commit = commit.id().to_string().chars().take(7).collect();
                blamed.insert(place, Blamed { commit, author });
            }
        }
    }
    Ok(blamed)
}
