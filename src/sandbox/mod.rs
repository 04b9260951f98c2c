//! A model of a host: it interprets the same calls as a real engine does, with the engine's preconditions and errors.
//!
//! It is made empty, from a file (which then is the world), or in the likeness of what was seen of a real host. Calls
//! take no time; images whose name contains `never-healthy`, `never-starts` or `exits` behave so. `docs/sandbox.md`
//! says what it models and what it does not.

mod containers;
mod delta;
mod disk;
mod files;
mod frappe;
mod from_observed;
mod interpret;
mod lock;
mod mariadb;
mod observe;
mod routes;
pub mod state;
mod store;
mod stored;
mod tracked;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::desired::Desired;
use crate::desired::call::Call;
use crate::desired::observed::Observed;
use crate::provider::host::{Cx, Held, Login, Output};
use crate::provider::{BoxFuture, Error, ErrorKind, Host, LockInfo};
use crate::world::secret::Opener;

pub use state::State;

use disk::Disk;
use store::Store;

/// A host that is only a model.
#[derive(Debug)]
pub struct Sandbox {
    store: Mutex<Store>,
    disk: Disk,
    file: Option<PathBuf>,
    holder: lock::Slot,
    pace: Option<Duration>,
}

impl Default for Sandbox {
    fn default() -> Self {
        Self::new(State::default())
    }
}

impl Sandbox {
    /// A world in memory.
    #[must_use]
    pub fn new(state: State) -> Self {
        Self::with(Store::memory(state))
    }

    /// A world in a file. Nothing is read or written yet; where there is no file the world is empty.
    #[must_use]
    pub fn file(path: impl AsRef<Path>) -> Self {
        Self::with(Store::file(path.as_ref().to_owned()))
    }

    /// A world in memory in the likeness of what was seen of a host: to rehearse on.
    ///
    /// # Errors
    /// When what was seen cannot be built, such as a route that Traefik's files can't hold.
    pub fn from_observed(observed: &Observed, desired: &Desired, host: &str) -> Result<Self, Error> {
        from_observed::build(observed, desired, host).map(Self::new)
    }

    /// Every call takes at least so long: for demonstrations.
    #[must_use]
    pub const fn paced(mut self, pace: Duration) -> Self {
        self.pace = Some(pace);
        self
    }

    /// The world as it is.
    ///
    /// # Errors
    /// When its file cannot be read.
    pub fn state(&self) -> Result<State, Error> {
        self.store().read().cloned()
    }

    /// Changes the world behind everybody's back: what people do to a host by hand.
    ///
    /// # Errors
    /// When its file cannot be read or written.
    pub fn edit<T>(&self, change: impl FnOnce(&mut State) -> T) -> Result<T, Error> {
        let (result, unsynced) = self.store().change(change)?;
        match unsynced {
            Some(file) => self.told(file.sync_data()).map(|()| result),
            None => Ok(result),
        }
    }

    /// Takes the lock from whoever holds it, as a lost connection does. For a world in memory only.
    pub fn break_lock(&self) {
        *self.holder.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn with(store: Store) -> Self {
        let file = store.path().map(Path::to_owned);
        Self {
            store: Mutex::new(store),
            disk: Disk::default(),
            file,
            holder: lock::Slot::default(),
            pace: None,
        }
    }

    /// What could not be brought to the disk is not done, as far as anybody can say.
    fn told(&self, synced: std::io::Result<()>) -> Result<(), Error> {
        synced.map_err(|error| {
            self.store().forget();
            store::failed("write", self.file.as_deref().unwrap_or(Path::new("")), &error)
        })
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Host for Sandbox {
    fn observe<'a>(
        &'a self,
        host: &'a str,
        desired: &'a Desired,
        opener: &'a Opener<'a>,
    ) -> BoxFuture<'a, Observed> {
        Box::pin(async move {
            match self.store().read() {
                Ok(state) => observe::observe(state, host, desired, opener),
                Err(error) => observe::unreadable(host, desired, &error.message),
            }
        })
    }

    fn call<'a>(&'a self, call: &'a Call, cx: Cx<'a>) -> BoxFuture<'a, Result<Output, Error>> {
        Box::pin(async move {
            if let Some(pace) = self.pace {
                tokio::time::sleep(pace).await;
            }
            let (result, unsynced) = self.store().change(|state| interpret::interpret(state, call, cx))?;
            if let Some(file) = unsynced {
                self.told(self.disk.sync(file).await)?;
            }
            result
        })
    }

    fn lock<'a>(
        &'a self,
        _fleet: &'a str,
        info: &'a LockInfo,
    ) -> BoxFuture<'a, Result<Box<dyn Held>, Error>> {
        Box::pin(async move {
            match &self.file {
                Some(file) => lock::on_file(file, info),
                None => lock::in_memory(&self.holder, info),
            }
        })
    }

    fn holder<'a>(&'a self, _fleet: &'a str) -> BoxFuture<'a, Result<Option<LockInfo>, Error>> {
        Box::pin(async move {
            match &self.file {
                Some(file) => lock::holder_of(file),
                None => Ok(self.holder.lock().unwrap_or_else(PoisonError::into_inner).clone()),
            }
        })
    }

    fn login<'a>(&'a self, _fleet: &'a str, login: &'a Login) -> BoxFuture<'a, Result<String, Error>> {
        Box::pin(async move {
            let why = format!("{} is in a sandbox, which has no pages to log in to", login.directory);
            Err(Error::new(ErrorKind::Invalid, why)
                .advise("a link that logs in can be had where the site's host is an engine"))
        })
    }
}
