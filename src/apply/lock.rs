//! The hosts' locks: all of them before the first call, in one order for everybody, given back at the end.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::RwLock;
use tokio::time::Instant;

use super::event::{Event, Events};
use crate::provider::host::Held;
use crate::provider::{Error, ErrorKind, Host, LockInfo};

/// How long `--lock-timeout` is when nothing is said.
pub const TIMEOUT: Duration = Duration::from_secs(10);

const POLL: Duration = Duration::from_millis(500);

/// Locks that are held, by host identity.
pub struct Locks {
    held: BTreeMap<String, RwLock<Option<Box<dyn Held>>>>,
}

impl std::fmt::Debug for Locks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.held.keys()).finish()
    }
}

/// Takes every host's lock in the order of their identities, so that two runs never wait for each other. While
/// somebody holds one, asks again until `timeout` is over. A host that does not give its lock for another reason does not
/// stop the others: beside the locks comes why it has none, and nothing may be done on it.
///
/// # Errors
/// [`ErrorKind::Locked`] with the holder. What was taken until then is given back.
pub async fn acquire(
    hosts: &BTreeMap<String, Arc<dyn Host>>,
    fleet: &str,
    info: &LockInfo,
    timeout: Duration,
    events: &dyn Events,
) -> Result<(Locks, BTreeMap<String, Error>), Error> {
    let deadline = Instant::now() + timeout;
    let mut locks = Locks { held: BTreeMap::new() };
    let mut without = BTreeMap::new();
    for (identity, host) in hosts {
        match wait(identity, host.as_ref(), fleet, info, deadline, events).await {
            Ok(held) => {
                locks.held.insert(identity.clone(), RwLock::new(Some(held)));
            }
            Err(error) if error.kind != ErrorKind::Locked => {
                without.insert(identity.clone(), error);
            }
            Err(error) => {
                // The error that is told is the one that matters; a lock that can't be given back dies with us.
                let _ = locks.release().await;
                return Err(error);
            }
        }
    }
    Ok((locks, without))
}

async fn wait(
    identity: &str,
    host: &dyn Host,
    fleet: &str,
    info: &LockInfo,
    deadline: Instant,
    events: &dyn Events,
) -> Result<Box<dyn Held>, Error> {
    let mut told = None;
    loop {
        let error = match host.lock(fleet, info).await {
            Ok(held) => return Ok(held),
            Err(error) if error.kind == ErrorKind::Locked => error,
            Err(error) => return Err(error),
        };
        let now = Instant::now();
        if now >= deadline {
            return Err(Error {
                kind: ErrorKind::Locked,
                message: format!("cannot lock host `{identity}`: {}", error.message),
                advice: error.advice.or_else(|| {
                    Some(
                        "wait until that run has ended, or give this one more time with --lock-timeout"
                            .to_owned(),
                    )
                }),
            });
        }
        // Told again only when somebody else holds it now.
        let holder = error.message.lines().next().unwrap_or_default().to_owned();
        if told.as_ref() != Some(&holder) {
            events.emit(&Event::LockWaiting { host: identity.to_owned(), holder: holder.clone() });
            told = Some(holder);
        }
        tokio::time::sleep_until(deadline.min(now + POLL)).await;
    }
}

impl Locks {
    /// Whether a host's lock is held.
    #[must_use]
    pub fn holds(&self, host: &str) -> bool {
        self.held.contains_key(host)
    }

    /// Whether a host's lock is surely still ours.
    ///
    /// # Errors
    /// When it is lost, was given back, or was never taken.
    pub async fn check(&self, host: &str) -> Result<(), Error> {
        let Some(slot) = self.held.get(host) else {
            return Err(Error::new(ErrorKind::Locked, format!("the lock of host `{host}` was never taken")));
        };
        match slot.read().await.as_ref() {
            Some(held) => held.check().await,
            None => Err(Error::new(ErrorKind::Locked, format!("the lock of host `{host}` was given back"))),
        }
    }

    /// Gives all of them back, and says what could not be.
    pub async fn release(&self) -> Vec<Error> {
        let mut errors = Vec::new();
        for slot in self.held.values() {
            if let Some(held) = slot.write().await.take()
                && let Err(error) = held.release().await
            {
                errors.push(error);
            }
        }
        errors
    }
}
