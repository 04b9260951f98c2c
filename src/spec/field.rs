//! The types that fields of a block have; each takes what was written for it.

use std::marker::PhantomData;

use super::block::{Block, Item, bind, bind_value, unknown_field};
use super::scalar::{FromScalar, text, unknown_tag};
use super::secret::secret;
use super::shape::{Content, Shape};
use super::yaml::is_list;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::load::{Node, Value};
use crate::source::{Span, Spanned, Syntax};
use crate::value::{Form, Json, Kind};
use crate::world::secret::SecretRef;

/// A field's type.
pub(super) trait Field: Default {
    /// What stands in it.
    const CONTENT: Content;

    /// Takes what was written.
    fn take(&mut self, name: &'static str, item: Item<'_, '_>, diagnostics: &mut Diagnostics);

    /// Tells what was written, as text and place.
    fn tell(&self, listener: &mut dyn FnMut(String, Span));
}

/// The name of a declaration, not looked up yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference<T> {
    /// As it was written.
    pub name: String,
    target: PhantomData<fn() -> T>,
}

impl<T> Reference<T> {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), target: PhantomData }
    }
}

/// A block that references may point to.
pub(super) trait Target {
    /// Its kind.
    const KIND: Kind;
}

/// Whether a field without a value is there, and where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flag(pub Option<Span>);

/// One value of a scalar type.
impl<T: FromScalar + std::fmt::Display> Field for Option<Spanned<T>> {
    const CONTENT: Content = Content::Value(T::FORM);

    fn take(&mut self, name: &'static str, item: Item<'_, '_>, diagnostics: &mut Diagnostics) {
        if let Some(value) = one_value(name, item, diagnostics) {
            *self = accept(T::from_scalar(value), value.span, diagnostics);
        }
    }

    fn tell(&self, listener: &mut dyn FnMut(String, Span)) {
        if let Some(value) = self {
            listener(value.value.to_string(), value.span);
        }
    }
}

/// A secret has its own tag, so it is no scalar like the others.
impl Field for Option<Spanned<SecretRef>> {
    const CONTENT: Content = Content::Secret;

    fn take(&mut self, name: &'static str, item: Item<'_, '_>, diagnostics: &mut Diagnostics) {
        if let Some(value) = one_value(name, item, diagnostics) {
            *self = accept(secret(value), value.span, diagnostics);
        }
    }

    fn tell(&self, listener: &mut dyn FnMut(String, Span)) {
        if let Some(value) = self {
            listener(value.value.to_string(), value.span);
        }
    }
}

const fn name_form() -> Form {
    Form {
        name: "a name",
        accepts: "the name of a declaration, as text",
        example: "\"main\"",
        json: Json::Pattern("."),
    }
}

impl<T: Target> Field for Option<Spanned<Reference<T>>> {
    const CONTENT: Content = Content::Reference(T::KIND);

    fn take(&mut self, name: &'static str, item: Item<'_, '_>, diagnostics: &mut Diagnostics) {
        if let Some(value) = one_value(name, item, diagnostics) {
            *self = accept(text(value, name_form()).map(Reference::new), value.span, diagnostics);
        }
    }

    fn tell(&self, listener: &mut dyn FnMut(String, Span)) {
        if let Some(value) = self {
            listener(value.value.name.clone(), value.span);
        }
    }
}

impl<T: Target> Field for Vec<Spanned<Reference<T>>> {
    const CONTENT: Content = Content::References(T::KIND);

    fn take(&mut self, name: &'static str, item: Item<'_, '_>, diagnostics: &mut Diagnostics) {
        let values = match item {
            Item::Child(node) => {
                plain_node(name, node, diagnostics);
                node.args.as_slice()
            }
            Item::Property(_, value) | Item::Argument(value) => std::slice::from_ref(value),
        };
        self.extend(values.iter().filter_map(|value| {
            accept(text(value, name_form()).map(Reference::new), value.span, diagnostics)
        }));
    }

    fn tell(&self, listener: &mut dyn FnMut(String, Span)) {
        for value in self {
            listener(value.value.name.clone(), value.span);
        }
    }
}

impl<B: Block> Field for Option<Box<B>> {
    const CONTENT: Content = Content::Block(B::SHAPE);

    fn take(&mut self, _name: &'static str, item: Item<'_, '_>, diagnostics: &mut Diagnostics) {
        *self = block(item, diagnostics).map(Box::new);
    }

