//! The fleet, its machines and its servers.

use super::{Layered, Limits, Meta, Ref};
use crate::source::Spanned;
use crate::world::secret::SecretRef;

/// The fleet: one a repository.
#[derive(Debug, Clone)]
pub struct Fleet {
    /// Name and place.
    pub meta: Meta,
    /// The id that physical names begin with. It never changes.
    pub id: Spanned<String>,
    /// The key that passwords are derived from; `None` only where every host is a sandbox.
    pub key: Option<Spanned<SecretRef>>,
    /// The domain under which sites get their names.
    pub sites_under: Option<Spanned<String>>,
    /// How certificates are got; without it everything is plain HTTP.
    pub certificates: Option<Certificates>,
    /// Limits of every site that names none nearer.
    pub limits: Limits,
}

/// Certificates by ACME.
#[derive(Debug, Clone)]
pub struct Certificates {
    /// Where the authority writes to.
    pub email: Spanned<String>,
    /// lego's name of the DNS provider, for a wildcard by DNS-01; without it HTTP-01, one name at a time.
    pub dns: Option<Spanned<String>>,
    /// The provider's token.
    pub token: Option<Spanned<SecretRef>>,
    /// Directory URL of another authority than Let's Encrypt.
    pub server: Option<Spanned<String>>,
    /// The whole block.
    pub span: crate::source::Span,
}

/// A machine with an engine.
#[derive(Debug, Clone)]
pub struct Host {
    /// Name and place.
    pub meta: Meta,
    /// What runs containers there.
    pub engine: Spanned<Engine>,
    /// A label for people and, later, placement.
    pub region: Option<Spanned<String>>,
    /// Processors, in billionths.
    pub nano_cpus: Option<Spanned<u64>>,
    /// Memory in bytes.
    pub memory: Option<Spanned<u64>>,
    /// Whether images may be pulled.
    pub images: PullPolicy,
}

/// What runs containers on a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Engine {
    /// The embedded model of a host.
    Sandbox,
    /// A Docker Engine: `unix:///path`, `tcp://host:port`, `ssh://user@host`; `None` is `DOCKER_HOST`, else the local socket.
    Docker(Option<String>),
}

/// When images are pulled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PullPolicy {
    /// When the engine does not have them.
    #[default]
    Missing,
    /// Never: a missing image refuses the plan.
    Never,
}

/// A Traefik on a host.
#[derive(Debug, Clone)]
pub struct Edge {
    /// Name and place.
    pub meta: Meta,
    /// Its host.
    pub host: Ref<Host>,
    /// Traefik's image.
    pub image: Layered<String>,
    /// The image of the container that serves status pages: any with busybox's `httpd`.
    pub page_image: Layered<String>,
    /// Port for plain HTTP on the host.
    pub http: Layered<u16>,
    /// Port for HTTPS on the host; `Some` exactly when the fleet has certificates.
    pub https: Option<Layered<u16>>,
    /// Address of the host to bind; empty binds all.
    pub bind: Layered<String>,
    /// A name at which the edge answers with its own status page.
    pub status: Option<Spanned<String>>,
    /// Memory limit in bytes.
    pub memory: Option<Spanned<u64>>,
    /// CPU limit in billionths.
    pub nano_cpus: Option<Spanned<u64>>,
}

/// A MariaDB server.
#[derive(Debug, Clone)]
pub struct Database {
    /// Name and place.
    pub meta: Meta,
    /// Its host.
    pub host: Ref<Host>,
    /// MariaDB's version, e.g. `10.11`.
    pub version: Spanned<String>,
    /// Its image; `mariadb:<version>` unless written.
    pub image: Layered<String>,
    /// Root's password; derived unless written.
    pub root: SecretRef,
    /// Memory limit in bytes.
    pub memory: Option<Spanned<u64>>,
    /// CPU limit in billionths.
    pub nano_cpus: Option<Spanned<u64>>,
    /// `max_connections` of the server.
    pub connections: Layered<u64>,
}
