//! Secrets: references that travel through every phase, and the opener that turns one into bytes at the very end.
//!
//! Model, Desired, plans and artifacts hold [`SecretRef`]s only. A [`Secret`] prints as `***` and serialises to nothing.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, OnceLock};

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::World;

/// Where a secret comes from. Never the secret itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecretRef {
    /// A variable of the environment: `env:NAME`.
    Env(String),
    /// A file: `file:/path`; one trailing newline is not part of the secret.
    File(String),
    /// HMAC-SHA256(fleet key, version, fleet id, purpose, identity, generation), printed as 40 hexadecimal digits.
    Derived {
        /// What it is for, e.g. `database-root`.
        purpose: String,
        /// Identity of the declaration that it belongs to.
        identity: String,
        /// Counts rotations, from 0.
        generation: u32,
    },
    /// Random, the same for as long as one [`Opener`] lives: for what must be shown where others may look, and is
    /// replaced at once. 40 hexadecimal digits.
    OneTime {
        /// What it is for.
        purpose: String,
        /// Identity of the declaration that it belongs to.
        identity: String,
    },
}

impl fmt::Display for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "env:{name}"),
            Self::File(path) => write!(f, "file:{path}"),
            Self::Derived { purpose, identity, generation } => {
                write!(f, "derived:{purpose}/{identity}/{generation}")
            }
            Self::OneTime { purpose, identity } => write!(f, "one-time:{purpose}/{identity}"),
        }
    }
}

/// An opened secret. It lives in memory only.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// Wraps bytes that must not be printed.
    #[must_use]
    pub const fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes, for the call that needs them.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Why a secret could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The variable is not set.
    #[error("the variable {0} is not set")]
    Unset(String),
    /// The file could not be read.
    #[error("{0}")]
    File(String),
    /// It is empty, which is never meant.
    #[error("{0} is empty")]
    Empty(String),
    /// The fleet has no key to derive it from.
    #[error("the fleet has no key; derived passwords need one")]
    NoKey,
    /// Only a fingerprint is at hand.
    #[error("only a fingerprint of it is known")]
    Sealed,
}

/// Opens references, and fingerprints bytes under a key so that two secrets can be compared without keeping them.
pub struct Opener<'w> {
    world: &'w dyn World,
    fleet: String,
    key: Result<Secret, SecretError>,
    /// Opens nothing: a reference stands for its secret.
    references: bool,
    /// What one-time secrets are made from; drawn when the first is asked for.
    nonce: OnceLock<Result<[u8; 32], SecretError>>,
    opened: Mutex<BTreeMap<SecretRef, Result<Secret, SecretError>>>,
}

impl fmt::Debug for Opener<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opener").field("fleet", &self.fleet).finish_non_exhaustive()
    }
}

/// Derivation scheme; a new one gets a new number, and the old one stays for what was made with it.
const VERSION: &str = "tenantry-1";

impl<'w> Opener<'w> {
    /// An opener for a fleet. Without a key nothing can be derived.
    #[must_use]
    pub fn new(world: &'w dyn World, fleet: impl Into<String>, key: Option<Secret>) -> Self {
        Self::with(world, fleet.into(), key.ok_or(SecretError::NoKey))
    }

    /// An opener for a fleet whose key could not be opened: what is derived from it fails with that reason.
    #[must_use]
    pub fn without_key(world: &'w dyn World, fleet: impl Into<String>, why: SecretError) -> Self {
        Self::with(world, fleet.into(), Err(why))
    }

    /// An opener that opens nothing: each reference stands for its secret, so that another reference is another secret.
    /// For comparing files alone; the world is asked for nothing.
    #[must_use]
    pub fn references(world: &'w dyn World, fleet: impl Into<String>) -> Self {
        Self { references: true, ..Self::with(world, fleet.into(), Err(SecretError::NoKey)) }
    }

    fn with(world: &'w dyn World, fleet: String, key: Result<Secret, SecretError>) -> Self {
        Self { world, fleet, key, references: false, nonce: OnceLock::new(), opened: Mutex::default() }
    }

