//! What was seen of the world, in the same shape as what is wanted.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::docker::Provided;
use super::{Desired, Entry, Object, ObjectId, ObjectKind};

/// Everything that was looked at.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Observed {
    /// Hosts by identity.
    pub hosts: BTreeMap<String, HostFacts>,
    /// What bears our mark, and what stands under the names that we would choose. An object that is wanted and has no
    /// entry was looked for and is absent.
    pub objects: BTreeMap<ObjectId, Observation>,
    /// What bears the mark of an object of ours and is not where that is wanted: on another host, in another server or
    /// behind another edge. Of one that nobody wants, all but the first.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub elsewhere: BTreeMap<ObjectId, Vec<Present>>,
    /// Hosts that left the files, or are reached at another place, and were not found empty, by identity.
    #[serde(default)]
    pub left: BTreeMap<String, LeftHost>,
    /// Hosts that do not answer, and what of the fleet was there when it was applied, by identity; `None` where nobody wrote
    /// that down.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub silent: BTreeMap<String, Option<BTreeSet<ObjectId>>>,
}

/// A host on which the fleet was, and on which it is no longer wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftHost {
    /// Its name, for people.
    pub name: String,
    /// How it was reached, for people: `the sandbox h`, `the engine at ssh://…`.
    pub place: String,
    /// What of the fleet is there.
    pub objects: BTreeSet<ObjectId>,
    /// Why nobody can say.
    pub unreadable: Option<String>,
}

/// What is known of a host.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostFacts {
    /// Its name, for people.
    pub name: String,
    /// `Docker 28.5.0` or `sandbox`.
    pub engine: String,
    /// Why it could not be read; everything on it is then [`Observation::Unreadable`].
    pub unreadable: Option<String>,
    /// Processors.
    pub cpus: u64,
    /// Bytes of memory.
    pub memory: u64,
    /// How many networks it can still make at most, where that is known: each takes a subnet of its address pools.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub networks_left: Option<u64>,
    /// The room on its engine's disk, where that was asked for and something could tell it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disk: Option<Disk>,
    /// Bytes that images which are to be pulled may take, by reference, where something like them is there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub image_sizes: BTreeMap<String, u64>,
    /// Ids of other fleets whose marks were seen.
    pub other_fleets: BTreeSet<String>,
    /// The run that is at work on it, where somebody looks from outside of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<Holder>,
}

/// The room on a disk, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disk {
    /// All that there is.
    pub total: u64,
    /// What anybody may still write.
    pub free: u64,
}

/// A run that is at work on a host, as the host's lock says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Its random id.
    pub run: String,
    /// `user@machine`.
    pub who: String,
    /// `apply`.
    pub operation: String,
    /// RFC 3339.
    pub since: String,
}

impl LeftHost {
    /// Whether something is there that is, or leads to, somebody's data.
    #[must_use]
    pub fn has_data(&self) -> bool {
        let kinds = ["bench.", "database.", "tenant.", "site."];
        self.objects.iter().any(|id| kinds.iter().any(|kind| id.of.starts_with(kind)))
    }
}

impl HostFacts {
    /// `fra-1 (Docker 28.5.0)`.
    #[must_use]
    pub fn label(&self) -> String {
        if self.engine.is_empty() { self.name.clone() } else { format!("{} ({})", self.name, self.engine) }
    }
}

/// One object, as seen.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Observation {
    /// It is there and it is ours.
    Present(Box<Present>),
    /// It is not there.
    Absent,
    /// Something that does not bear our mark stands under its name.
    Foreign {
        /// What it is and how we know.
        evidence: String,
    },
    /// It was there once, and is not, or not whole: nothing is made in its place unless that is asked for.
    Lost(Box<Lost>),
    /// Nobody can say; never the same as absent.
    Unreadable {
        /// The object that must be there first; `None` when the host itself does not answer.
        behind: Option<ObjectId>,
        /// Why.
        why: String,
    },
}

