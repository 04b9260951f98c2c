//! What is wrong with the files, as data. `render` is the only thing that prints it.

mod code;
mod few;
mod json;
mod likely;
pub mod render;
mod secret;
mod suggest;
mod visible;

use std::collections::BTreeSet;

use crate::source::{SourceId, Span};

pub use code::{Code, TABLE};
pub use json::json;
pub use likely::may_be_secret;
pub use suggest::suggest;
pub use visible::printable;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The fleet does not compile, or the plan is refused.
    Error,
    /// Worth a look; nothing stops.
    Warning,
}

/// A place with a few words on what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is there; may be empty.
    pub text: String,
}

/// Text that replaces a span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What goes.
    pub span: Span,
    /// What comes.
    pub text: String,
}

/// What to do about it, with the edits that do it where they are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Help {
    /// One clause, imperative.
    pub text: String,
    /// Applied together they mend it; empty when only a person can decide.
    pub edits: Vec<Edit>,
    /// The option of `plan` and `apply` that gives leave, without its dashes: `anew=site.globex`, `new-fleet`.
    pub leave: Option<String>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// `phase/slug`.
    pub code: Code,
    /// How bad.
    pub severity: Severity,
    /// One lower-case clause that says what is wrong, names in backticks, no full stop.
    pub message: String,
    /// Where; `None` when no file has the fault (an empty directory, an engine that does not answer).
    pub primary: Option<Label>,
    /// The other parties, each in its own file.
    pub others: Vec<Label>,
    /// Further facts, one line each.
    pub notes: Vec<String>,
    /// The way out.
    pub help: Vec<Help>,
    /// Places whose text may be a secret: snippets show `*` instead.
    pub hidden: Vec<Span>,
    /// How many of its kind there are behind it that nobody is told one by one.
    pub more: usize,
}

impl Diagnostic {
    /// An error without a place yet.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            primary: None,
            others: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            hidden: Vec::new(),
            more: 0,
        }
    }

    /// A warning without a place yet.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// Says where.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.primary = Some(Label { span, text: text.into() });
        self
    }

    /// Shows another party.
    #[must_use]
    pub fn and(mut self, span: Span, text: impl Into<String>) -> Self {
        self.others.push(Label { span, text: text.into() });
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Keeps the text of a place out of snippets.
    #[must_use]
    pub fn hide(mut self, span: Span) -> Self {
        self.hidden.push(span);
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(Help { text: text.into(), edits: Vec::new(), leave: None });
        self
    }

    /// Says which option gives leave to do it all the same.
    #[must_use]
    pub fn leave(mut self, option: impl Into<String>, text: impl Into<String>) -> Self {
        self.help.push(Help { text: text.into(), edits: Vec::new(), leave: Some(option.into()) });
        self
    }

    /// Says what to do, and does it.
    #[must_use]
    pub fn fix(mut self, text: impl Into<String>, span: Span, replacement: impl Into<String>) -> Self {
        self.help.push(Help {
            text: text.into(),
            edits: vec![Edit { span, text: replacement.into() }],
            leave: None,
        });
        self
    }
}

/// Everything that was found so far.
#[derive(Debug, Default, Clone)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds all of another collection.
    pub fn extend(&mut self, other: impl IntoIterator<Item = Diagnostic>) {
        self.0.extend(other);
    }

    /// Keeps those for which the test is true.
    pub fn retain(&mut self, test: impl FnMut(&Diagnostic) -> bool) {
        self.0.retain(test);
    }

    /// Takes the last ones back for which the test is true.
    pub fn take_back(&mut self, mut test: impl FnMut(&Diagnostic) -> bool) {
        while self.0.last().is_some_and(&mut test) {
            self.0.pop();
        }
    }

    /// Whether any of them is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|d| d.severity == Severity::Error)
    }

    /// The files that errors point into.
    #[must_use]
    pub fn sources(&self) -> BTreeSet<SourceId> {
        let errors = self.0.iter().filter(|d| d.severity == Severity::Error);
        errors.filter_map(|d| d.primary.as_ref()).map(|label| label.span.source).collect()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them by file, place and code, each once; of many of one kind the first ones, and how many more there are.
    #[must_use]
    pub fn sorted(mut self) -> Vec<Diagnostic> {
        self.0.sort_by(|a, b| {
            let key = |d: &Diagnostic| d.primary.as_ref().map(|l| l.span);
            (key(a), a.severity, a.code, &a.message).cmp(&(key(b), b.severity, b.code, &b.message))
        });
        self.0.dedup();
        few::few(self.0)
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(iter: I) -> Self {
        Self(iter.into_iter().collect())
    }
}
