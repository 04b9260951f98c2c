//! What a Frappe bench holds.

use std::collections::BTreeMap;

use serde_json::Value;

use super::fields::managed;
use crate::world::secret::SecretRef;

managed! {
    /// Our keys of a bench's `common_site_config.json`, and its `apps.txt`.
    pub struct BenchConfig {
        /// Key to value; `null` removes the key.
        config: BTreeMap<String, Value> => None,
        /// Apps in the image, `frappe` first.
        apps: Vec<String> => None,
    }
}

managed! {
    /// A site.
    pub struct Site {
        /// Directory below `sites/`, also the name at which Frappe answers.
        directory: String => Data,
        /// Database, and account of the same name.
        database: String => Data,
        /// The account's password.
        database_password: SecretRef => None,
        /// The administrator's password.
        admin_password: SecretRef => None,
        /// Apps beside `frappe`, in the order of installation.
        apps: Vec<String> => None,
        /// Our keys of `site_config.json` without secrets; `null` removes the key.
        config: BTreeMap<String, Value> => None,
        /// Our keys of `site_config.json` that are secrets.
        secret_config: BTreeMap<String, SecretRef> => None,
        /// Shows a page and runs nothing.
        suspended: bool => None,
    }
}
