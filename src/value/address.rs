//! What people call a declaration, and what it is.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The kinds of declarations, in the order in which a fleet is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The fleet itself: one a repository.
    Fleet,
    /// A machine with an engine.
    Host,
    /// A Traefik on a host.
    Edge,
    /// A MariaDB server.
    Database,
    /// What a tenant pays for and may use.
    Plan,
    /// A Frappe app.
    App,
    /// An image and the apps in it.
    Release,
    /// How big a bench is.
    Size,
    /// A Frappe bench.
    Bench,
    /// A customer.
    Tenant,
    /// A Frappe site.
    Site,
}

impl Kind {
    /// Every kind, in order.
    pub const ALL: [Self; 11] = [
        Self::Fleet,
        Self::Host,
        Self::Edge,
        Self::Database,
        Self::Plan,
        Self::App,
        Self::Release,
        Self::Size,
        Self::Bench,
        Self::Tenant,
        Self::Site,
    ];

    /// The word that people write.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fleet => "fleet",
            Self::Host => "host",
            Self::Edge => "edge",
            Self::Database => "database",
            Self::Plan => "plan",
            Self::App => "app",
            Self::Release => "release",
            Self::Size => "size",
            Self::Bench => "bench",
            Self::Tenant => "tenant",
            Self::Site => "site",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// `kind.name`, as people see and type it. It changes when they rename.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Address(String);

impl Address {
    /// The address of a declaration.
    #[must_use]
    pub fn new(kind: Kind, name: &str) -> Self {
        Self(format!("{kind}.{name}"))
    }

    /// `kind.name`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `kind.name` as it was first written, or with the name of an explicit `id=`. It never changes: physical names, marks
/// and derived passwords come from it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Identity(String);

impl Identity {
    /// The identity of a declaration.
    #[must_use]
    pub fn new(kind: Kind, id: &str) -> Self {
        Self(format!("{kind}.{id}"))
    }

    /// `kind.id`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part after the kind.
    #[must_use]
    pub fn id(&self) -> &str {
        self.0.split_once('.').map_or(&self.0, |(_, id)| id)
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
