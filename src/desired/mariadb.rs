//! What a MariaDB server holds.

use super::fields::managed;
use crate::world::secret::SecretRef;

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
    /// An account `name`@`%` with all privileges on one database.
    pub struct Account {
        /// Its name.
        name: String => Data,
        /// The database that it may use, unescaped.
        schema: String => None,
        /// Its password.
        password: SecretRef => None,
        /// `MAX_USER_CONNECTIONS`; 0 is no limit.
        connections: u64 => None,
        /// `MAX_STATEMENT_TIME` in seconds; 0 is no limit.
        statement_time: u64 => None,
        /// No new login.
        locked: bool => None,
    }
}
