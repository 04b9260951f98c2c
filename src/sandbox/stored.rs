//! A volume as the sandbox's file has it: Traefik's files are files there, as they are on a real host. In memory those that
//! we wrote are taken apart, so that one route is changed without reading and writing those of all the others.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::routes;
use super::state::{Databases, Stored, Tracked};
use crate::desired::docker::{File, Volume};

/// The form.
#[derive(Serialize, Deserialize)]
pub(super) struct Written {
    volume: Volume,
    files: BTreeMap<String, File>,
    databases: Databases,
}

impl From<Stored> for Written {
    fn from(stored: Stored) -> Self {
        let mut files: BTreeMap<String, File> = stored.files.into_iter().collect();
        let routes = stored.routes.into_iter().filter(|(_, entries)| !entries.is_empty());
        files.extend(routes.map(|(name, entries)| (name, routes::file(&entries))));
        Self { volume: stored.volume, files, databases: stored.databases }
    }
}

impl From<Written> for Stored {
    fn from(written: Written) -> Self {
        let (mut files, mut routes) = (BTreeMap::new(), BTreeMap::new());
        for (name, file) in written.files {
            match routes::taken_apart(&name, &file) {
                Some(entries) => drop(routes.insert(name, Tracked::from(entries))),
                None => drop(files.insert(name, file)),
            }
        }
        Self {
            volume: written.volume,
            files: files.into(),
            routes: routes.into(),
            databases: written.databases,
        }
    }
}
