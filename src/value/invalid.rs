//! Why a text is not the value it should be, and how hostile text is shown.

use std::fmt::Write as _;

use crate::source::Syntax;

/// A text that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// What is wrong with it, as a clause that follows "it": `has upper-case letters`.
    pub why: String,
    /// What probably was meant, ready to be written instead.
    pub instead: Option<String>,
}

impl Invalid {
    /// A refusal with nothing to offer instead.
    pub fn new(why: impl Into<String>) -> Self {
        Self { why: why.into(), instead: None }
    }

    /// Offers what was probably meant.
    #[must_use]
    pub fn instead(mut self, text: impl Into<String>) -> Self {
        self.instead = Some(text.into());
        self
    }
}

/// What a value looks like: for messages, for the reference and for the JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    /// With its article: `a duration`.
    pub name: &'static str,
    /// What is accepted, as a clause.
    pub accepts: &'static str,
    /// One value as it is written in KDL.
    pub example: &'static str,
    /// The same for a schema, which editors check by. It takes all that is accepted, and some of what is not.
    pub json: Json,
}

/// What a value is in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Json {
    /// Text that a regular expression matches.
    Pattern(&'static str),
    /// One of several words.
    Words(&'static [&'static str]),
    /// A whole number.
    Whole {
        /// The smallest.
        least: u64,
        /// The largest, if there is one.
        most: Option<u64>,
    },
    /// A number above zero.
    AboveZero,
    /// `true` or `false`.
    Bool,
}

impl Form {
    /// The example as it is written in a language. Only words with a sharp sign differ.
    #[must_use]
    pub fn written(self, syntax: Syntax) -> &'static str {
        syntax.pick(self.example, self.example.trim_start_matches('#'))
    }
}

/// A small value that is written as text.
pub trait Textual: Sized {
    /// What it looks like.
    const FORM: Form;

    /// Reads it.
    ///
    /// # Errors
    /// When the text is something else; the reason says what.
    fn parse(text: &str) -> Result<Self, Invalid>;

    /// What a number that was written in its place would be as text, where a number may stand for it.
    fn from_number(_written: &str) -> Option<String> {
        None
    }

    /// What a whole number that was written in its place probably means. It is only offered, never assumed.
    fn offer(_number: i128) -> Option<String> {
        None
    }
}

/// Text of unknown origin as messages may show it: escaped, and at most 40 characters.
#[must_use]
pub fn shown(text: &str) -> String {
    const MOST: usize = 40;
    let mut out = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == MOST {
            out.push('…');
            break;
        }
        match c {
            '`' => out.push('\''),
            c if invisible(c) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// Characters that change how text looks without being seen: controls, and marks of direction or of width zero.
#[must_use]
pub fn invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}
