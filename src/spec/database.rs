//! `database`: a MariaDB server.

use super::field::Reference;
use super::host::Host;
use super::scalar::Count;
use super::table::block;
use crate::source::Spanned;
use crate::value::{Bytes, Image, Name, NanoCpus, Version};
use crate::world::secret::SecretRef;

block! {
    /// A MariaDB server: each site of its benches has a database and an account there.
    Database = "database" ["name"] {
        /// Its name.
        name: Option<Spanned<Name>> = "name" required;
        /// Its first name, when it was renamed.
        id: Option<Spanned<Name>> = "id";
        /// MariaDB's version.
        mariadb: Option<Spanned<Version>> = "mariadb" required;
        /// Its host.
        host: Option<Spanned<Reference<Host>>> = "host" required;
        /// Its image; default `mariadb:<version>`.
        image: Option<Spanned<Image>> = "image";
        /// Root's password; derived from the fleet's key unless written.
        root: Option<Spanned<SecretRef>> = "root";
        /// Memory of its container.
        memory: Option<Spanned<Bytes>> = "memory";
        /// Processors of its container.
        cpus: Option<Spanned<NanoCpus>> = "cpus";
        /// Connections that the server takes at once; default 200.
        connections: Option<Spanned<Count>> = "connections";
    }
}
