//! Files of patterns that leave out files: `.gitignore`, and `.tenantryignore` of our own.

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// What a fleet leaves out of itself, in git's language of patterns: from the fleet's directory down.
pub const EXCLUDE: &str = ".tenantryignore";

/// The files of patterns from a top down to a directory.
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

/// A line that is no pattern.
#[derive(Debug)]
pub(super) struct Odd {
    /// From 1.
    pub(super) line: usize,
    /// Why.
    pub(super) why: String,
}

impl Ignored {
    /// With a `.gitignore` of the directory whose path (with its `/`, or empty) is given. As git does, a pattern that is none says nothing.
    pub(super) fn with_gitignore(&self, directory: &str, text: &str) -> Self {
        self.with(directory, text).0
    }

    /// With a `.tenantryignore`. Nobody else reads it, so a pattern that is none is told.
    pub(super) fn with_exclude(&self, directory: &str, text: &str) -> Result<Self, Odd> {
        match self.with(directory, text) {
            (_, Some(odd)) => Err(odd),
            (files, None) => Ok(files),
        }
    }

    fn with(&self, directory: &str, text: &str) -> (Self, Option<Odd>) {
        let mut builder = GitignoreBuilder::new("");
        let mut odd = None;
        for (n, line) in text.strip_prefix('\u{feff}').unwrap_or(text).lines().enumerate() {
            if let Err(error) = builder.add_line(None, line) {
                odd.get_or_insert(Odd { line: n + 1, why: plainly(&error) });
            }
        }
        let mut files = self.files.clone();
        match builder.build() {
            Ok(built) => files.push((directory.len(), built)),
            Err(error) => {
                odd.get_or_insert(Odd { line: 1, why: plainly(&error) });
            }
        }
        (Self { files }, odd)
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

fn plainly(error: &ignore::Error) -> String {
    match error {
        ignore::Error::Glob { err, .. } => err.clone(),
        ignore::Error::WithLineNumber { err, .. } | ignore::Error::WithPath { err, .. } => plainly(err),
        error => error.to_string(),
    }
}
