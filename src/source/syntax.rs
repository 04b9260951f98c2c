//! The languages that a file may be written in.

use std::path::Path;

/// How a file is written. What a message tells people to write depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Syntax {
    /// KDL 2.
    Kdl,
    /// YAML 1.2.
    Yaml,
}

impl Syntax {
    /// The syntax of a file, by its ending.
    #[must_use]
    pub fn of(path: &str) -> Self {
        let extension = Path::new(path).extension();
        if extension.is_some_and(|is| is.eq_ignore_ascii_case("yaml") || is.eq_ignore_ascii_case("yml")) {
            Self::Yaml
        } else {
            Self::Kdl
        }
    }

    /// One of two spellings of the same thing.
    #[must_use]
    pub fn pick<T>(self, kdl: T, yaml: T) -> T {
        match self {
            Self::Kdl => kdl,
            Self::Yaml => yaml,
        }
    }
}