    fn tell(&self, listener: &mut dyn FnMut(String, Span)) {
        if let Some(block) = self {
            block.tell(&mut |field, text, span| listener(format!("{} {text}", field.name), span));
        }
    }
}

impl<B: Block> Field for Vec<B> {
    const CONTENT: Content = Content::Blocks(B::SHAPE);

    fn take(&mut self, _name: &'static str, item: Item<'_, '_>, diagnostics: &mut Diagnostics) {
        self.extend(block(item, diagnostics));
    }

    fn tell(&self, listener: &mut dyn FnMut(String, Span)) {
        for block in self {
            block.tell(&mut |field, text, span| listener(format!("{} {text}", field.name), span));
        }
    }
}

impl Field for Flag {
    const CONTENT: Content = Content::Flag;

    fn take(&mut self, name: &'static str, item: Item<'_, '_>, diagnostics: &mut Diagnostics) {
        let yes = match item {
            Item::Child(node) if node.args.is_empty() && node.span.syntax() == Syntax::Kdl => {
                plain_node(name, node, diagnostics);
                true
            }
            _ => match one_value(name, item, diagnostics) {
                Some(value) => {
                    accept(bool::from_scalar(value), value.span, diagnostics).is_some_and(|yes| yes.value)
                }
                None => return,
            },
        };
        self.0 = yes.then_some(item.span());
    }

    fn tell(&self, listener: &mut dyn FnMut(String, Span)) {
        if let Some(span) = self.0 {
            listener("true".to_owned(), span);
        }
    }
}

fn block<B: Block>(item: Item<'_, '_>, diagnostics: &mut Diagnostics) -> Option<B> {
    match item {
        Item::Child(node) => Some(bind(node, diagnostics)),
        Item::Property(name, value) => Some(bind_value(name, value, diagnostics)),
        // No table names a block among its positional fields.
        Item::Argument(_) => None,
    }
}

pub(super) fn accept<T>(
    read: Result<T, Box<Diagnostic>>,
    span: Span,
    diagnostics: &mut Diagnostics,
) -> Option<Spanned<T>> {
    match read {
        Ok(value) => Some(Spanned::new(value, span)),
        Err(diagnostic) => {
            diagnostics.push(*diagnostic);
            None
        }
    }
}

/// The one value of a field that is one value.
fn one_value<'a, 's>(
    name: &'static str,
    item: Item<'a, 's>,
    diagnostics: &mut Diagnostics,
) -> Option<&'a Value<'s>> {
    let node = match item {
        Item::Child(node) => node,
        Item::Property(_, value) | Item::Argument(value) => return Some(value),
    };
    plain_node(name, node, diagnostics);
    match node.args.as_slice() {
        // Refused already, however long it is.
        _ if is_list(node) => None,
        [] => {
            // A block where a value belongs was reported already.
            if node.props.is_empty() && node.children.is_none() {
                diagnostics.push(
                    Diagnostic::error(Code::BIND_WRONG_TYPE, format!("`{name}` has no value"))
                        .at(node.name.span, "expected a value after it"),
                );
            }
            None
        }
        [value] => Some(value),
        [first, second, ..] => {
            diagnostics.push(
                Diagnostic::error(Code::BIND_EXTRA_ARGUMENT, format!("`{name}` takes one value"))
                    .at(second.span, "one too many")
                    .and(first.span, "the first"),
            );
            None
        }
    }
}

/// Refuses a tag, properties and children on a field that has none.
fn plain_node(name: &'static str, node: &Node<'_>, diagnostics: &mut Diagnostics) {
    if node.span.syntax() == Syntax::Yaml {
        if node.children.is_some() || is_list(node) {
            let found = if is_list(node) { "a list" } else { "a map" };
            diagnostics.push(
                Diagnostic::error(Code::BIND_WRONG_TYPE, format!("`{name}` is a value, not {found}"))
                    .at(node.name.span, format!("expected a value, found {found}")),
            );
        }
        return;
    }
    if let Some(tag) = &node.tag {
        diagnostics.push(unknown_tag(tag, &format!("`{name}`"), &[]));
    }
    for (property, value) in &node.props {
        let empty = Shape { word: name, doc: "", args: &[], fields: &[] };
        diagnostics.push(unknown_field(&empty, property, Item::Property(property, value)));
    }
    if node.children.is_some() {
        diagnostics.push(
            Diagnostic::error(Code::BIND_WRONG_TYPE, format!("`{name}` is a value, not a block"))
                .at(node.name.span, "expected a value, found a block"),
        );
    }
}
