//! Case files: sections of input and of what is expected, in one text file that reviewers read.
//!
//! A line `=== name` begins a section and everything up to the next such line is its text; what stands before the first
//! is a remark. With `TENANTRY_BLESS=1` expectations are written instead of compared; read the difference in git then.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// One case file.
pub(crate) struct Case {
    /// Where it is.
    pub(crate) path: PathBuf,
    remark: String,
    /// Sections by name, in order.
    pub(crate) sections: Vec<(String, String)>,
}

impl Case {
    /// Every case of a folder of `tests/cases`. There must be some.
    pub(crate) fn all(folder: &str) -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(folder);
        let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "case"))
            .collect();
        paths.sort();
        assert!(!paths.is_empty(), "no cases in {}", folder.display());
        paths.into_iter().map(Self::open).collect()
    }

    #[expect(clippy::disallowed_methods, reason = "a test reads its data")]
    fn open(path: PathBuf) -> Self {
        let text = fs::read_to_string(&path).unwrap();
        let mut case = Self { path, remark: String::new(), sections: Vec::new() };
        for line in text.split_inclusive('\n') {
            if let Some(name) = line.strip_prefix("=== ") {
                case.sections.push((name.trim_end().to_owned(), String::new()));
            } else if let Some((_, text)) = case.sections.last_mut() {
                text.push_str(line);
            } else {
                case.remark.push_str(line);
            }
        }
        case
    }

    /// The text of a section.
    pub(crate) fn section(&self, name: &str) -> Option<&str> {
        self.sections.iter().find(|(own, _)| own == name).map(|(_, text)| text.as_str())
    }

    /// Sections that are files of a fleet: their names have a dot.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.sections
            .iter()
            .filter(|(name, _)| name.contains('.'))
            .map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// Compares a section with what came out, or writes it. The message when they differ.
    #[must_use]
    pub(crate) fn expect(&mut self, name: &str, actual: &str) -> Option<String> {
        let actual = format!("{}\n", actual.trim_end());
        #[expect(clippy::disallowed_methods, reason = "the switch of the person who runs the tests")]
        let bless = std::env::var("TENANTRY_BLESS").is_ok_and(|value| value == "1");
        if bless {
            match self.sections.iter_mut().find(|(own, _)| own == name) {
                Some((_, text)) => text.clone_from(&actual),
                None => self.sections.push((name.to_owned(), actual)),
            }
            self.write();
            return None;
        }
        let expected = self.section(name).unwrap_or_default();
        (expected.trim_end() != actual.trim_end()).then(|| {
            format!(
                "{}: {name} is otherwise\n--- expected\n{expected}\n--- actual\n{actual}\n",
                self.path.display()
            )
        })
    }

    #[expect(clippy::disallowed_methods, reason = "blessing writes the case")]
    fn write(&self) {
        let mut out = self.remark.clone();
        for (name, text) in &self.sections {
            let _ = write!(out, "=== {name}\n{text}");
        }
        fs::write(&self.path, out).unwrap();
    }
}
