//! Binding a block through its table: where a field may stand, which are there, which are missing.

use std::borrow::Cow;

use super::scalar::unknown_tag;
use super::shape::{Content, FieldShape, Shape};
use super::yaml::is_list;
use crate::diag::{Code, Diagnostic, Diagnostics, suggest};
use crate::load::{Node, Value};
use crate::source::{Span, Spanned, Syntax};
use crate::value::shown;

/// A struct that a block of the files becomes. Made by the macro in `table.rs` only.
pub(super) trait Block: Default {
    /// Its table.
    const SHAPE: &'static Shape;

    /// Takes what was written for the field with that place in the table.
    fn take(&mut self, field: usize, item: Item<'_, '_>, diagnostics: &mut Diagnostics);

    /// Tells each field that was written, by its place in the table.
    fn tell(&self, listener: &mut dyn FnMut(&'static FieldShape, String, Span));

    /// Keeps the place of the whole block.
    fn place(&mut self, whole: Span);

    /// Remembers a field that was written and could not be read.
    fn spoil(&mut self, field: &'static str);
}

/// What was written for a field.
#[derive(Debug, Clone, Copy)]
pub(super) enum Item<'a, 's> {
    /// A child: `memory "4GiB"`.
    Child(&'a Node<'s>),
    /// A property: `memory="4GiB"`.
    Property(&'a Spanned<Cow<'s, str>>, &'a Value<'s>),
    /// A positional value.
    Argument(&'a Value<'s>),
}

impl Item<'_, '_> {
    /// Where the field is named; for a positional value, where it stands.
    pub(super) const fn span(&self) -> Span {
        match self {
            Self::Child(node) => node.name.span,
            Self::Property(name, _) => name.span,
            Self::Argument(value) => value.span,
        }
    }

    /// Everything that stands there beside the name.
    fn values(&self) -> Span {
        match self {
            Self::Child(node) => {
                let first = match node.args.first() {
                    Some(value) => value.span.start,
                    None => node.name.span.end,
                };
                Span { start: first, ..node.span }
            }
            Self::Property(_, value) | Self::Argument(value) => value.span,
        }
    }
}

/// Reads a node as a block.
pub(super) fn bind<B: Block>(node: &Node<'_>, diagnostics: &mut Diagnostics) -> B {
    let shape = B::SHAPE;
    let mut reader = Reader::<B>::new(node.span);
    if is_list(node) || (node.span.syntax() == Syntax::Yaml && shape.args.is_empty() && !node.args.is_empty())
    {
        let found = if is_list(node) { "a list" } else { "a value" };
        diagnostics.push(
            Diagnostic::error(
                Code::BIND_WRONG_TYPE,
                format!("`{}` is a map of fields, not {found}", shape.word),
            )
            .at(node.name.span, "expected its fields below it")
            .help(format!("its fields are {}", names(shape))),
        );
        return reader.block;
    }
    if let Some(tag) = &node.tag {
        diagnostics.push(unknown_tag(tag, &format!("`{}`", shape.word), &[]));
    }
    for (index, value) in node.args.iter().enumerate() {
        let Some(field) = shape.args.get(index).and_then(|name| shape.field(name)) else {
            diagnostics.push(too_many(shape.word, shape.args, value.span));
            break;
        };
        reader.take(field, Item::Argument(value), diagnostics);
    }
    for (name, value) in &node.props {
        match shape.field(&name.value) {
            Some(field) => reader.take(field, Item::Property(name, value), diagnostics),
            None => diagnostics.push(unknown_field(shape, name, Item::Property(name, value))),
        }
    }
    for child in node.children.iter().flatten() {
        match shape.field(&child.name.value) {
            Some(field) => reader.take(field, Item::Child(child), diagnostics),
            None => diagnostics.push(unknown_field(shape, &child.name, Item::Child(child))),
        }
    }
    reader.finish(node.name.span, diagnostics)
}

/// Reads a lone value as a block: `requests="20/s"` is `requests "20/s"`.
pub(super) fn bind_value<B: Block>(
    name: &Spanned<Cow<'_, str>>,
    value: &Value<'_>,
    diagnostics: &mut Diagnostics,
) -> B {
    let shape = B::SHAPE;
    let mut reader = Reader::<B>::new(name.span.to(value.span));
    let Some(field) = shape.args.first().and_then(|name| shape.field(name)) else {
        diagnostics.push(
            Diagnostic::error(Code::BIND_WRONG_TYPE, format!("`{}` is a block, not a value", shape.word))
                .at(value.span, "a value")
                .help(format!("write its fields between braces: {}", names(shape))),
        );
        return reader.block;
    };
    reader.take(field, Item::Argument(value), diagnostics);
    reader.finish(name.span, diagnostics)
}

struct Reader<B> {
    block: B,
    /// Where each field was first written, whether its value was good or not.
    seen: Vec<Option<Span>>,
}

impl<B: Block> Reader<B> {
    fn new(whole: Span) -> Self {
        let mut block = B::default();
        block.place(whole);
        Self { block, seen: vec![None; B::SHAPE.fields.len()] }
    }

    fn take(&mut self, field: usize, item: Item<'_, '_>, diagnostics: &mut Diagnostics) {
        let shape = &B::SHAPE.fields[field];
        let mut found = Diagnostics::default();
        match self.seen[field] {
            Some(first) if !shape.content.repeats() => found.push(
                Diagnostic::error(
                    Code::BIND_GIVEN_TWICE,
                    format!("`{}` is given twice in one `{}`", shape.name, B::SHAPE.word),
                )
                .at(item.span(), "again here")
                .and(first, "first given here")
                .help("keep one of them"),
            ),
            _ => {
                self.seen[field].get_or_insert_with(|| item.span());
                self.block.take(field, item, &mut found);
            }
        }
        if found.has_errors() {
            self.block.spoil(shape.name);
        }
        let secret = matches!(shape.content, Content::Secret);
        diagnostics.extend(found.into_iter().map(|d| if secret { d.hide(item.values()) } else { d }));
    }

    fn finish(self, name: Span, diagnostics: &mut Diagnostics) -> B {
        let missing = B::SHAPE.fields.iter().zip(&self.seen).filter(|(f, seen)| f.required && seen.is_none());
        for (field, _) in missing {
            diagnostics.push(
                Diagnostic::error(
                    Code::BIND_MISSING_FIELD,
                    format!("this `{}` has no `{}`", B::SHAPE.word, field.name),
                )
                .at(name, format!("needs `{}`", field.name))
                .help(format!(
                    "add `{}`: {}",
                    super::reference::example(field, B::SHAPE, name.syntax()),
                    lower_first(field.doc)
                )),
            );
        }
        self.block
    }
}

pub(super) fn unknown_field(shape: &Shape, name: &Spanned<Cow<'_, str>>, item: Item<'_, '_>) -> Diagnostic {
    let message = format!("`{}` has no field `{}`", shape.word, shown(&name.value));
    let diagnostic = Diagnostic::error(Code::BIND_UNKNOWN_FIELD, message).at(name.span, "not a field of it");
    let near = suggest(&name.value, shape.fields.iter().map(|field| field.name));
    match near.and_then(|near| shape.fields.iter().find(|field| field.name == near)) {
        Some(near) => {
            let fix = format!("did you mean `{}`?", near.name);
            let diagnostic = diagnostic.fix(fix, name.span, near.name);
            // A misspelt secret is one all the same.
            if matches!(near.content, Content::Secret) { diagnostic.hide(item.values()) } else { diagnostic }
        }
        None if shape.fields.is_empty() => diagnostic.help("it takes a value and nothing else"),
        None => diagnostic.help(format!("its fields are {}", names(shape))),
    }
}

pub(super) fn too_many(word: &str, args: &[&str], span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::BIND_EXTRA_ARGUMENT, format!("too many values for `{word}`"))
        .at(span, "one too many");
    match args {
        [] => diagnostic.help("it takes none; write its fields by name"),
        [one] => diagnostic.help(format!("it takes one, its `{one}`; write other fields by name")),
        more => diagnostic.help(format!("it takes {}: {}", more.len(), more.join(", "))),
    }
}

fn names(shape: &Shape) -> String {
    let names: Vec<String> = shape.fields.iter().map(|field| format!("`{}`", field.name)).collect();
    names.join(", ")
}

/// One-line docs are sentences; in a help they follow a colon. A name at the start keeps its capital.
pub(super) fn lower_first(doc: &str) -> String {
    let doc = doc.trim().trim_end_matches('.');
    let first = doc.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let name = first.chars().skip(1).any(char::is_uppercase) || matches!(first, "Frappe" | "Traefik");
    let mut chars = doc.chars();
    match chars.next() {
        Some(letter) if !name => letter.to_lowercase().chain(chars).collect(),
        _ => doc.to_owned(),
    }
}
