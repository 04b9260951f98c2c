//! The hosts that a fleet was applied on, and what of it with data was there. A witness: it is only ever a reason to look, and
//! to refuse.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::desired::observed::{Observation, Observed, Present};
use crate::desired::{Desired, HostTarget, Object, ObjectId, ObjectKind};
use crate::plan::Plan;
use crate::provider::{Error, ErrorKind, diff};
use crate::world::refuse_pipe;

/// How a host was reached, and what was there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownHost {
    /// Its name, for people.
    pub name: String,
    /// Whether it is on a Docker Engine; else it is a sandbox.
    pub docker: bool,
    /// The engine's address, where one was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Sites that were complete, and volumes with data; `None` where nobody wrote that down, as before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holds: Option<BTreeSet<ObjectId>>,
    /// Nobody looks at it any more: it left the files, and is empty or gone for good. What it holds are sites that are still
    /// wanted, and are nowhere.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub given_up: bool,
}

impl KnownHost {
    /// A declared host of which nothing more is known.
    #[must_use]
    pub fn of(target: &HostTarget) -> Self {
        Self {
            name: target.name.clone(),
            docker: target.docker.is_some(),
            at: target.docker.clone().flatten(),
            holds: None,
            given_up: false,
        }
    }

    /// A declared host with everything on it that a fleet wants there, as it is when the fleet was applied as a whole.
    #[must_use]
    pub fn applied(desired: &Desired, identity: &str, target: &HostTarget) -> Self {
        let here = desired.objects.iter().filter(|(_, entry)| entry.host == identity);
        let holds = here.map(|(id, _)| id).filter(|id| is_witnessed(id)).cloned().collect();
        Self { holds: Some(holds), ..Self::of(target) }
    }

    /// Whether both are reached in the same way.
    #[must_use]
    pub fn is_at(&self, target: &HostTarget) -> bool {
        let other = Self::of(target);
        (self.docker, &self.at) == (other.docker, &other.at)
    }
}

/// Whether it is written down where it is: a site, and what holds the data of sites.
fn is_witnessed(id: &ObjectId) -> bool {
    matches!(id.kind, ObjectKind::Site | ObjectKind::Volume) && diff::holds_data(id)
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
    refuse_pipe(&path).map_err(|error| broken(error.to_string()))?;
    #[expect(clippy::disallowed_methods, reason = "the one place where the known hosts are read")]
    let text = fs::read_to_string(&path);
    match text {
        Ok(text) => serde_json::from_str(&text).map_err(|error| broken(error.to_string())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Known::new()),
        Err(error) => Err(broken(error.to_string())),
    }
}

/// What this machine wrote down, and beside it what is known otherwise of hosts of which it wrote nothing.
pub fn complete(own: &mut Known, other: &Known) {
    for (identity, host) in other {
        let own = own.entry(identity.clone()).or_insert_with(|| host.clone());
        if own.holds.is_none() && (own.docker, &own.at) == (host.docker, &host.at) {
            own.holds.clone_from(&host.holds);
        }
    }
}

/// Remembers the hosts that are not empty, or will not be, with what is on them, and forgets those that left and are, or are
/// gone for good, but for sites that are wanted and are nowhere. `known` is what the run began with.
///
/// # Errors
/// When the file cannot be read or written.
pub fn update(
    state: &Path,
    known: &Known,
    desired: &Desired,
    observed: &Observed,
    plan: &Plan,
) -> Result<(), Error> {
    let written = read(state, &desired.fleet)?;
    let mut before = written.clone();
    complete(&mut before, known);
    let objects = observed.objects.iter().filter(|(id, _)| id.kind != ObjectKind::Image);
    let full = objects.filter_map(|(_, one)| Some(one.present()?.host.as_str()));
    let full: BTreeSet<&str> = full.chain(plan.changes.iter().map(|change| change.host.as_str())).collect();
    let declared = desired
        .hosts
        .iter()
        .filter(|(identity, _)| full.contains(identity.as_str()) || before.contains_key(*identity));
    let add = declared.map(|(identity, host)| {
        let known = before.get(identity).filter(|known| known.is_at(host));
        let holds = holds(identity, known.and_then(|known| known.holds.as_ref()), desired, observed);
        (identity.clone(), KnownHost { holds, ..KnownHost::of(host) })
    });
    let add: Known = add.collect();
    let gone =
        |identity: &String| !desired.hosts.contains_key(identity) && !observed.left.contains_key(identity);
    let mut known = before.clone();
    for (identity, host) in &mut known {
        if gone(identity) {
            host.given_up = true;
            let is_missed = |id: &ObjectId| {
                id.kind == ObjectKind::Site
                    && desired.objects.contains_key(id)
                    && observed.objects.get(id).is_none_or(|one| one.present().is_none())
            };
            host.holds.iter_mut().for_each(|holds| holds.retain(is_missed));
        }
    }
    known.retain(|_, host| !host.given_up || host.holds.as_ref().is_some_and(|holds| !holds.is_empty()));
    known.extend(add);
    if known == written {
        return Ok(());
    }
    let path = path(state, &desired.fleet);
    write(&path, &known).map_err(|error| {
        Error::new(ErrorKind::Other, format!("{} cannot be written: {error}", path.display()))
    })
}

/// What a host holds, after a look at it. What was there and is not found stays written down for as long as it is wanted, or
/// the host does not answer: that it cannot be seen does not say that it never was.
fn holds(
    host: &str,
    before: Option<&BTreeSet<ObjectId>>,
    desired: &Desired,
    observed: &Observed,
) -> Option<BTreeSet<ObjectId>> {
    if observed.hosts.get(host).is_none_or(|facts| facts.unreadable.is_some()) {
        return before.cloned();
    }
    let before = before.into_iter().flatten();
    let whole = |present: &Present| match &present.object {
        Object::Site(site) => site.complete,
        _ => true,
    };
    let there = || observed.present().filter(|(id, present)| is_witnessed(id) && whole(present));
    let here = there().filter(|(_, present)| present.host == host).map(|(id, _)| id);
    let anywhere: BTreeSet<&ObjectId> = there().map(|(id, _)| id).collect();
    let missed = before.filter(|id| {
        let is_unclear = matches!(
            observed.objects.get(*id),
            Some(Observation::Lost(_) | Observation::Unreadable { .. } | Observation::Foreign { .. })
        );
        let is_wanted = id.kind == ObjectKind::Site && desired.objects.contains_key(*id);
        !anywhere.contains(id) && (is_unclear || is_wanted)
    });
    Some(here.chain(missed).cloned().collect())
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
