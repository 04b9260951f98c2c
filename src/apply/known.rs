//! The hosts that a fleet was applied on from this machine. A witness: it is only ever a reason to look, and to refuse.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::desired::observed::Observed;
use crate::desired::{Desired, HostTarget, ObjectKind};
use crate::plan::Plan;
use crate::provider::{Error, ErrorKind};

/// How a host was reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownHost {
    /// Its name, for people.
    pub name: String,
    /// Whether it is on a Docker Engine; else it is a sandbox.
    pub docker: bool,
    /// The engine's address, where one was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

impl KnownHost {
    /// A declared host.
    #[must_use]
    pub fn of(target: &HostTarget) -> Self {
        Self {
            name: target.name.clone(),
            docker: target.docker.is_some(),
            at: target.docker.clone().flatten(),
        }
    }

    /// Whether both are reached in the same way.
    #[must_use]
    pub fn is_at(&self, target: &HostTarget) -> bool {
        let other = Self::of(target);
        (self.docker, &self.at) == (other.docker, &other.at)
    }
}

/// Hosts by identity.
pub type Known = BTreeMap<String, KnownHost>;

/// Where it is written, below the state directory.
#[must_use]
pub fn path(state: &Path, fleet: &str) -> PathBuf {
    state.join(fleet).join("hosts.json")
}

/// Reads what is known; where nothing was written yet, nothing is.
///
/// # Errors
/// When the file is there and cannot be understood: that is never an empty one.
pub fn read(state: &Path, fleet: &str) -> Result<Known, Error> {
    let path = path(state, fleet);
    let broken = |why: String| {
        Error::new(ErrorKind::Other, format!("{} cannot be understood: {why}", path.display()))
            .advise("it says on which hosts the fleet was applied from here; remove it to forget them")
    };
    #[expect(clippy::disallowed_methods, reason = "the one place where the known hosts are read")]
    let text = fs::read_to_string(&path);
    match text {
        Ok(text) => serde_json::from_str(&text).map_err(|error| broken(error.to_string())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Known::new()),
        Err(error) => Err(broken(error.to_string())),
    }
}

/// Remembers the hosts that are not empty, or will not be, and forgets those that left and are, or are gone for good.
///
/// # Errors
/// When the file cannot be read or written.
pub fn update(state: &Path, desired: &Desired, observed: &Observed, plan: &Plan) -> Result<(), Error> {
    let objects = observed.objects.iter().filter(|(id, _)| id.kind != ObjectKind::Image);
    let full = objects.filter_map(|(_, one)| Some(one.present()?.host.as_str()));
    let full: BTreeSet<&str> = full.chain(plan.changes.iter().map(|change| change.host.as_str())).collect();
    let declared = desired.hosts.iter().filter(|(identity, _)| full.contains(identity.as_str()));
    let add: Known = declared.map(|(identity, host)| (identity.clone(), KnownHost::of(host))).collect();
    let gone =
        |identity: &String| !desired.hosts.contains_key(identity) && !observed.left.contains_key(identity);
    let forget = read(state, &desired.fleet)?.into_keys().filter(gone).collect();
    remember(state, &desired.fleet, add, &forget)
}

/// Adds hosts, and forgets others. Nothing is written where that changes nothing.
fn remember(state: &Path, fleet: &str, add: Known, forget: &BTreeSet<String>) -> Result<(), Error> {
    let before = read(state, fleet)?;
    let mut known = before.clone();
    known.retain(|identity, _| !forget.contains(identity));
    known.extend(add);
    if known == before {
        return Ok(());
    }
    let path = path(state, fleet);
    write(&path, &known).map_err(|error| {
        Error::new(ErrorKind::Other, format!("{} cannot be written: {error}", path.display()))
    })
}

/// Under another name first: a crash leaves the old one or the new one.
fn write(path: &Path, known: &Known) -> io::Result<()> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    let temporary = path.with_extension("json.tmp");
    let mut file = fs::File::create(&temporary)?;
    file.write_all(&serde_json::to_vec_pretty(known)?)?;
    file.sync_all()?;
    fs::rename(&temporary, path)
}
