//! Our mark in the documents that Frappe reads: whose they are, which of their keys are ours, and how far an installation
//! came. The same in what `build` writes and in what apply writes.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::desired::ObjectId;
use crate::provider::{Error, ErrorKind};

/// The key under which it stands.
pub const MARK: &str = "tenantry";

/// Whether a bench's `common_site_config.json` lets containers of an image run on its sites: they were made for that one, or
/// nobody says for which.
///
/// # Errors
/// [`ErrorKind::ReleaseDiffers`] for another image; [`ErrorKind::Conflict`] where the document cannot be understood.
pub fn made_for(document: &[u8], image: &str) -> Result<(), Error> {
    let broken = |why: String| {
        Error::new(ErrorKind::Conflict, format!("sites/common_site_config.json: {why}"))
            .advise("mend it by hand; nothing is started on sites of which nobody knows the release")
    };
    let fields: Map<String, Value> =
        serde_json::from_slice(document).map_err(|error| broken(error.to_string()))?;
    if let Some(why) = Mark::fault(&fields) {
        return Err(broken(why));
    }
    match Mark::read(&fields).map(|mark| mark.image).filter(|made| !made.is_empty() && made != image) {
        None => Ok(()),
        Some(made) => {
            let why = format!(
                "the bench's sites were made for {made}, and {image} is declared; nothing was started"
            );
            Err(Error::new(ErrorKind::ReleaseDiffers, why)
                .advise("put the bench's release back: another one under sites means migrations"))
        }
    }
}

/// Keys of `site_config.json` that follow from other fields than `config`: a mark does not list them.
pub const BASE: [&str; 6] =
    ["db_name", "db_password", "db_type", "db_user", "maintenance_mode", "pause_scheduler"];

/// What a document says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mark {
    /// The fleet's id.
    pub fleet: String,
    /// The object's id.
    pub identity: String,
    /// Keys that are ours.
    pub keys: BTreeSet<String>,
    /// Where secrets come from, by key.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub secrets: BTreeMap<String, String>,
    /// Identity of the tenant (sites).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tenant: String,
    /// Image of the release (benches).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub image: String,
    /// Fingerprint of the administrator's password as it was set (sites).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub admin: String,
    /// Apps whose installation began (sites).
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub installing: BTreeSet<String>,
    /// Apps whose installation ended (sites).
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub installed: BTreeSet<String>,
}

impl Mark {
    /// The mark of an object.
    #[must_use]
    pub fn new(fleet: &str, id: &ObjectId) -> Self {
        Self { fleet: fleet.to_owned(), identity: id.to_string(), ..Self::default() }
    }

    /// The mark in a document; `None` where there is none. A document with one that cannot be understood is not read
    /// ([`Self::fault`]).
    #[must_use]
    pub fn read(document: &Map<String, Value>) -> Option<Self> {
        Self::understand(document.get(MARK)?).ok()
    }

    /// What is wrong with the mark in a document: a site that has borne one must never seem to have none.
    #[must_use]
    pub fn fault(document: &Map<String, Value>) -> Option<String> {
        let why = Self::understand(document.get(MARK)?).err()?;
        Some(format!("its key `{MARK}` says whose it is, and cannot be understood: {why}"))
    }

    fn understand(value: &Value) -> Result<Self, String> {
        let mark: Self = serde_json::from_value(value.clone())
            .map_err(|_| "it is not what a mark looks like".to_owned())?;
        if mark.fleet.is_empty() || mark.identity.is_empty() {
            return Err("it names no fleet, or no object".to_owned());
        }
        Ok(mark)
    }

    /// The object, where it is this fleet's.
    #[must_use]
    pub fn object(&self, fleet: &str) -> Option<ObjectId> {
        if self.fleet == fleet { self.identity.parse().ok() } else { None }
    }

    /// As it stands in a document.
    #[must_use]
    pub fn value(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}
