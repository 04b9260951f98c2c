//! Physical names, from the fleet's id and identities alone: a rename never changes one.

use crate::desired::{ObjectId, ObjectKind};
use crate::model::{Bench, Database, Edge};
use crate::value::Identity;
use crate::world::secret::SecretRef;

/// A compose project of ours, e.g. `acme-bench-v15-a`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project(String);

impl Project {
    /// The project of a Traefik.
    #[must_use]
    pub fn edge(fleet: &str, edge: &Edge) -> Self {
        Self::new(fleet, "edge", &edge.meta.identity)
    }

    /// The project of a MariaDB server.
    #[must_use]
    pub fn database(fleet: &str, database: &Database) -> Self {
        Self::new(fleet, "db", &database.meta.identity)
    }

    /// The project of a bench.
    #[must_use]
    pub fn bench(fleet: &str, bench: &Bench) -> Self {
        Self::new(fleet, "bench", &bench.meta.identity)
    }

    fn new(fleet: &str, kind: &str, identity: &Identity) -> Self {
        Self(format!("{fleet}-{kind}-{}", identity.id()))
    }

    /// The project's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }

    /// The container of a service: each of ours has one.
    #[must_use]
    pub fn container(&self, service: &str) -> String {
        format!("{}-{service}-1", self.0)
    }

    /// A network or volume.
    #[must_use]
    pub fn resource(&self, key: &str) -> String {
        format!("{}_{key}", self.0)
    }

    /// A service's name on networks that it shares with other projects, where `frontend` alone would be anybody's.
    #[must_use]
    pub fn alias(&self, service: &str) -> String {
        format!("{}-{service}", self.0)
    }
}

/// Service of a database server, and the name at which benches reach it.
pub const MARIADB: &str = "mariadb";

/// Whether a container is a database server.
#[must_use]
pub fn is_database_server(id: &ObjectId) -> bool {
    id.kind == ObjectKind::Container && id.role == MARIADB && id.of.starts_with("database.")
}

/// Key of a database server's own network. Benches share none with each other: the server joins each bench's.
pub const DATABASE_NETWORK: &str = "db";

/// Key of a bench's own network, on which its containers and its database server are.
pub const BENCH_NETWORK: &str = "bench";

/// The password of a site's account.
#[must_use]
pub fn database_password(site: &Identity) -> SecretRef {
    SecretRef::Derived { purpose: "database-password".to_owned(), identity: site.to_string(), generation: 0 }
}
