//! The fleet, its machines and its servers.

use super::{Layered, Limits, Meta, Ref};
use crate::source::Spanned;
use crate::value::certificate::covers;
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

/// Where certificates come from.
#[derive(Debug, Clone)]
pub struct Certificates {
    /// The authority that is asked; `None` only where every name has a file.
    pub acme: Option<Acme>,
    /// Certificates that somebody else gets.
    pub files: Vec<CertificateFile>,
    /// The whole block.
    pub span: crate::source::Span,
}

/// An authority that speaks ACME.
#[derive(Debug, Clone)]
pub struct Acme {
    /// Where the authority writes to.
    pub email: Spanned<String>,
    /// lego's name of the DNS provider, for a wildcard by DNS-01; without it HTTP-01, one name at a time.
    pub dns: Option<Spanned<String>>,
    /// The provider's token.
    pub token: Option<Spanned<SecretRef>>,
    /// Where updates of the DNS go, with its port; exactly for `rfc2136`.
    pub nameserver: Option<Spanned<String>>,
    /// Directory URL of another authority than Let's Encrypt.
    pub server: Option<Spanned<String>>,
    /// The PEM text of that authority's root.
    pub authority: Option<Spanned<String>>,
    /// Seconds that its certificates last, where that is not 90 days.
    pub lifetime: Option<Spanned<u64>>,
}

impl Certificates {
    /// The first file that is for a name.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&CertificateFile> {
        self.files.iter().find(|file| covers(&file.names, name))
    }
}

/// A certificate that somebody else gets and renews.
#[derive(Debug, Clone)]
pub struct CertificateFile {
    /// What its files are called in a container: the path, as one word.
    pub stem: String,
    /// Where it lies in the fleet.
    pub path: Spanned<String>,
    /// The PEM text, the certificate first.
    pub chain: String,
    /// The names that it is for; `*.example.com` is a wildcard.
    pub names: Vec<String>,
    /// Its last second, since 1970.
    pub not_after: u64,
    /// Its private key.
    pub key: Spanned<SecretRef>,
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
    /// Seconds for which browsers insist on HTTPS.
    pub hsts: Option<Spanned<u64>>,
    /// Addresses and networks of the proxies before it.
    pub proxies: Vec<Spanned<String>>,
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
