//! What `site_config.json` may hold.

use std::fmt;

use crate::diag::may_be_secret;
use crate::world::secret::SecretRef;

/// A value of `config`: what `site_config.json` may hold.
#[derive(Debug, Clone, PartialEq)]
pub enum ConfigValue {
    /// Text.
    String(String),
    /// A whole number.
    Integer(i64),
    /// A fraction.
    Float(f64),
    /// Yes or no.
    Bool(bool),
    /// The key is removed.
    Remove,
    /// A secret.
    Secret(SecretRef),
    /// A nested object, by key.
    Map(Vec<(String, ConfigValue)>),
    /// A list.
    List(Vec<ConfigValue>),
}

impl ConfigValue {
    /// As text for people: what a telling key has in clear is not shown.
    #[must_use]
    pub fn told(&self, key: &str) -> String {
        match self {
            Self::String(_) | Self::Integer(_) | Self::Float(_) | Self::List(_) if may_be_secret(key) => {
                "***".to_owned()
            }
            other => other.to_string(),
        }
    }
}

impl fmt::Display for ConfigValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::String(text) => write!(f, "{text:?}"),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Float(number) => write!(f, "{number:?}"),
            Self::Bool(yes) => write!(f, "{yes}"),
            Self::Remove => f.write_str("null"),
            Self::Secret(reference) => write!(f, "{reference}"),
            Self::Map(entries) => {
                let parts: Vec<String> =
                    entries.iter().map(|(key, value)| format!("{key}: {}", value.told(key))).collect();
                write!(f, "{{{}}}", parts.join(", "))
            }
            Self::List(items) => {
                let parts: Vec<String> = items.iter().map(ToString::to_string).collect();
                write!(f, "[{}]", parts.join(", "))
            }
        }
    }
}
