//! Secrets as `site_config.json` holds them, and how two of them are compared.

use serde_json::Value;

use crate::desired::content::Content;
use crate::world::secret::{Opener, SecretError, SecretRef};

/// What stands in a document for opened bytes: a JSON object or list as such, everything else as a string.
#[must_use]
pub fn value(bytes: &[u8]) -> Value {
    match serde_json::from_slice(bytes) {
        Ok(value @ (Value::Object(_) | Value::Array(_))) => value,
        _ => Value::String(String::from_utf8_lossy(bytes).into_owned()),
    }
}

/// The value for a document.
///
/// # Errors
/// When it cannot be opened.
pub fn open(content: &Content, opener: &Opener<'_>) -> Result<Value, SecretError> {
    content.open(opener).map(|bytes| value(bytes.expose()))
}

/// A fingerprint of a value of a document.
#[must_use]
pub fn fingerprint(value: &Value, opener: &Opener<'_>) -> String {
    match value {
        Value::String(text) => opener.fingerprint(text.as_bytes()),
        other => opener.fingerprint(other.to_string().as_bytes()),
    }
}

/// What is wanted of a key, as plans compare it.
#[must_use]
pub fn seal(content: &Content, opener: &Opener<'_>) -> Content {
    match content {
        Content::Secret(_) => match open(content, opener) {
            Ok(value) => Content::Sealed(fingerprint(&value, opener)),
            Err(error) => Content::Unopened(error.to_string()),
        },
        other => other.clone(),
    }
}

/// What the mark keeps of an administrator's password, which Frappe itself only keeps as a salted hash. Never without the
/// fleet's key: everybody who can read the document could guess at it.
///
/// # Errors
/// When the password, or anything derived from the key, cannot be opened.
pub fn administrator(password: &Content, opener: &Opener<'_>) -> Result<String, SecretError> {
    let derived = |purpose: &str| SecretRef::Derived {
        purpose: purpose.to_owned(),
        identity: String::new(),
        generation: 0,
    };
    opener.open(&derived("administrator-mark"))?;
    let mut bytes = b"administrator\0".to_vec();
    bytes.extend_from_slice(password.open(opener)?.expose());
    Ok(opener.fingerprint(&bytes))
}

/// The administrator's password that is wanted, as plans compare it.
#[must_use]
pub fn seal_administrator(password: &Content, opener: &Opener<'_>) -> Content {
    match password {
        Content::Secret(_) | Content::Text(_) => match administrator(password, opener) {
            Ok(fingerprint) => Content::Sealed(fingerprint),
            Err(error) => Content::Unopened(error.to_string()),
        },
        other => other.clone(),
    }
}