    /// Opens one reference; each is opened once.
    ///
    /// # Errors
    /// When the variable or file is not there or empty, or there is no key to derive from.
    pub fn open(&self, reference: &SecretRef) -> Result<Secret, SecretError> {
        if self.references {
            return Ok(Secret(reference.to_string().into_bytes()));
        }
        let mut opened = self.opened.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        opened
            .entry(reference.clone())
            .or_insert_with(|| match reference {
                SecretRef::OneTime { purpose, identity } => self.one_time(purpose, identity),
                _ => open(self.world, &self.fleet, self.key.as_ref().map_err(Clone::clone), reference),
            })
            .clone()
    }

    fn one_time(&self, purpose: &str, identity: &str) -> Result<Secret, SecretError> {
        let nonce = self.nonce.get_or_init(|| {
            let mut nonce = [0; 32];
            match getrandom::fill(&mut nonce) {
                Ok(()) => Ok(nonce),
                Err(error) => Err(SecretError::File(format!("the system gives no random bytes: {error}"))),
            }
        });
        Ok(digits(nonce.as_ref().map_err(Clone::clone)?, &[purpose.as_bytes(), identity.as_bytes()]))
    }

    /// What is wrong with the fleet's key, where there is one and it could be opened.
    #[must_use]
    pub fn key_faults(&self) -> Vec<String> {
        self.key.as_ref().map(|key| super::key::faults(key.expose())).unwrap_or_default()
    }

    /// Hexadecimal HMAC-SHA256 of the bytes under the fleet's key (without one: under the fleet's id alone, which is
    /// enough to compare within a run and never saved).
    #[must_use]
    pub fn fingerprint(&self, bytes: &[u8]) -> String {
        let key = self.key.as_ref().map_or(self.fleet.as_bytes(), Secret::expose);
        hex(&mac(key, &[b"fingerprint", bytes]))
    }
}

/// Opens a reference that needs no key: how the key itself is opened.
///
/// # Errors
/// As [`Opener::open`].
pub fn open_plain(world: &dyn World, reference: &SecretRef) -> Result<Secret, SecretError> {
    open(world, "", Err(SecretError::NoKey), reference)
}

fn open(
    world: &dyn World,
    fleet: &str,
    key: Result<&Secret, SecretError>,
    reference: &SecretRef,
) -> Result<Secret, SecretError> {
    let bytes = match reference {
        SecretRef::Env(name) => {
            world.variable(name).ok_or_else(|| SecretError::Unset(name.clone()))?.into_bytes()
        }
        SecretRef::File(path) => {
            let mut bytes = world.secret_file(path).map_err(|e| SecretError::File(e.to_string()))?;
            if bytes.last() == Some(&b'\n') {
                bytes.pop();
                if bytes.last() == Some(&b'\r') {
                    bytes.pop();
                }
            }
            bytes
        }
        SecretRef::Derived { purpose, identity, generation } => {
            let key = key?;
            let generation = generation.to_string();
            let parts: [&[u8]; 5] = [
                VERSION.as_bytes(),
                fleet.as_bytes(),
                purpose.as_bytes(),
                identity.as_bytes(),
                generation.as_bytes(),
            ];
            return Ok(digits(key.expose(), &parts));
        }
        // Only an opener has what it is made from.
        SecretRef::OneTime { .. } => return Err(SecretError::NoKey),
    };
    if bytes.is_empty() {
        return Err(SecretError::Empty(reference.to_string()));
    }
    Ok(Secret(bytes))
}

/// Forty hexadecimal digits from a key.
fn digits(key: &[u8], parts: &[&[u8]]) -> Secret {
    let mut text = hex(&mac(key, parts));
    text.truncate(40);
    Secret(text.into_bytes())
}

/// Each part is preceded by its length, so that no two lists of parts have the same bytes.
fn mac(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    // HMAC takes keys of any length; the error type exists for other MACs.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return Vec::new();
    };
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().to_vec()
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
