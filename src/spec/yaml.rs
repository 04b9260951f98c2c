//! The tree of a YAML file as the tree that is bound: which of its maps are names, fields, secrets or free values, by
//! the table. What fits nowhere is left as it is, and is refused where it is bound.

use std::borrow::Cow;

use super::shape::{Content, FieldShape, Shape};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::load::{LIST, Node, Scalar, Value};
use crate::source::Spanned;
use crate::value::shown;

/// The tag of a reference to a secret, and the only key of the map that it is in YAML.
const SECRET: &str = "secret";

/// What stands behind a key.
enum Written<'a, 's> {
    Nothing,
    Scalar(&'a Value<'s>),
    Map(&'a [Node<'s>]),
    List,
}

fn written<'a, 's>(raw: &'a Node<'s>) -> Written<'a, 's> {
    match (&raw.tag, &raw.children, raw.args.as_slice()) {
        (Some(_), ..) => Written::List,
        (None, Some(children), _) => Written::Map(children),
        (None, None, [Value { scalar: Scalar::Null, .. }] | []) => Written::Nothing,
        (None, None, [value, ..]) => Written::Scalar(value),
    }
}

/// Blocks that have names: `{globex: {…}, initech: {…}}`, or one name, or a list of names, where there is no more to say.
pub(super) fn named<'s>(raw: &Node<'s>, shape: &'static Shape, found: &mut Diagnostics) -> Vec<Node<'s>> {
    match written(raw) {
        Written::Nothing => Vec::new(),
        Written::Map(entries) => entries.iter().map(|entry| entry_of(entry, shape, found)).collect(),
        Written::Scalar(value) => vec![by_name(raw, shape, value)],
        Written::List => {
            for item in raw.children.iter().flatten() {
                found.push(
                    Diagnostic::error(
                        Code::BIND_WRONG_TYPE,
                        format!("an item of `{}` is not a name", shape.word),
                    )
                    .at(item.span, "expected a name")
                    .help(format!("write it as a key below `{}`, with its fields below that", shape.word)),
                );
            }
            raw.args.iter().map(|value| by_name(raw, shape, value)).collect()
        }
    }
}

/// A block of which only the name is written.
fn by_name<'s>(raw: &Node<'s>, shape: &'static Shape, value: &Value<'s>) -> Node<'s> {
    let name = Spanned::new(Cow::Borrowed(shape.word), value.span);
    block(raw, name, vec![value.clone()], None)
}

/// `globex: {plan: business}`.
fn entry_of<'s>(entry: &Node<'s>, shape: &'static Shape, found: &mut Diagnostics) -> Node<'s> {
    let place = entry.name.span;
    let name = Value { tag: None, scalar: Scalar::String(entry.name.value.clone()), span: place };
    let children = match written(entry) {
        Written::Nothing => None,
        Written::Map(children) => Some(fields(children, shape, found)),
        Written::Scalar(_) | Written::List => {
            let message = format!("`{}` has a value where its fields belong", shown(&entry.name.value));
            let first = shape.fields.iter().find(|field| !shape.args.contains(&field.name));
            let example = first.map_or("field", |field| field.name);
            found.push(
                Diagnostic::error(Code::BIND_WRONG_TYPE, message)
                    .at(place, format!("the name of a `{}`", shape.word))
                    .help(format!("write its fields below it, e.g. `{example}: …`")),
            );
            None
        }
    };
    block(entry, Spanned::new(Cow::Borrowed(shape.word), place), vec![name], children)
}

fn block<'s>(
    raw: &Node<'s>,
    name: Spanned<Cow<'s, str>>,
    args: Vec<Value<'s>>,
    children: Option<Vec<Node<'s>>>,
) -> Node<'s> {
    Node { tag: None, name, args, props: Vec::new(), children, span: raw.span }
}

fn fields<'s>(entries: &[Node<'s>], shape: &'static Shape, found: &mut Diagnostics) -> Vec<Node<'s>> {
    let mut nodes = Vec::with_capacity(entries.len());
    for entry in entries {
        match shape.field(&entry.name.value).map(|index| &shape.fields[index]) {
            Some(FieldShape { content: Content::Blocks(inner), .. }) => {
                nodes.extend(named(entry, inner, found))
            }
            Some(field) => nodes.push(one(entry, field.content, found)),
            None => nodes.push(entry.clone()),
        }
    }
    nodes
}

/// A field that is written once.
fn one<'s>(raw: &Node<'s>, content: Content, found: &mut Diagnostics) -> Node<'s> {
    let name = raw.name.clone();
    match (content, written(raw)) {
        (Content::Value(_) | Content::Reference(_) | Content::Flag, Written::Map(entries)) => {
            match secret(entries).filter(|value| value.tag.as_ref().is_some_and(|tag| tag.value == SECRET)) {
                Some(value) => block(raw, name, vec![value], None),
                None => raw.clone(),
            }
        }
        (Content::Secret, Written::Map(entries)) => match secret(entries) {
            Some(value) => block(raw, name, vec![value], None),
            None => raw.clone(),
        },
        (Content::References(_), Written::List) => {
            for item in raw.children.iter().flatten() {
                found.push(
                    Diagnostic::error(
                        Code::BIND_WRONG_TYPE,
                        format!("an item of `{}` is not a name", shown(&name.value)),
                    )
                    .at(item.span, "expected a name"),
                );
            }
            block(raw, name, raw.args.clone(), None)
        }
        (Content::Block(_) | Content::Config, Written::Nothing) => {
            block(raw, name, Vec::new(), Some(Vec::new()))
        }
        (Content::Block(shape), Written::Map(entries)) => {
            block(raw, name, Vec::new(), Some(fields(entries, shape, found)))
        }
        (Content::Config, Written::Map(entries)) => {
            block(raw, name, Vec::new(), Some(entries.iter().map(free).collect()))
        }
        _ => raw.clone(),
    }
}

/// `{secret: "env:NAME"}`, or what is written like it.
fn secret<'s>(entries: &[Node<'s>]) -> Option<Value<'s>> {
    match entries {
        [Node { name, args, tag: None, children: None, .. }] => {
            let value = args.first()?;
            Some(Value { tag: Some(name.clone()), ..value.clone() })
        }
        _ => None,
    }
}

/// An entry of `config`: what is written is what is meant, but for secrets.
fn free<'s>(raw: &Node<'s>) -> Node<'s> {
    let mut node = raw.clone();
    let Some(entries) = &raw.children else { return node };
    if node.tag.is_none()
        && let Some(value) =
            secret(entries).filter(|value| value.tag.as_ref().is_some_and(|tag| tag.value == SECRET))
    {
        node.args = vec![value];
        node.children = None;
        return node;
    }
    node.children = Some(entries.iter().map(free).collect());
    node
}

/// Whether a node is a list of YAML.
pub(super) fn is_list(node: &Node<'_>) -> bool {
    node.span.syntax() == crate::source::Syntax::Yaml
        && node.tag.as_ref().is_some_and(|tag| tag.value == LIST)
}
