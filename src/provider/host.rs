//! What a host must be able to do. A real engine and the sandbox both can.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use serde::{Deserialize, Serialize};

use super::Error;
use crate::desired::Desired;
use crate::desired::call::{Call, StepId};
use crate::desired::observed::{Disk, Observed};
use crate::value::certificate::Certificate;
use crate::world::secret::Opener;

/// A future that can be kept and sent.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a call gives back: the engine's id of what it created, or nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// Engine id.
    pub handle: Option<String>,
}

/// Who holds a host, in Terraform's fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockInfo {
    /// Random id of the run.
    pub id: String,
    /// `user@machine`.
    pub who: String,
    /// Process id on that machine.
    pub pid: u32,
    /// The boot of that machine, where the system tells it: two processes with one `machine` share a kernel.
    pub machine: String,
    /// `apply`.
    pub operation: String,
    /// RFC 3339.
    pub created: String,
}

impl LockInfo {
    /// The error of somebody who wants the host meanwhile: who holds it on its first line, then Terraform's lock info.
    #[must_use]
    pub fn refusal(&self) -> Error {
        let Self { id, who, pid, operation, created, .. } = self;
        let message = format!(
            "{who} holds it since {created}\nLock Info:\n  ID:        {id}\n  Operation: {operation}\n  \
             Who:       {who} (process {pid})\n  Version:   {}\n  Created:   {created}",
            env!("CARGO_PKG_VERSION"),
        );
        Error::new(super::ErrorKind::Locked, message)
    }
}

/// What a call is told beside its fields.
#[derive(Clone, Copy)]
pub struct Cx<'a> {
    /// The fleet's id.
    pub fleet: &'a str,
    /// Random id of this run; with the step it marks execs.
    pub run: &'a str,
    /// The step.
    pub step: StepId,
    /// Opens secrets, for the call alone.
    pub opener: &'a Opener<'a>,
    /// Called with a few words whenever there is progress (a pull's percentage, a health check's state).
    pub progress: &'a (dyn Fn(&str) + Send + Sync),
}

/// What a Traefik got of an authority.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Got {
    /// The certificates that it has: names, and the last second since 1970.
    pub certificates: Vec<Certificate>,
    /// Its last complaint about a name, in the words of those who said it.
    pub complaints: BTreeMap<String, String>,
}

/// Somebody who is to be logged in to a site once, without a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// Engine id of the backend.
    pub container: String,
    /// The site's directory.
    pub directory: String,
    /// A user of the site: `Administrator`, or an address.
    pub user: String,
}

/// A lock that is held. Dropping it without [`Host::unlock`] leaves it to the next one to find stale.
pub trait Held: Send + Sync {
    /// Whether it is surely still ours: asked before every call.
    fn check(&self) -> BoxFuture<'_, Result<(), Error>>;
    /// Gives it back.
    fn release(self: Box<Self>) -> BoxFuture<'static, Result<(), Error>>;
}

/// A host.
pub trait Host: Send + Sync {
    /// Looks at everything that bears the fleet's mark on this host, and at what stands under the names that `desired`
    /// would choose there. `host` is the host's identity. Secrets are sealed with `opener`.
    ///
    /// # Errors
    /// Never for the host itself not answering: that is [`crate::desired::observed::HostFacts::unreadable`].
    fn observe<'a>(
        &'a self,
        host: &'a str,
        desired: &'a Desired,
        opener: &'a Opener<'a>,
    ) -> BoxFuture<'a, Observed>;

    /// Executes one call. Every [`crate::desired::call::Arg`] in it is a handle.
    ///
    /// # Errors
    /// What the world said.
    fn call<'a>(&'a self, call: &'a Call, cx: Cx<'a>) -> BoxFuture<'a, Result<Output, Error>>;

    /// The certificates that a Traefik here got by itself, and why others are missing: `None` where there is nothing to ask.
    ///
    /// # Errors
    /// When they cannot be read.
    fn certificates<'a>(
        &'a self,
        container: &'a str,
        missing: &'a (dyn Fn(&Got) -> bool + Send + Sync),
    ) -> BoxFuture<'a, Result<Option<Got>, Error>> {
        let _ = (container, missing);
        Box::pin(async { Ok(None) })
    }

    /// Takes the host's lock for a fleet, or says who holds it.
    ///
    /// # Errors
    /// [`super::ErrorKind::Locked`] with the holder, or what the world said.
    fn lock<'a>(&'a self, fleet: &'a str, info: &'a LockInfo) -> BoxFuture<'a, Result<Box<dyn Held>, Error>>;

    /// Who holds the host's lock for a fleet, and is not gone. Takes nothing.
    ///
    /// # Errors
    /// What the world said.
    fn holder<'a>(&'a self, fleet: &'a str) -> BoxFuture<'a, Result<Option<LockInfo>, Error>>;

    /// The room on the host's disk: `None` where nothing can tell it.
    fn disk<'a>(&'a self, fleet: &'a str) -> BoxFuture<'a, Option<Disk>> {
        let _ = fleet;
        Box::pin(async { None })
    }

    /// Has a site make a link that logs somebody in once; its path and query. It is a secret until it was used. Changes nothing
    /// that a plan looks at.
    ///
    /// # Errors
    /// What the world said.
    fn login<'a>(&'a self, fleet: &'a str, login: &'a Login) -> BoxFuture<'a, Result<String, Error>>;
}