impl Observation {
    /// A wanted object as if it were there and ran.
    #[must_use]
    pub fn assumed(id: &ObjectId, entry: Entry) -> Self {
        Self::Present(Box::new(Present::assumed(id, entry)))
    }

    /// The object, where it is there and ours.
    #[must_use]
    pub fn present(&self) -> Option<&Present> {
        match self {
            Self::Present(present) => Some(present),
            Self::Absent | Self::Foreign { .. } | Self::Lost(_) | Self::Unreadable { .. } => None,
        }
    }
}

/// What became of something that was there. A witness is only ever a reason to refuse.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lost {
    /// What of it is gone: `no directory`.
    pub missing: Vec<String>,
    /// What of it is still there, and is data: `sites/globex.example.com`.
    pub left: Vec<String>,
    /// What says that it was there: `it is still routed (bench-v15-a.yml)`.
    pub witnesses: Vec<String>,
}

/// An object that is there.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Present {
    /// Host identity.
    pub host: String,
    /// Its managed fields, read back. Secrets are sealed.
    pub object: Object,
    /// The engine's id for it, or its name where names are ids.
    pub handle: String,
    /// What its image brings (containers).
    pub provided: Provided,
    /// How it is: not compared.
    pub status: Status,
    /// Containers on it with their aliases, by engine id (networks).
    pub attached: BTreeMap<String, BTreeSet<String>>,
    /// Further things under the same mark, left behind by an interrupted recreate, newest last.
    pub spare: Vec<Self>,
    /// The container that holds it, where one does: the server of a database, the edge of a route.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<ObjectId>,
}

impl Present {
    /// A wanted object as if it were there and ran.
    #[must_use]
    pub fn assumed(id: &ObjectId, entry: Entry) -> Self {
        // As it is read back: by its bench and its directory.
        let bench = entry.needs.iter().find(|need| need.kind == ObjectKind::BenchConfig);
        let handle = match (&entry.object, bench) {
            (Object::Site(site), Some(bench)) => format!("{}/{}", bench.of, site.directory),
            _ => id.to_string(),
        };
        let within = match &entry.object {
            Object::Schema(_) | Object::Account(_) => {
                entry.needs.iter().find(|need| need.kind == ObjectKind::Container)
            }
            Object::Route(_) => entry.needs.iter().find(|need| need.role == "traefik"),
            _ => None,
        };
        Self {
            within: within.cloned(),
            host: entry.host,
            object: entry.object,
            handle,
            provided: Provided::default(),
            status: Status { running: true, ..Status::default() },
            attached: BTreeMap::new(),
            spare: Vec::new(),
        }
    }
}

/// How something is. Never compared: health is status, not difference; only `running` is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Whether it runs (containers); everything else always does.
    pub running: bool,
    /// `healthy`, `unhealthy`, `starting`; `None` without a health check.
    pub health: Option<String>,
    /// The engine's words: `Up 3 minutes`, `Exited (1)`.
    pub text: String,
    /// Ids of steps (ours) whose exec still runs in it.
    pub busy: Vec<String>,
    /// Made without a network (containers): the engine lets it onto none until it is made anew.
    #[serde(default)]
    pub isolated: bool,
    /// Made and never started (containers): nothing of it ever ran.
    #[serde(default)]
    pub fresh: bool,
    /// What keeps one from running that nobody stopped (containers).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub halt: Option<Halt>,
    /// The engine's id of the image that it was made from (containers).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Since when it runs, RFC 3339 (containers).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<String>,
    /// Runs, and asks others at addresses that they had when it started (a bench's frontend).
    #[serde(default)]
    pub stale: bool,
}

/// What keeps a container from running that nobody stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Halt {
    /// Its processes stand still; commands in it are refused.
    Paused,
    /// It ends as soon as it starts, and the engine starts it again and again.
    Restarting,
    /// Dead, or being removed: the engine starts it no more.
    Leaving,
}

