//! What `.gitignore` files of a tree leave out: the same as in a working copy, also where git tracks it all the same.

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// The `.gitignore` files from the top of the tree down to a directory.
#[derive(Debug, Default, Clone)]
pub(super) struct Ignored {
    /// Each with the length of its directory's path, `/` included; outermost first.
    files: Vec<(usize, Gitignore)>,
}

/// What is said of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// Nothing.
    Nothing,
    /// It is left out.
    Out,
    /// It is kept by name.
    Kept,
}

impl Ignored {
    /// With one more file, of the directory whose path (with its `/`, or empty) is given.
    pub(super) fn with(&self, directory: &str, text: &str) -> Self {
        let mut builder = GitignoreBuilder::new("");
        for line in text.lines() {
            // As in a working copy: a pattern that is none says nothing.
            let _ = builder.add_line(None, line);
        }
        let mut files = self.files.clone();
        if let Ok(built) = builder.build() {
            files.push((directory.len(), built));
        }
        Self { files }
    }

    /// The nearest file that says anything has the word.
    pub(super) fn said(&self, path: &str, directory: bool) -> Said {
        for (cut, file) in self.files.iter().rev() {
            match file.matched(path.get(*cut..).unwrap_or(path), directory) {
                Match::None => {}
                Match::Ignore(_) => return Said::Out,
                Match::Whitelist(_) => return Said::Kept,
            }
        }
        Said::Nothing
    }
}
