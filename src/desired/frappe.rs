//! What a Frappe bench holds.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::content::Content;
use super::fields::managed;

managed! {
    /// Our keys of a bench's `common_site_config.json`, its `apps.txt`, and the release that its sites are made for.
    pub struct BenchConfig {
        /// Image of the release. A bench with sites keeps it: another one means migrations.
        image: String => None,
        /// Version of Frappe in the image.
        frappe: String => None,
        /// Apps of the release that the image lacks: none.
        missing: BTreeSet<String> => None,
        /// Lines of `apps.txt`, `frappe` first.
        apps: Vec<String> => None,
        /// Key to value; `null` removes the key.
        config: BTreeMap<String, Value> => None free,
    }
}

managed! {
    /// A site.
    pub struct Site {
        /// Directory below `sites/`, also the name at which Frappe answers.
        directory: String => Data,
        /// Database, and account of the same name.
        database: String => Data,
        /// Whose it is: identity of its tenant. One that was made before marks said it reads as wanted.
        #[serde(default)]
        tenant: String => Data,
        /// Whether `bench new-site` has ended: nobody can log in to a site for which it has not.
        complete: bool => None,
        /// The account's password.
        database_password: Content => None,
        /// The administrator's password. Frappe keeps a salted hash, so the fingerprint of what was set is in our mark.
        admin_password: Content => None,
        /// Apps beside `frappe`, in the order of installation.
        apps: Vec<String> => None,
        /// Apps that are not there in full: an installation began and never ended, whether Frappe lists them or not, or it
        /// ended and Frappe lists them no longer. None.
        unfinished: BTreeSet<String> => None,
        /// Our keys of `site_config.json` without secrets; `null` removes the key.
        config: BTreeMap<String, Value> => None free,
        /// Our keys of `site_config.json` that are secrets.
        secret_config: BTreeMap<String, Content> => None,
        /// Whether Frappe's scheduler is enabled in the site's database. A new site's is not.
        scheduler: bool => None,
        /// Answers nobody and runs no jobs (`maintenance_mode` and `pause_scheduler`).
        suspended: bool => None,
    }
}
