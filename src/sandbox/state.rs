//! What stands on a sandbox host: the world itself, as it is written to the sandbox's file.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::stored;
pub use super::tracked::Tracked;
use crate::desired::ObjectId;
use crate::desired::docker::{Container, File, Network, Provided, Volume};
use crate::desired::mariadb::{Account, Schema};

/// Everything on a host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Version of this form.
    pub version: u32,
    /// Processors of the machine.
    pub cpus: u64,
    /// Bytes of its memory.
    pub memory: u64,
    /// How many ids were given out.
    pub ids: u64,
    /// References of the images that are there.
    pub images: BTreeSet<String>,
    /// Networks by engine id.
    pub networks: Tracked<String, Marked<Network>>,
    /// Volumes by name.
    pub volumes: Tracked<String, Marked<Stored>>,
    /// Containers by engine id; ids sort in the order of creation.
    pub containers: Tracked<String, Marked<Box<Instance>>>,
    /// Fleets whose marks are here on things that are not modelled.
    pub other_fleets: BTreeSet<String>,
}

/// A thing and its mark.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Marked<T> {
    /// Whose it is; `None` is nobody's that we know of.
    pub mark: Option<Mark>,
    /// The thing.
    pub thing: T,
}

/// A mark, as the labels of a real engine hold it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The fleet's id.
    pub fleet: String,
    /// The object's id.
    pub identity: String,
}

/// A volume and what is in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "stored::Written", into = "stored::Written")]
pub struct Stored {
    /// Its fields.
    pub volume: Volume,
    /// Files by path below its root, but for those of `routes`. Secrets are sealed: none lies in the sandbox's file.
    pub files: Tracked<String, File>,
    /// Files of Traefik's that we wrote, taken apart: entries by the file's name. One without entries is not there.
    pub(super) routes: Tracked<String, Tracked<String, Value>>,
    /// What a database server keeps in it.
    pub databases: Databases,
}

/// What is in a database server.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Databases {
    /// Names by what they are marked as, by fleet.
    pub marks: Tracked<String, Tracked<ObjectId, String>>,
    /// By name.
    pub schemas: Tracked<String, Database>,
    /// By name. Passwords are sealed.
    pub accounts: Tracked<String, Account>,
}

/// A database.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Database {
    /// Its fields.
    pub schema: Schema,
    /// Whether the administrator of the site in it has a password: somebody may have logged in.
    pub has_administrator: bool,
    /// Apps that Frappe lists in it; empty where it has no tables.
    pub installed: Vec<String>,
    /// Whether Frappe's scheduler is enabled in it.
    pub scheduler: bool,
    /// What its mark was when it was looked up last.
    #[serde(skip)]
    pub(super) marked: Hint,
}

/// A place to look at first, among thousands. It says nothing of a world: two that differ in it are the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Hint(pub(super) Option<ObjectId>);

impl PartialEq for Hint {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// A container.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Instance {
    /// Its fields as they are now; `files` are those in its own layer.
    pub container: Container,
    /// What its image brings.
    pub provided: Provided,
    /// Created without a network: the engine then lets it onto none.
    pub isolated: bool,
    /// Whether it runs.
    pub phase: Phase,
    /// Marks of execs that still run in it.
    pub busy: Vec<String>,
}

/// Where a container is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Never started.
    Created,
    /// Running.
    Running,
    /// Its processes stand still.
    Paused,
    /// Ends as soon as it starts, and is started again and again.
    Restarting,
    /// Ended, with this code.
    Exited(i32),
}

/// The form's version: a file of another one is not guessed at.
pub const VERSION: u32 = 2;

impl Default for State {
    fn default() -> Self {
        Self {
            version: VERSION,
            cpus: 64,
            memory: 256 << 30,
            ids: 0,
            images: BTreeSet::new(),
            networks: Tracked::default(),
            volumes: Tracked::default(),
            containers: Tracked::default(),
            other_fleets: BTreeSet::new(),
        }
    }
}

impl State {
    /// A new engine id: twelve characters, as people see of a real one.
    pub fn new_id(&mut self) -> String {
        self.ids += 1;
        format!("sbx{:09}", self.ids)
    }

    /// The engine id of the container with an id or a name.
    #[must_use]
    pub fn container_id(&self, handle: &str) -> Option<&str> {
        if let Some((id, _)) = self.containers.get_key_value(handle) {
            return Some(id);
        }
        self.containers.iter().find(|(_, c)| c.thing.container.name == handle).map(|(id, _)| id.as_str())
    }

    /// The network with an id or a name.
    #[must_use]
    pub fn network(&self, handle: &str) -> Option<(&String, &Marked<Network>)> {
        let by_id = self.networks.get_key_value(handle);
        by_id.or_else(|| self.networks.iter().find(|(_, n)| n.thing.name == handle))
    }
}

impl Database {
    /// A database with nothing in it.
    #[must_use]
    pub const fn new(schema: Schema) -> Self {
        let marked = Hint(None);
        Self { schema, has_administrator: false, installed: Vec::new(), scheduler: false, marked }
    }
}

impl Stored {
    /// A volume with nothing in it.
    #[must_use]
    pub fn new(volume: Volume) -> Self {
        let (files, routes) = (Tracked::default(), Tracked::default());
        Self { volume, files, routes, databases: Databases::default() }
    }

    /// Removes a file, or all below a directory; returns how many.
    pub fn delete(&mut self, path: &str) -> usize {
        let below = format!("{path}/");
        let is_it = |name: &String| name == path || name.starts_with(&below);
        let files: Vec<String> = self.files.keys().filter(|name| is_it(name)).cloned().collect();
        let there = self.routes.iter().filter(|(_, entries)| !entries.is_empty()).map(|(name, _)| name);
        let routes: Vec<String> = there.filter(|name| is_it(name)).cloned().collect();
        for name in &files {
            self.files.remove(name);
        }
        for name in &routes {
            self.routes.remove(name);
        }
        files.len() + routes.len()
    }
}

impl Mark {
    /// A mark.
    #[must_use]
    pub fn new(fleet: &str, id: &ObjectId) -> Self {
        Self { fleet: fleet.to_owned(), identity: id.to_string() }
    }
}

impl<T> Marked<T> {
    /// The object that it is, where it is this fleet's.
    #[must_use]
    pub fn identity(&self, fleet: &str) -> Option<ObjectId> {
        self.mark.as_ref().filter(|m| m.fleet == fleet)?.identity.parse().ok()
    }

    /// Whether it is this fleet's.
    #[must_use]
    pub fn is_ours(&self, fleet: &str) -> bool {
        self.mark.as_ref().is_some_and(|m| m.fleet == fleet)
    }

    /// Whether it is just this object.
    #[must_use]
    pub fn is(&self, fleet: &str, id: &ObjectId) -> bool {
        self.mark.as_ref().is_some_and(|m| m.fleet == fleet && m.identity == id.to_string())
    }

    /// The end of a sentence that begins with what it is.
    #[must_use]
    pub fn words(&self, fleet: &str) -> String {
        match &self.mark {
            Some(mark) if mark.fleet == fleet => format!("is {} of this fleet", mark.identity),
            Some(mark) => format!("belongs to fleet {}", mark.fleet),
            None => "has no tenantry mark".to_owned(),
        }
    }
}

impl Instance {
    /// Whether it runs.
    #[must_use]
    pub const fn is_running(&self) -> bool {
        matches!(self.phase, Phase::Running)
    }

    /// Whether it runs or will again by itself.
    #[must_use]
    pub const fn is_up(&self) -> bool {
        matches!(self.phase, Phase::Running | Phase::Paused | Phase::Restarting)
    }
}
