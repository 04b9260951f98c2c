//! `fleet`: what holds for everything.

use super::limits::Limits;
use super::table::block;
use crate::source::Spanned;
use crate::value::{Domain, Email, FilePath, FleetId, Name, NameServer, Seconds, Url, Word};
use crate::world::secret::SecretRef;

block! {
    /// The fleet itself: one a repository.
    Fleet = "fleet" ["name"] {
        /// Its name, for people.
        name: Option<Spanned<Name>> = "name" required;
        /// What all physical names begin with; it never changes.
        id: Option<Spanned<FleetId>> = "id" required;
        /// The key that passwords are derived from; only fleets of sandboxes do without.
        key: Option<Spanned<SecretRef>> = "key";
        /// The domain under which sites answer: site `globex` at `globex.<sites-under>`.
        sites_under: Option<Spanned<Domain>> = "sites-under";
        /// How certificates are got; without it everything is plain HTTP.
        certificates: Option<Box<Certificates>> = "certificates";
        /// Limits of every site that names none nearer.
        limits: Option<Box<Limits>> = "limits";
    }
}

block! {
    /// Where certificates come from.
    Certificates = "certificates" [] {
        /// An authority that speaks ACME, such as Let's Encrypt; only where each name has a `file` it can be left out.
        acme: Option<Box<Acme>> = "acme";
        /// Certificates that somebody else gets and renews: they serve the names that are in them.
        files: Vec<CertificateFile> = "file";
    }
}

block! {
    /// An authority that speaks ACME.
    Acme = "acme" [] {
        /// Where the authority writes to.
        email: Option<Spanned<Email>> = "email" required;
        /// lego's name of the DNS provider, for one wildcard certificate; without it each name is proved over HTTP.
        dns: Option<Spanned<Word>> = "dns";
        /// The provider's token; for `rfc2136` the key file that `tsig-keygen` writes.
        token: Option<Spanned<SecretRef>> = "token";
        /// For `rfc2136`: the name server that takes the updates, and is asked whether they have arrived.
        nameserver: Option<Spanned<NameServer>> = "nameserver";
        /// Directory URL of another authority than Let's Encrypt.
        server: Option<Spanned<Url>> = "server";
        /// The root of that authority, where no system trusts it: a PEM file of the fleet.
        ca: Option<Spanned<FilePath>> = "ca";
        /// How long its certificates last, where that is not 90 days: it says when they are renewed.
        lifetime: Option<Spanned<Seconds>> = "lifetime";
    }
}

block! {
    /// A certificate that is no business of ACME.
    CertificateFile = "file" ["name"] {
        /// The certificate, then those between it and its root: a PEM file of the fleet.
        chain: Option<Spanned<FilePath>> = "name" required;
        /// Its private key.
        key: Option<Spanned<SecretRef>> = "key" required;
    }
}
