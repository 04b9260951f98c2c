//! What an object is called inside Tenantry, in marks and in saved plans.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The kinds of objects. Their order is the fixed rank that deletions follow, last first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectKind {
    /// Docker image.
    Image,
    /// Docker network.
    Network,
    /// Docker volume.
    Volume,
    /// Docker container.
    Container,
    /// Traefik routers, services and middlewares.
    Route,
    /// MariaDB database.
    Schema,
    /// MariaDB account.
    Account,
    /// Frappe's `common_site_config.json`.
    BenchConfig,
    /// Frappe site.
    Site,
}

impl ObjectKind {
    /// Every kind, in order.
    pub const ALL: [Self; 9] = [
        Self::Image,
        Self::Network,
        Self::Volume,
        Self::Container,
        Self::Route,
        Self::Schema,
        Self::Account,
        Self::BenchConfig,
        Self::Site,
    ];

    /// The word in ids.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Network => "network",
            Self::Volume => "volume",
            Self::Container => "container",
            Self::Route => "route",
            Self::Schema => "schema",
            Self::Account => "account",
            Self::BenchConfig => "bench-config",
            Self::Site => "site",
        }
    }
}

/// `<identity of the declaration>/<kind>/<role>`, e.g. `bench.v15-a/container/backend`. The role may be empty
/// (`site.globex/route`), and only an image's role has slashes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    /// Identity of the declaration, `kind.id`.
    pub of: String,
    /// What it is.
    pub kind: ObjectKind,
    /// Which of the declaration's objects of this kind.
    pub role: String,
}

impl ObjectId {
    /// An id.
    pub fn new(of: impl Into<String>, kind: ObjectKind, role: impl Into<String>) -> Self {
        Self { of: of.into(), kind, role: role.into() }
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.of, self.kind.word())?;
        if !self.role.is_empty() {
            write!(f, "/{}", self.role)?;
        }
        Ok(())
    }
}

/// The text is no object id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an object id")]
pub struct NotAnObjectId(String);

impl FromStr for ObjectId {
    type Err = NotAnObjectId;

    fn from_str(text: &str) -> Result<Self, NotAnObjectId> {
        let fail = || NotAnObjectId(text.to_owned());
        let mut parts = text.splitn(3, '/');
        let of = parts.next().filter(|of| of.contains('.')).ok_or_else(fail)?;
        let word = parts.next().ok_or_else(fail)?;
        let kind = ObjectKind::ALL.into_iter().find(|k| k.word() == word).ok_or_else(fail)?;
        Ok(Self::new(of, kind, parts.next().unwrap_or_default()))
    }
}

impl Serialize for ObjectId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ObjectId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
