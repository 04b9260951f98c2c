//! One call to the outside, as data. Apply executes it, the sandbox interprets it, the plan prints it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ObjectId;
use super::content::Content;
use super::docker::{Container, File, Network, RestartPolicy, Volume};
use super::mariadb::{Account, Schema};

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
    /// Lets the processes of a paused container go on. One that is not paused is done.
    UnpauseContainer {
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
    /// Makes a database with our mark, or gives ours its character set. One without our mark is left alone.
    SetSchema {
        /// The server's container.
        container: Arg,
        /// Its mark.
        id: ObjectId,
        /// Its fields.
        schema: Schema,
    },
    /// Empties a database of ours after an interrupted `bench new-site`. A site to log in to is left alone.
    ResetSchema {
        /// The server's container.
        container: Arg,
        /// Its mark.
        id: ObjectId,
        /// Its fields.
        schema: Schema,
    },
    /// Makes an account with our mark, or gives ours its password, limits and grants. One without our mark is left alone.
    SetAccount {
        /// The server's container.
        container: Arg,
        /// Its mark.
        id: ObjectId,
        /// Its fields.
        account: Box<Account>,
        /// Takes away every other privilege first: open sessions lack theirs for a moment.
        revoke: bool,
        /// Hosts beside `%` at which the name may no longer log in.
        strays: BTreeSet<String>,
    },
    /// Fails unless the image holds what the release says.
    VerifyRelease {
        /// A container of the bench.
        container: Arg,
        /// Version of Frappe.
        frappe: String,
        /// Apps, `frappe` among them.
        apps: BTreeSet<String>,
    },
    /// Fails where the mark in a bench's `common_site_config.json` says that its sites were made for another image. Reads the
    /// bench's volume through a container that need not run yet: nothing of another release may start on it.
    VerifyMadeFor {
        /// A container of the bench, made and not started.
        container: Arg,
        /// The image that it will run.
        image: String,
    },
    /// Sets and removes our keys of a bench's `common_site_config.json`, and writes its `apps.txt`.
    WriteBenchConfig {
        /// The bench's backend.
        container: Arg,
        /// The mark.
        id: ObjectId,
        /// The release's image, for the mark.
        image: String,
        /// Keys to set.
        set: BTreeMap<String, Value>,
        /// Keys to remove.
        remove: BTreeSet<String>,
        /// Lines of `apps.txt`.
        apps: Vec<String>,
    },
    /// Removes the directory of a site whose `bench new-site` never ended.
    DiscardSite {
        /// The bench's backend.
        container: Arg,
        /// Directory below `sites/`.
        directory: String,
        /// The database that its configuration must name.
        database: String,
    },
    /// Makes a site in an empty database, with passwords that are replaced afterwards: Frappe shows them in arguments.
    NewSite {
        /// The bench's backend.
        container: Arg,
        /// Directory below `sites/`.
        directory: String,
        /// Database and account.
        database: String,
        /// The account's password for the time being.
        database_password: Content,
        /// The administrator's password for the time being.
        admin_password: Content,
    },
    /// Sets and removes our keys of a site's `site_config.json`, and marks it.
    WriteSiteConfig {
        /// The bench's backend.
        container: Arg,
        /// The mark.
        id: ObjectId,
        /// Identity of its tenant, for the mark.
        #[serde(default)]
        tenant: String,
        /// Directory below `sites/`.
        directory: String,
        /// Keys to set.
        set: BTreeMap<String, Value>,
        /// Keys to set to secrets.
        secrets: BTreeMap<String, Content>,
        /// Keys to remove.
        remove: BTreeSet<String>,
    },
    /// Sets the password of a site's administrator; it travels on standard input.
    SetAdminPassword {
        /// The bench's backend.
        container: Arg,
        /// The mark.
        id: ObjectId,
        /// Directory below `sites/`.
        directory: String,
        /// The password.
        password: Content,
    },
    /// Installs an app on a site.
    InstallApp {
        /// The bench's backend.
        container: Arg,
        /// The mark.
        id: ObjectId,
        /// Directory below `sites/`.
        directory: String,
        /// The app.
        app: String,
        /// Installs again what Frappe lists already, because the installation never ended.
        force: bool,
    },
    /// Enables the scheduler of a site.
    EnableScheduler {
        /// The bench's backend.
        container: Arg,
        /// Directory below `sites/`.
        directory: String,
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
            | Self::UnpauseContainer { container }
            | Self::StopContainer { container, .. }
            | Self::RestartContainer { container, .. }
            | Self::RemoveContainer { container }
            | Self::RenameContainer { container, .. }
            | Self::AwaitHealthy { container, .. }
            | Self::AwaitExec { container, .. }
            | Self::SetSchema { container, .. }
            | Self::ResetSchema { container, .. }
            | Self::SetAccount { container, .. }
            | Self::VerifyRelease { container, .. }
            | Self::VerifyMadeFor { container, .. }
            | Self::WriteBenchConfig { container, .. }
            | Self::DiscardSite { container, .. }
            | Self::NewSite { container, .. }
            | Self::WriteSiteConfig { container, .. }
            | Self::SetAdminPassword { container, .. }
            | Self::InstallApp { container, .. }
            | Self::EnableScheduler { container, .. }
            | Self::Routes { container, .. } => Some(container),
            Self::PullImage { .. }
            | Self::CreateNetwork { .. }
            | Self::RemoveNetwork { .. }
            | Self::CreateVolume { .. }
            | Self::RemoveVolume { .. }
            | Self::CreateContainer { .. } => None,
        }
    }
}
