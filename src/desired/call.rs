//! One call to the outside, as data. Apply executes it, the sandbox interprets it, the plan prints it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ObjectId;
use super::docker::{Container, File, Network, RestartPolicy, Volume};

/// A step of a plan, by its place in it. Printed as `s-17`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepId(pub u32);

impl std::fmt::Display for StepId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "s-{}", self.0)
    }
}

/// A container that a call goes to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arg {
    /// One that was seen: the engine's id.
    Handle(String),
    /// The one that an earlier step makes.
    Output(StepId),
    /// The one that is this object: replaced by one of the others when the plan is built.
    Object(ObjectId),
}

/// One call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "call")]
pub enum Call {
    /// Pulls an image; done when the engine has it.
    PullImage {
        /// Image reference.
        reference: String,
    },
    /// Creates a network with our mark.
    CreateNetwork {
        /// Its mark.
        id: ObjectId,
        /// Its fields.
        network: Network,
    },
    /// Removes a network that bears our mark. Already gone is done.
    RemoveNetwork {
        /// Engine id.
        handle: String,
    },
    /// Creates a volume with our mark.
    CreateVolume {
        /// Its mark.
        id: ObjectId,
        /// Its fields.
        volume: Volume,
    },
    /// Removes a volume that bears our mark. Already gone is done.
    RemoveVolume {
        /// Its name.
        handle: String,
    },
    /// Creates a container with our mark on the first of its networks; not started. The step's output is its engine id.
    CreateContainer {
        /// Its mark.
        id: ObjectId,
        /// The name to give it, which differs from the field's while an older one still has that.
        name: String,
        /// Its fields.
        container: Box<Container>,
    },
    /// Attaches a container to a network.
    ConnectNetwork {
        /// Container.
        container: Arg,
        /// Network name.
        network: String,
        /// Names that it answers to there.
        aliases: BTreeSet<String>,
    },
    /// Takes a container off a network. Already off is done.
    DisconnectNetwork {
        /// Container.
        container: Arg,
        /// Network name.
        network: String,
    },
    /// Puts files into a container, running or not; directories on the way are made.
    PutFiles {
        /// Container.
        container: Arg,
        /// By absolute path.
        files: BTreeMap<String, File>,
    },
    /// Removes files from a running container. Already gone is done.
    RemoveFiles {
        /// Container.
        container: Arg,
        /// Absolute paths.
        paths: BTreeSet<String>,
    },
    /// Changes what the engine can change in place. Every field is sent: the engine reads 0 as "keep".
    UpdateContainer {
        /// Container.
        container: Arg,
        /// Bytes; `None` leaves it (a limit can't be taken away in place).
        memory: Option<u64>,
        /// Billionths of a processor; `None` leaves it.
        nano_cpus: Option<u64>,
        /// Processes; `None` is no limit.
        pids: Option<u64>,
        /// Restart policy.
        restart: RestartPolicy,
    },
    /// Starts a container. Already started is done.
    StartContainer {
        /// Container.
        container: Arg,
    },
    /// Stops a container. Already stopped is done.
    StopContainer {
        /// Container.
        container: Arg,
        /// Seconds until it is killed.
        grace: u64,
    },
    /// Stops and starts a container.
    RestartContainer {
        /// Container.
        container: Arg,
        /// Seconds until it is killed.
        grace: u64,
    },
    /// Removes a stopped container and its anonymous volumes. Already gone is done.
    RemoveContainer {
        /// Container.
        container: Arg,
    },
    /// Renames a container.
    RenameContainer {
        /// Container.
        container: Arg,
        /// New name.
        name: String,
    },
    /// Waits until a container is healthy, or runs where no health is looked at.
    AwaitHealthy {
        /// Container.
        container: Arg,
        /// Seconds.
        within: u64,
    },
    /// Waits for an exec of an earlier, interrupted step.
    AwaitExec {
        /// Container.
        container: Arg,
        /// The mark of that step.
        mark: String,
        /// Seconds.
        within: u64,
    },
    /// Sets and removes entries in one of Traefik's dynamic files, atomically, and waits until Traefik has them.
    Routes {
        /// Traefik's container.
        container: Arg,
        /// File name in the watched directory.
        file: String,
        /// Entries to set, as in [`super::traefik::Route::entries`].
        set: BTreeMap<String, Value>,
        /// Entries to remove.
        remove: BTreeSet<String>,
    },
}

impl Call {
    /// Takes over another call's work where one call can do both; hands it back where not.
    ///
    /// # Errors
    /// The other call, untouched, when the two don't go together.
    pub fn merge(&mut self, other: Self) -> Result<(), Box<Self>> {
        match (self, other) {
            (
                Self::Routes { container, file, set, remove },
                Self::Routes { container: c, file: f, set: s, remove: r },
            ) if *container == c
                && *file == f
                && s.keys().all(|k| !remove.contains(k))
                && r.iter().all(|k| !set.contains_key(k)) =>
            {
                set.extend(s);
                remove.extend(r);
                Ok(())
            }
            (_, other) => Err(Box::new(other)),
        }
    }

    /// The container that the call goes to, where it goes to one: the only argument that may name an earlier output.
    pub const fn container_mut(&mut self) -> Option<&mut Arg> {
        match self {
            Self::ConnectNetwork { container, .. }
            | Self::DisconnectNetwork { container, .. }
            | Self::PutFiles { container, .. }
            | Self::RemoveFiles { container, .. }
            | Self::UpdateContainer { container, .. }
            | Self::StartContainer { container }
            | Self::StopContainer { container, .. }
            | Self::RestartContainer { container, .. }
            | Self::RemoveContainer { container }
            | Self::RenameContainer { container, .. }
            | Self::AwaitHealthy { container, .. }
            | Self::AwaitExec { container, .. }
            | Self::Routes { container, .. } => Some(container),
            Self::PullImage { .. }
            | Self::CreateNetwork { .. }
            | Self::RemoveNetwork { .. }
            | Self::CreateVolume { .. }
            | Self::RemoveVolume { .. }
            | Self::CreateContainer { .. } => None,
        }
    }

    /// What it does, as an imperative for progress and failures: `create`, `put 3 files`.
    #[must_use]
    pub fn verb(&self) -> String {
        let files = |n: usize| if n == 1 { "1 file".to_owned() } else { format!("{n} files") };
        match self {
            Self::PullImage { .. } => "pull".to_owned(),
            Self::CreateNetwork { .. } | Self::CreateVolume { .. } | Self::CreateContainer { .. } => {
                "create".to_owned()
            }
            Self::RemoveNetwork { .. } | Self::RemoveVolume { .. } | Self::RemoveContainer { .. } => {
                "remove".to_owned()
            }
            Self::ConnectNetwork { network, .. } => format!("connect to {network}"),
            Self::DisconnectNetwork { network, .. } => format!("disconnect from {network}"),
            Self::PutFiles { files: put, .. } => format!("put {}", files(put.len())),
            Self::RemoveFiles { paths, .. } => format!("remove {}", files(paths.len())),
            Self::UpdateContainer { .. } => "update".to_owned(),
            Self::StartContainer { .. } => "start".to_owned(),
            Self::StopContainer { .. } => "stop".to_owned(),
            Self::RestartContainer { .. } => "restart".to_owned(),
            Self::RenameContainer { name, .. } => format!("rename to {name}"),
            Self::AwaitHealthy { .. } => "wait until healthy".to_owned(),
            Self::AwaitExec { .. } => "wait for an earlier command".to_owned(),
            Self::Routes { file, .. } => format!("write {file} and wait for the reload"),
        }
    }
}
