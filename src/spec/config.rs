//! `config { key value }`: what a site's `site_config.json` shall hold.

use std::borrow::Cow;

use super::block::Item;
use super::field::Field;
use super::scalar::unknown_tag;
use super::secret::secret;
use super::shape::Content;
use super::yaml::is_list;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::load::{ITEM, LIST, Node, Scalar, Value};
use crate::source::{Span, Spanned, Syntax};
use crate::value::{ConfigValue, shown};

/// The keys of a `config` block, in order, each once.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// Key and value; the key's place.
    pub entries: Vec<(Spanned<String>, ConfigValue)>,
}

impl Field for Config {
    const CONTENT: Content = Content::Config;

    fn take(&mut self, name: &'static str, item: Item<'_, '_>, diagnostics: &mut Diagnostics) {
        let Item::Child(node) = item else {
            diagnostics.push(
                Diagnostic::error(Code::BIND_WRONG_TYPE, format!("`{name}` is a block, not a value"))
                    .at(item.span(), "expected a block"),
            );
            return;
        };
        if is_list(node) || (node.span.syntax() == Syntax::Yaml && !node.args.is_empty()) {
            diagnostics.push(
                Diagnostic::error(Code::BIND_WRONG_TYPE, format!("`{name}` is a map, not a value"))
                    .at(node.name.span, "expected keys and values below it"),
            );
            return;
        }
        if let Some(extra) = node.args.first() {
            diagnostics.push(super::block::too_many(name, &[], extra.span));
        }
        self.entries = entries(node, diagnostics);
    }

    fn tell(&self, listener: &mut dyn FnMut(String, Span)) {
        for (key, value) in &self.entries {
            listener(format!("{} {}", key.value, value.told(&key.value)), key.span);
        }
    }
}

fn entries(node: &Node<'_>, diagnostics: &mut Diagnostics) -> Vec<(Spanned<String>, ConfigValue)> {
    let mut found: Vec<(Spanned<String>, ConfigValue)> = Vec::new();
    let mut add =
        |name: &Spanned<Cow<'_, str>>, value: Option<ConfigValue>, diagnostics: &mut Diagnostics| {
            if let Some((first, _)) = found.iter().find(|(key, _)| key.value == name.value) {
                let message = format!("`{}` is given twice in one `config`", shown(&name.value));
                diagnostics.push(
                    Diagnostic::error(Code::BIND_GIVEN_TWICE, message)
                        .at(name.span, "again here")
                        .and(first.span, "first given here")
                        .help("keep one of them"),
                );
            } else if name.value.is_empty()
                || name.value.len() > 200
                || name.value.contains(crate::value::invisible)
            {
                diagnostics.push(
                    Diagnostic::error(
                        Code::BIND_BAD_VALUE,
                        format!("`{}` is no key of `site_config.json`", shown(&name.value)),
                    )
                    .at(name.span, "not a key"),
                );
            } else if let Some(value) = value {
                found.push((Spanned::new(name.value.clone().into_owned(), name.span), value));
            }
        };
    for (name, value) in &node.props {
        let value = scalar(value, diagnostics);
        add(name, value, diagnostics);
    }
    for child in node.children.iter().flatten() {
        let value = value(child, diagnostics);
        add(&child.name, value, diagnostics);
    }
    found
}

/// One value is a scalar, several are a list, a block is an object. `(list)key "one"` is a list of one, and children
/// called `-` are its items where one of them is more than a scalar.
fn value(node: &Node<'_>, diagnostics: &mut Diagnostics) -> Option<ConfigValue> {
    let list = match &node.tag {
        Some(tag) if tag.value == LIST => true,
        Some(tag) => {
            diagnostics.push(unknown_tag(tag, "a key of `config`", &[LIST]));
            return None;
        }
        None => false,
    };
    let object = node.children.is_some() || !node.props.is_empty();
    match node.args.as_slice() {
        [] if object && !list => {
            let entries = entries(node, diagnostics);
            Some(ConfigValue::Map(entries.into_iter().map(|(key, value)| (key.value, value)).collect()))
        }
        [] if list && items(node) => {
            let items = node.children.iter().flatten().map(|item| value(item, diagnostics));
            items.collect::<Option<Vec<_>>>().map(ConfigValue::List)
        }
        _ if object => {
            diagnostics.push(
                Diagnostic::error(
                    Code::BIND_WRONG_TYPE,
                    format!("`{}` is both a value and an object", shown(&node.name.value)),
                )
                .at(node.name.span, "values and keys together")
                .help("write either values after it or keys between braces"),
            );
            None
        }
        [] if !list => {
            diagnostics.push(
                Diagnostic::error(
                    Code::BIND_WRONG_TYPE,
                    format!("`{}` has no value", shown(&node.name.value)),
                )
                .at(node.name.span, "expected a value after it")
                .help(node.span.syntax().pick("`#null` removes the key", "`null` removes the key")),
            );
            None
        }
        [one] if !list => scalar(one, diagnostics),
        many => many
            .iter()
            .map(|value| scalar(value, diagnostics))
            .collect::<Option<Vec<_>>>()
            .map(ConfigValue::List),
    }
}

/// Whether a list has its items as children.
fn items(node: &Node<'_>) -> bool {
    node.props.is_empty() && node.children.iter().flatten().all(|item| item.name.value == ITEM)
}

fn scalar(value: &Value<'_>, diagnostics: &mut Diagnostics) -> Option<ConfigValue> {
    if value.tag.is_some() {
        return secret(value).map(ConfigValue::Secret).map_err(|d| diagnostics.push(*d)).ok();
    }
    match &value.scalar {
        Scalar::String(text) => Some(ConfigValue::String(text.clone().into_owned())),
        Scalar::Integer(number) if let Ok(number) = i64::try_from(*number) => {
            Some(ConfigValue::Integer(number))
        }
        Scalar::Float(number) if number.is_finite() => Some(ConfigValue::Float(*number)),
        Scalar::Bool(yes) => Some(ConfigValue::Bool(*yes)),
        Scalar::Null => Some(ConfigValue::Remove),
        Scalar::Integer(number) => {
            let message = format!("`{number}` does not fit into 64 bits");
            diagnostics.push(
                Diagnostic::error(Code::BIND_BAD_VALUE, message)
                    .at(value.span, format!("expected a whole number from {} to {}", i64::MIN, i64::MAX))
                    .help("write it between quotes if whoever reads it takes text"),
            );
            None
        }
        Scalar::Float(_) => {
            diagnostics.push(
                Diagnostic::error(Code::BIND_BAD_VALUE, "JSON has no such number")
                    .at(value.span, "infinite, or no number at all")
                    .help("write it between quotes if whoever reads it takes text"),
            );
            None
        }
    }
}
