//! A password in a repository is everybody's, for ever.

use super::{config_key_forbidden, config_key_owned};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{ConfigValue, Model};

/// Endings of keys whose values are secrets.
const ENDINGS: [&str; 8] =
    ["access_key", "api_key", "encryption_key", "passphrase", "password", "private_key", "secret", "token"];

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    for (_, site) in model.sites.iter() {
        // A key that may not be there at all is told as that.
        let may_be_there =
            |key: &str| !config_key_owned::is(key) && config_key_forbidden::reason(key).is_none();
        for (key, value) in site.config.iter().filter(|(key, _)| may_be_there(&key.value)) {
            let Some(name) = clear(&key.value, &value.value) else { continue };
            diagnostics.push(
                Diagnostic::error(
                    Code::CHECK_SECRET_IN_CLEAR,
                    format!(
                        "`{name}` of site `{}` is a secret that stands in the repository",
                        site.meta.name
                    ),
                )
                .at(value.span.unwrap_or(key.span), "written in clear")
                .help(format!(
                    "refer to it, e.g. `{}`, and change it where it is used: history keeps it",
                    key.span.syntax().pick("(secret)\"env:NAME\"", "{secret: \"env:NAME\"}")
                )),
            );
        }
    }
}

/// The first key whose text looks like a secret.
fn clear<'m>(key: &'m str, value: &'m ConfigValue) -> Option<&'m str> {
    match value {
        ConfigValue::String(text) if !text.is_empty() => {
            let lower = key.to_ascii_lowercase();
            (ENDINGS.iter().any(|ending| lower.ends_with(ending)) || has_login(text)).then_some(key)
        }
        ConfigValue::List(values) => values.iter().find_map(|value| clear(key, value)),
        ConfigValue::Map(entries) => entries.iter().find_map(|(key, value)| clear(key, value)),
        _ => None,
    }
}

/// Whether a text is an address with a password in it: `https://user:password@host`.
fn has_login(text: &str) -> bool {
    let Some((_, rest)) = text.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let login = authority.rsplit_once('@').map(|(login, _)| login);
    login.and_then(|login| login.split_once(':')).is_some_and(|(_, password)| !password.is_empty())
}
