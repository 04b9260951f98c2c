//! What a Docker Engine holds: the managed fields of images, networks, volumes and containers.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::content::Content;
use super::fields::managed;

managed! {
    /// An image that the engine must have. It is nobody's: it is pulled, never removed.
    pub struct Image {
        /// `name:tag` or `name@digest`.
        reference: String => None,
        /// Whether it may be pulled when it is missing.
        pull: bool => None,
    }
}

managed! {
    /// A network. The engine can change nothing of it in place.
    pub struct Network {
        /// Its name on the engine.
        name: String => Recreate,
        /// Compose project that it belongs to.
        project: String => Recreate,
        /// Its key in that project.
        key: String => Recreate,
        /// Driver, `bridge`.
        driver: String => Recreate,
        /// Without a way out.
        internal: bool => Recreate,
    }
}

managed! {
    /// A named volume. The engine can change nothing of it in place, and making it anew loses what is in it.
    pub struct Volume {
        /// Its name on the engine.
        name: String => Data,
        /// Compose project that it belongs to.
        project: String => Data,
        /// Its key in that project.
        key: String => Data,
        /// Driver, `local`.
        driver: String => Data,
        /// Driver options.
        options: BTreeMap<String, String> => Data,
    }
}

managed! {
    /// A container: one service of a compose project.
    pub struct Container {
        /// Its name on the engine.
        name: String => None,
        /// Compose project; with `service` and the mark it is how the container is found again.
        project: String => Recreate,
        /// Service of that project.
        service: String => Recreate,
        /// Image reference.
        image: String => Recreate,
        /// Replaces the image's; `None` keeps it.
        entrypoint: Option<Vec<String>> => Recreate,
        /// Replaces the image's; `None` keeps it.
        command: Option<Vec<String>> => Recreate,
        /// Variables beside the image's. Never a secret.
        environment: BTreeMap<String, String> => Recreate,
        /// `user[:group]`; `None` keeps the image's.
        user: Option<String> => Recreate,
        /// The directory that its process begins in. `None` of a wanted one keeps the image's; of a seen one nobody can say.
        #[serde(default)]
        working_dir: Option<String> => Recreate,
        /// Docker's tiny init as process 1.
        init: bool => Recreate,
        /// No process may gain privileges.
        no_new_privileges: bool => Recreate,
        /// Seconds between the stop signal and the kill.
        stop_grace: u64 => Recreate,
        /// How its health is seen; `None` keeps the image's.
        health: Option<Health> => Recreate,
        /// Named volumes by the path they are mounted at.
        volumes: BTreeMap<String, VolumeMount> => Recreate,
        /// Ports of the host.
        ports: BTreeSet<Port> => Recreate,
        /// Rotation of its log.
        log: LogLimits => Recreate,
        /// Networks by name, each with the names it answers to there.
        networks: BTreeMap<String, BTreeSet<String>> => None,
        /// What the engine does when it ends.
        restart: RestartPolicy => None,
        /// Bytes of memory; `None` is no limit. Swap is the same: none beside it.
        memory: Option<u64> => None,
        /// Billionths of a processor; `None` is no limit.
        nano_cpus: Option<u64> => None,
        /// Processes; `None` is no limit.
        pids: Option<u64> => None,
        /// Files that are put into it, by absolute path.
        files: BTreeMap<String, File> => Restart,
    }
}

/// A health check. Durations are in seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// `CMD` and its arguments.
    pub test: Vec<String>,
    /// Between two looks.
    pub interval: u64,
    /// For one look.
    pub timeout: u64,
    /// Looks that fail before it is unhealthy.
    pub retries: u64,
    /// At the start, when failures do not count.
    pub start_period: u64,
}

/// A named volume at a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VolumeMount {
    /// Its name on the engine.
    pub volume: String,
    /// Not writable from inside.
    pub read_only: bool,
}

/// A port of the host that leads into a container.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Port {
    /// Address of the host; empty is all.
    pub host_ip: String,
    /// Port of the host.
    pub host_port: u16,
    /// Port of the container.
    pub container_port: u16,
    /// `tcp` or `udp`.
    pub protocol: String,
}

/// Rotation of the `json-file` log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLimits {
    /// Size of one file, as Docker writes it, e.g. `10m`.
    pub max_size: String,
    /// How many files.
    pub max_file: u32,
}

impl Default for LogLimits {
    fn default() -> Self {
        Self { max_size: "10m".to_owned(), max_file: 3 }
    }
}

/// What the engine does when a container ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RestartPolicy {
    /// Nothing.
    No,
    /// Starts it again, always.
    Always,
    /// Starts it again, unless somebody stopped it.
    UnlessStopped,
    /// Starts it again when it failed.
    OnFailure,
}

/// A file in a container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// What is in it.
    pub content: Content,
    /// Permission bits, e.g. `0o444`.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
}

/// What an image brings along: part of what is read back, and not ours.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Provided {
    /// Entry point.
    pub entrypoint: Option<Vec<String>>,
    /// Command.
    pub command: Option<Vec<String>>,
    /// Variables.
    pub environment: BTreeMap<String, String>,
    /// User.
    pub user: Option<String>,
    /// Health check.
    pub health: Option<Health>,
    /// Paths that get an anonymous volume unless something is mounted there.
    pub volumes: BTreeSet<String>,
}
