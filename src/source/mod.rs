//! Where text comes from: the files of one compile and positions in them.

mod line;
mod syntax;

use std::sync::{Arc, OnceLock};

pub use line::Position;
pub use syntax::Syntax;

/// A file of the [`SourceMap`], by the order in which it was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(u32);

/// The lowest bit is the syntax: whoever has a span can say what to write there, and the order is that of the files.
impl SourceId {
    fn new(index: usize, syntax: Syntax) -> Self {
        let index = u32::try_from(index).unwrap_or(u32::MAX >> 1);
        Self(index << 1 | u32::from(syntax == Syntax::Yaml))
    }

    const fn index(self) -> usize {
        (self.0 >> 1) as usize
    }

    /// How the file is written.
    #[must_use]
    pub const fn syntax(self) -> Syntax {
        if self.0 & 1 == 1 { Syntax::Yaml } else { Syntax::Kdl }
    }
}

/// A range of bytes in one file. `start <= end`, both are offsets within the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// How the file is written.
    #[must_use]
    pub const fn syntax(self) -> Syntax {
        self.source.syntax()
    }

    /// The smallest span that covers both; the other must lie in the same file.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { source: self.source, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A value and the place where it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// What was written.
    pub value: T,
    /// Where.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Pairs a value with its place.
    pub const fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    /// Keeps the place, changes the value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned::new(f(self.value), self.span)
    }
}

#[derive(Debug)]
struct File {
    path: String,
    text: Arc<str>,
    /// Can be shown but must not be understood: its bytes were not all text.
    excerpt: bool,
    /// Where its lines begin: found when the first place in it is told, for thousands may be.
    lines: OnceLock<Vec<u32>>,
}

impl File {
    fn lines(&self) -> &[u32] {
        self.lines.get_or_init(|| line::starts(&self.text))
    }
}

/// The files of one compile. Spans mean nothing without it.
#[derive(Debug, Default)]
pub struct SourceMap {
    files: Vec<File>,
}

impl SourceMap {
    /// Adds a file under the path that people see (relative to the fleet directory).
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<Arc<str>>) -> SourceId {
        self.push(File { path: path.into(), text: text.into(), excerpt: false, lines: OnceLock::new() })
    }

    /// Adds what can be shown of a file that is not all text, so that a diagnostic can point into it.
    pub fn add_excerpt(&mut self, path: impl Into<String>, text: impl Into<Arc<str>>) -> SourceId {
        self.push(File { path: path.into(), text: text.into(), excerpt: true, lines: OnceLock::new() })
    }

    fn push(&mut self, file: File) -> SourceId {
        let id = SourceId::new(self.files.len(), Syntax::of(&file.path));
        self.files.push(file);
        id
    }

    /// Whether the file was added by [`SourceMap::add_excerpt`]: there is nothing to parse in it.
    #[must_use]
    pub fn is_excerpt(&self, id: SourceId) -> bool {
        self.files[id.index()].excerpt
    }

    /// The path under which the file was added.
    #[must_use]
    pub fn path(&self, id: SourceId) -> &str {
        &self.files[id.index()].path
    }

    /// The whole text of a file.
    #[must_use]
    pub fn text(&self, id: SourceId) -> &Arc<str> {
        &self.files[id.index()].text
    }

    /// The text that a span covers.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.source).get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// Line and column at which a span begins.
    #[must_use]
    pub fn position(&self, span: Span) -> Position {
        let file = &self.files[span.source.index()];
        line::position(&file.text, file.lines(), span.start)
    }

    /// `path:line`, as causes in plans show it.
    #[must_use]
    pub fn place(&self, span: Span) -> String {
        let file = &self.files[span.source.index()];
        let offset = span.start.min(u32::try_from(file.text.len()).unwrap_or(u32::MAX));
        format!("{}:{}", file.path, line::line(file.lines(), offset))
    }

    /// Every file, in the order in which it was added.
    pub fn ids(&self) -> impl Iterator<Item = SourceId> {
        self.files.iter().enumerate().map(|(index, file)| SourceId::new(index, Syntax::of(&file.path)))
    }
}