impl Status {
    /// Running, and healthy where that is looked at.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.running && self.health.as_deref().is_none_or(|h| h == "healthy")
    }

    /// Whether it runs or will again by itself: it has to be stopped before it is removed, and holds its ports and volumes.
    #[must_use]
    pub const fn is_up(&self) -> bool {
        self.running || matches!(self.halt, Some(Halt::Paused | Halt::Restarting))
    }
}

impl Present {
    /// It and the further things under its mark.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = &Self> {
        std::iter::once(self).chain(&self.spare)
    }

    /// Of all under its mark the one that runs, and the newest of several; itself where none does.
    #[must_use]
    pub fn serving(&self) -> &Self {
        self.all().rev().find(|one| one.status.running).unwrap_or(self)
    }

    /// Whether a command of an interrupted run still works in one of them.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.all().any(|one| !one.status.busy.is_empty())
    }

    /// Whether it stands where it is wanted.
    #[must_use]
    pub fn is_at(&self, wanted: &Entry) -> bool {
        self.host == wanted.host && self.within.as_ref().is_none_or(|within| wanted.needs.contains(within))
    }
}

impl Observed {
    /// Adds what a host told of an object. A thing is what it is where it is: what stands where it is wanted counts, and
    /// the rest is kept beside it, so that neither is taken for the other.
    pub fn add(&mut self, wanted: Option<&Entry>, id: ObjectId, observation: Observation) {
        let known = self.objects.get(&id);
        match observation {
            Observation::Present(present) => {
                let is_first = match wanted {
                    Some(wanted) => present.is_at(wanted),
                    None => known.is_none_or(|known| known.present().is_none()),
                };
                if is_first {
                    self.objects.insert(id, Observation::Present(present));
                } else {
                    self.elsewhere.entry(id).or_default().push(*present);
                }
            }
            // What one host has counts, whatever another one lacks.
            _ if known.is_some_and(|known| !matches!(known, Observation::Absent)) => {}
            observation => {
                self.objects.insert(id, observation);
            }
        }
    }

    /// Adds what was told of several objects.
    pub fn extend(&mut self, desired: &Desired, told: impl IntoIterator<Item = (ObjectId, Observation)>) {
        for (id, observation) in told {
            self.add(desired.objects.get(&id), id, observation);
        }
    }

    /// Adds what was told of objects by who knows more of them than who told of them before: that they cannot be read now
    /// counts.
    pub fn overlay(&mut self, desired: &Desired, told: impl IntoIterator<Item = (ObjectId, Observation)>) {
        for (id, observation) in told {
            if observation.present().is_none() {
                self.objects.insert(id, observation);
            } else {
                self.add(desired.objects.get(&id), id, observation);
            }
        }
    }

    /// An object wherever it is there: first where it is wanted.
    pub fn places(&self, id: &ObjectId) -> impl Iterator<Item = &Present> {
        let here = self.objects.get(id).and_then(Observation::present);
        here.into_iter().chain(self.elsewhere.get(id).into_iter().flatten())
    }

    /// Everything of ours that is there, wherever that is.
    pub fn present(&self) -> impl Iterator<Item = (&ObjectId, &Present)> {
        let here = self.objects.iter().filter_map(|(id, observation)| Some((id, observation.present()?)));
        here.chain(self.elsewhere.iter().flat_map(|(id, all)| all.iter().map(move |present| (id, present))))
    }

    /// The world as it would be if `desired` were all there: what `diff` compares with.
    #[must_use]
    pub fn assume(desired: &Desired) -> Self {
        let objects = desired
            .objects
            .iter()
            .map(|(id, entry)| (id.clone(), Observation::assumed(id, entry.clone())))
            .collect();
        let hosts = desired
            .hosts
            .iter()
            .map(|(id, host)| (id.clone(), HostFacts { name: host.name.clone(), ..HostFacts::default() }))
            .collect();
        Self { hosts, objects, ..Self::default() }
    }
}
