//! What the database of a site says of it: read by whoever reads the server, understood by Frappe's backend.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::desired::{ObjectId, ObjectKind};

/// What Frappe wrote into a site's database.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteTables {
    /// Apps that Frappe lists as installed, in its order (`installed_apps` in `tabDefaultValue`), `frappe` among them.
    /// Empty while `bench new-site` has not come that far.
    pub installed: Vec<String>,
    /// Whether the administrator has a password (`__Auth`). Before, nobody can ever have logged in.
    pub has_administrator: bool,
    /// Whether Frappe has listed its scheduled jobs (`tabScheduled Job Type`): the last that `bench new-site` does. Measured
    /// on Frappe 15: the administrator has a password a second before.
    pub has_jobs: bool,
    /// Whether the scheduler is enabled (`tabSingles`).
    pub scheduler: bool,
}

impl SiteTables {
    /// Whether somebody may have logged in.
    #[must_use]
    pub fn is_used(&self) -> bool {
        self.has_administrator && self.installed.iter().any(|app| app == "frappe")
    }

    /// Whether `bench new-site` has ended.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.is_used() && self.has_jobs
    }
}

/// What one server told, by its container's identity.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Server {
    /// By database. One without an entry has none of Frappe's tables, or is not there.
    pub sites: BTreeMap<String, SiteTables>,
    /// Databases that are there and bear our mark.
    pub ours: BTreeSet<String>,
    /// Databases that were made and are not there: an account is marked once its database is made, so both marks say that
    /// there was one. The database's mark alone is what a run leaves that ended before it was made.
    pub gone: BTreeSet<ObjectId>,
    /// Names of databases that are not there and whose own mark alone is: a run ended before it made them, or between the
    /// two halves of emptying them.
    pub begun: BTreeSet<String>,
    /// Databases of ours whose tables could not be read, and why: a lock, a view in the place of a table. Nobody can say
    /// what is in them, which is not the same as nothing.
    pub unreadable: BTreeMap<String, String>,
}

impl Server {
    /// Fills in what the marks say of databases that are not there.
    pub fn miss(&mut self, marks: &BTreeMap<ObjectId, String>, is_there: impl Fn(&str) -> bool) {
        let schemas =
            marks.iter().filter(|(id, name)| id.kind == ObjectKind::Schema && !is_there(name.as_str()));
        for (id, name) in schemas {
            let account = ObjectId { kind: ObjectKind::Account, ..id.clone() };
            if marks.contains_key(&account) {
                self.gone.insert(id.clone());
            } else {
                self.begun.insert(name.clone());
            }
        }
    }

    /// Whether a database of this name is ours, or was to be.
    #[must_use]
    pub fn is_ours(&self, database: &str) -> bool {
        self.ours.contains(database) || self.begun.contains(database)
    }
}
