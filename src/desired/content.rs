//! The bytes of a file in a container, secrets kept apart.

use serde::{Deserialize, Serialize};

use crate::value::invisible;
use crate::world::secret::{Opener, Secret, SecretError, SecretRef};

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// Text without a secret: compared and shown as it is.
    Text(String),
    /// Text with secrets in it, as references. Opened by the call that writes it.
    Secret(Vec<Part>),
    /// A keyed fingerprint of bytes with secrets in them: what plans compare and print as `***`.
    Sealed(String),
    /// It could not be opened here, and so is not compared; the reason.
    Unopened(String),
}

/// What takes a content, and so what it can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Any bytes.
    Bytes,
    /// Text.
    Text,
    /// Text of at most so many characters that people type to log in.
    Typed(usize),
}

impl Takes {
    /// Why bytes are not taken, without a word of them.
    #[must_use]
    pub fn refuses(self, bytes: &[u8]) -> Option<String> {
        if self == Self::Bytes {
            return None;
        }
        let Ok(text) = std::str::from_utf8(bytes) else { return Some("no text in UTF-8".to_owned()) };
        let Self::Typed(most) = self else { return None };
        let count = text.chars().count();
        if count > most {
            return Some(format!("{count} characters, and {most} at most are taken"));
        }
        let unseen = text.chars().any(invisible);
        unseen.then(|| "a line break or another character in it that nobody can type".to_owned())
    }
}

/// A piece of a file with secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// As it is.
    Text(String),
    /// The secret's bytes.
    Secret(SecretRef),
}

impl Content {
    /// One secret and nothing else.
    #[must_use]
    pub fn secret(reference: SecretRef) -> Self {
        Self::Secret(vec![Part::Secret(reference)])
    }

    /// Where its secrets come from, for people: `env:TOKEN`. Empty when there is none, or only a fingerprint.
    #[must_use]
    pub fn reference(&self) -> String {
        let Self::Secret(parts) = self else { return String::new() };
        let references = parts.iter().filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Secret(secret) => Some(secret.to_string()),
        });
        references.collect::<Vec<_>>().join(" ")
    }

    /// What plans compare: a keyed fingerprint instead of the secrets, or the reason why they could not be opened.
    #[must_use]
    pub fn seal(&self, opener: &Opener<'_>) -> Self {
        match self {
            Self::Secret(_) => match self.open(opener) {
                Ok(bytes) => Self::Sealed(opener.fingerprint(bytes.expose())),
                Err(error) => Self::Unopened(error.to_string()),
            },
            other => other.clone(),
        }
    }

    /// The bytes, for the call that writes them.
    ///
    /// # Errors
    /// When a secret in it cannot be opened, or there are only fingerprints.
    pub fn open(&self, opener: &Opener<'_>) -> Result<Secret, SecretError> {
        match self {
            Self::Text(text) => Ok(Secret::new(text.clone().into_bytes())),
            Self::Secret(parts) => {
                let mut bytes = Vec::new();
                for part in parts {
                    match part {
                        Part::Text(text) => bytes.extend_from_slice(text.as_bytes()),
                        Part::Secret(reference) => bytes.extend_from_slice(opener.open(reference)?.expose()),
                    }
                }
                Ok(Secret::new(bytes))
            }
            Self::Sealed(_) => Err(SecretError::Sealed),
            Self::Unopened(why) => Err(SecretError::File(why.clone())),
        }
    }
}
