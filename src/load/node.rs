//! The one tree that KDL and YAML become: what was written and where, nothing understood yet.

use std::borrow::Cow;

use crate::source::{SourceId, Span, Spanned};

/// The tag of a node that is a list, whatever its length. Its items are values, or children called [`ITEM`].
pub const LIST: &str = "list";

/// The name of a child that is an item of a list.
pub const ITEM: &str = "-";

/// One file's tree. It borrows the text wherever nothing had to be unescaped.
#[derive(Debug, Clone)]
pub struct Document<'s> {
    /// The file.
    pub source: SourceId,
    /// Its nodes, in order.
    pub nodes: Vec<Node<'s>>,
}

/// A node: `name arg key=value { children }`. A key of a map of YAML is one too: a scalar is its only argument, a map
/// its children, and a list has the tag [`LIST`] and is arguments, or children where an item is not a scalar.
#[derive(Debug, Clone)]
pub struct Node<'s> {
    /// The `(tag)` before the name.
    pub tag: Option<Spanned<Cow<'s, str>>>,
    /// The name.
    pub name: Spanned<Cow<'s, str>>,
    /// Positional values, in order.
    pub args: Vec<Value<'s>>,
    /// `key=value`, in order; a key that was written twice is here twice.
    pub props: Vec<(Spanned<Cow<'s, str>>, Value<'s>)>,
    /// What stands between the braces; `None` when there are none.
    pub children: Option<Vec<Node<'s>>>,
    /// From the name (or its tag) to the end of the node, braces included.
    pub span: Span,
}

/// A value with its tag.
#[derive(Debug, Clone)]
pub struct Value<'s> {
    /// The `(tag)` before the value.
    pub tag: Option<Spanned<Cow<'s, str>>>,
    /// What was written.
    pub scalar: Scalar<'s>,
    /// Where, without the tag.
    pub span: Span,
}

/// A scalar.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar<'s> {
    /// Text, unescaped.
    String(Cow<'s, str>),
    /// A whole number that fits.
    Integer(i128),
    /// Any other number (a fraction, an exponent, `#inf`, `#nan`).
    Float(f64),
    /// `#true` or `#false`.
    Bool(bool),
    /// `#null`.
    Null,
}
