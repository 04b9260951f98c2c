//! `limits`, in every layer that has them, and `plan`.

use super::scalar::Count;
use super::table::block;
use crate::source::Spanned;
use crate::value::{Bytes, Money, Name, NanoCpus, Rate, Seconds};

block! {
    /// What a tenant pays for and may use.
    Plan = "plan" ["name"] {
        /// Its name.
        name: Option<Spanned<Name>> = "name" required;
        /// Its first name, when it was renamed.
        id: Option<Spanned<Name>> = "id";
        /// What it costs.
        price: Option<Spanned<Money>> = "price";
        /// What it allows.
        limits: Option<Box<Limits>> = "limits";
        /// How its sites shall be backed up; nothing acts on it yet.
        backup: Option<Box<Backup>> = "backup";
    }
}

block! {
    /// What a site or a tenant may use; what is not written is not limited.
    Limits = "limits" [] {
        /// Sites that a tenant may have.
        sites: Option<Spanned<u64>> = "sites";
        /// Enabled system users of a site; nothing acts on it yet.
        users: Option<Spanned<u64>> = "users";
        /// Size of a site's database; nothing acts on it yet.
        database_size: Option<Spanned<Bytes>> = "database-size";
        /// Size of a site's files; nothing acts on it yet.
        files_size: Option<Spanned<Bytes>> = "files-size";
        /// Connections of a site's database account at once.
        connections: Option<Spanned<Count>> = "connections";
        /// How long a statement of a site may run.
        statement_time: Option<Spanned<Seconds>> = "statement-time";
        /// Requests of a site.
        requests: Option<Box<Requests>> = "requests";
        /// Memory of the tenant's own bench.
        memory: Option<Spanned<Bytes>> = "memory";
        /// Processors of the tenant's own bench.
        cpus: Option<Spanned<NanoCpus>> = "cpus";
        /// Processes of each container of the tenant's own bench.
        processes: Option<Spanned<Count>> = "processes";
    }
}

block! {
    /// Requests that a site may get, whatever its names: Traefik counts them all as the site's own, but for files (`/assets/`) and the connections of open desks (`/socket.io/`).
    Requests = "requests" ["rate"] {
        /// How many in which time, on average.
        rate: Option<Spanned<Rate>> = "rate" required;
        /// How many more may come at once.
        burst: Option<Spanned<Count>> = "burst";
        /// How many may be under way at once.
        in_flight: Option<Spanned<Count>> = "in-flight";
    }
}

block! {
    /// A schedule of backups.
    Backup = "backup" [] {
        /// Time between two.
        every: Option<Spanned<Seconds>> = "every" required;
        /// How many are kept.
        keep: Option<Spanned<Count>> = "keep" required;
    }
}
