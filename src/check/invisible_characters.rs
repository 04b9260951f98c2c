//! Text in `config` that reviewers cannot see, or see in another order than programs read it.

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{ConfigValue, Model};
use crate::value::invisible;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    for (_, site) in model.sites.iter() {
        for (key, value) in &site.config {
            let Some(hidden) = hidden(&value.value) else { continue };
            diagnostics.push(
                Diagnostic::error(
                    Code::CHECK_INVISIBLE_CHARACTERS,
                    format!("`{}` holds the invisible character U+{:04X}", key.value, u32::from(hidden)),
                )
                .at(
                    value.span.unwrap_or(key.span),
                    "reviewers read something else than what would be applied",
                )
                .help("write the value again by hand"),
            );
        }
    }
}

/// The first such character of a value or of a key in it. Values may have several lines.
fn hidden(value: &ConfigValue) -> Option<char> {
    match value {
        ConfigValue::String(text) => text.chars().find(|c| invisible(*c) && !matches!(c, '\n' | '\r' | '\t')),
        ConfigValue::List(values) => values.iter().find_map(hidden),
        ConfigValue::Map(entries) => entries
            .iter()
            .find_map(|(key, value)| key.chars().find(|c| invisible(*c)).or_else(|| hidden(value))),
        ConfigValue::Integer(_)
        | ConfigValue::Float(_)
        | ConfigValue::Bool(_)
        | ConfigValue::Remove
        | ConfigValue::Secret(_) => None,
    }
}
