//! What a MariaDB server holds.

use std::collections::{BTreeMap, BTreeSet};

use super::content::Content;
use super::fields::managed;

managed! {
    /// A database.
    pub struct Schema {
        /// Its name.
        name: String => Data,
        /// Default character set.
        character_set: String => None,
        /// Default collation.
        collation: String => None,
    }
}

managed! {
    /// An account that may log in from every host, with all privileges on one database.
    pub struct Account {
        /// Its name.
        name: String => Data,
        /// From where it may log in: `%` alone. A restore by hand leaves further ones behind.
        hosts: BTreeSet<String> => None,
        /// What it may do: pattern of databases, as `GRANT` takes it (`acme\_globex`; `*` is the whole server), to `ALL` or
        /// the privileges. Seen may also be a table (`acme_globex.tabUser`), a routine or a role (`role x`).
        grants: BTreeMap<String, String> => None,
        /// Its password. Compared by its native hash, as the server keeps it.
        password: Content => None,
        /// `MAX_USER_CONNECTIONS`; 0 is no limit.
        connections: u64 => None,
        /// `MAX_STATEMENT_TIME` in seconds; 0 is no limit.
        statement_time: u64 => None,
        /// Limits by the hour (`max_questions`, `max_updates`, `max_connections`), which cut a tenant off: none.
        hourly: BTreeMap<String, u64> => None,
        /// No new login.
        locked: bool => None,
    }
}
