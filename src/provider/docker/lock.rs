//! The host lock: one holder a fleet and engine, seen by every machine, without an agent and without a clock.
//!
//! A lock is a volume, `<fleet>-lock-<epoch>`: creating one is atomic, and the engine gives whoever comes second the
//! first one's labels. The highest epoch is the lock. Taking over from a holder that is gone means creating the next
//! epoch, so of several who try, one wins, and a holder that was only thought to be gone sees the higher one before its
//! next call. While containers of the fleet run, the holder also keeps a command open in one of them that ends with its
//! connection: that is how another machine sees that it is gone.
//!
//! What this cannot prevent: between a holder's last look and the engine's doing what the holder then asked, somebody
//! can take over. That needs a holder whose connection was cut for six seconds and came back for exactly one call, or
//! one on whose machine, as seen from the same process namespace, its process no longer exists. One call can then
//! overlap with the next holder's; each call is safe to repeat and refuses what is not as expected, so the next plan
//! mends what came of it. A stopped (SIGSTOP) holder keeps its connection and stays the holder. Where no container
//! runs, or none has a shell, another machine cannot tell, and the lock of a holder that died there stays until
//! somebody removes the volume; the error says how. Two engines have two locks: a run takes all it needs.

use bollard::models::{Volume, VolumeCreateRequest};
use bollard::query_parameters::{ListVolumesOptions, RemoveVolumeOptions};
use serde::{Deserialize, Serialize};

use super::client::{ANSWER, Engine, within};
use super::keeper::Keeper;
use super::process::{self, Process};
use super::{errors, labels, stale};
use crate::provider::host::{BoxFuture, Held, LockInfo};
use crate::provider::{Error, ErrorKind};

/// Rounds in which somebody else may win before we say so.
const ROUNDS: u32 = 3;

/// What a lock says of its holder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Holder {
    pub(super) info: LockInfo,
    /// Which process that pid is, where its system tells.
    pub(super) process: Option<Process>,
}

/// One lock volume.
#[derive(Debug, Clone)]
pub(super) struct Lock {
    name: String,
    epoch: u64,
    /// `None` when its label cannot be read: then nobody may judge it gone.
    pub(super) holder: Option<Holder>,
}

/// Takes the lock.
///
/// # Errors
/// [`ErrorKind::Locked`] with its holder, or what the engine said.
pub async fn acquire(engine: &Engine, fleet: &str, info: &LockInfo) -> Result<Box<dyn Held>, Error> {
    let holder = Holder { info: info.clone(), process: process::of(info.pid) };
    for _ in 0..ROUNDS {
        let before = list(engine, fleet).await?;
        let epoch = match before.last() {
            None => 1,
            Some(lock) if stale::is_gone(engine, fleet, lock).await? => lock.epoch.saturating_add(1),
            Some(lock) => return Err(held_by(lock)),
        };
        let Some(ours) = create(engine, fleet, epoch, &holder).await? else {
            // Somebody else made this epoch: look again, at them.
            continue;
        };
        let after = list(engine, fleet).await?;
        let judged = |lock: &Lock| before.iter().any(|b| b.name == lock.name && b.holder == lock.holder);
        // A higher one overtook us; a lower one that we did not judge was taken anew while we looked.
        match after.iter().find(|lock| lock.epoch > epoch || (lock.epoch < epoch && !judged(lock))) {
            Some(other) => {
                remove(engine, &ours).await?;
                return Err(held_by(other));
            }
            None => {
                for old in after.iter().filter(|lock| lock.epoch < epoch) {
                    remove(engine, &old.name).await?;
                }
            }
        }
        let keeper = Keeper::start(engine, fleet, &info.id).await;
        let held = HostLock { engine: engine.clone(), fleet: fleet.to_owned(), name: ours, epoch, keeper };
        return Ok(Box::new(held));
    }
    match list(engine, fleet).await?.last() {
        Some(lock) => Err(held_by(lock)),
        None => {
            Err(Error::new(ErrorKind::Locked, "others take and give the host's lock all the time; try again"))
        }
    }
}

/// Who holds the lock, and is not gone. A holder that does not say who it is cannot be named.
///
/// # Errors
/// What the engine said.
pub async fn holder(engine: &Engine, fleet: &str) -> Result<Option<LockInfo>, Error> {
    match list(engine, fleet).await?.pop() {
        Some(lock) if !stale::is_gone(engine, fleet, &lock).await? => {
            Ok(lock.holder.map(|holder| holder.info))
        }
        _ => Ok(None),
    }
}

struct HostLock {
    engine: Engine,
    fleet: String,
    name: String,
    epoch: u64,
    keeper: Keeper,
}

impl Held for HostLock {
    fn check(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async move {
            let locks = list(&self.engine, &self.fleet).await?;
            if let Some(higher) = locks.iter().find(|lock| lock.epoch > self.epoch) {
                let who = higher.holder.as_ref().map_or("somebody", |holder| &holder.info.who);
                let message = format!("the host's lock was taken over by {who}; this run stops here");
                return Err(Error::new(ErrorKind::Locked, message));
            }
            if locks.iter().any(|lock| lock.name == self.name) {
                return Ok(());
            }
            let message = "the host's lock was removed while it was held; this run stops here";
            Err(Error::new(ErrorKind::Locked, message))
        })
    }

    fn release(self: Box<Self>) -> BoxFuture<'static, Result<(), Error>> {
        Box::pin(async move {
            let removed = remove(&self.engine, &self.name).await;
            drop(self.keeper);
            removed
        })
    }
}

/// The fleet's locks, lowest epoch first.
async fn list(engine: &Engine, fleet: &str) -> Result<Vec<Lock>, Error> {
    let filter = [("label".to_owned(), vec![format!("{}={fleet}", labels::LOCK)])];
    let options = ListVolumesOptions { filters: Some(filter.into()) };
    let what = "look at the host's lock";
    let volumes = engine.within(ANSWER, what, engine.docker.list_volumes(Some(options))).await?;
    let locks =
        volumes.volumes.unwrap_or_default().into_iter().map(read).collect::<Result<Vec<Lock>, Error>>();
    let mut locks = locks?;
    locks.sort_by_key(|lock| lock.epoch);
    Ok(locks)
}

/// A lock that cannot be understood is held: nobody can say that it is not.
fn read(volume: Volume) -> Result<Lock, Error> {
    let Some(epoch) = volume.labels.get(labels::EPOCH).and_then(|text| text.parse().ok()) else {
        let name = volume.name;
        return Err(Error::new(
            ErrorKind::Locked,
            format!(
                "the volume {name} is a lock of this fleet, and its label `{}` cannot be understood",
                labels::EPOCH
            ),
        )
        .advise(format!(
            "when you know that nobody works on that host, `docker volume rm {name}` there frees it"
        )));
    };
    let holder = volume.labels.get(labels::HOLDER).and_then(|text| serde_json::from_str(text).ok());
    Ok(Lock { name: volume.name, epoch, holder })
}

/// Creates the volume of an epoch; `None` when somebody else did first.
async fn create(engine: &Engine, fleet: &str, epoch: u64, holder: &Holder) -> Result<Option<String>, Error> {
    let what = "take the host's lock";
    let text = serde_json::to_string(holder)
        .map_err(|error| Error::new(ErrorKind::Other, format!("{what}: {error}")))?;
    let labels = [
        (labels::LOCK.to_owned(), fleet.to_owned()),
        (labels::EPOCH.to_owned(), epoch.to_string()),
        (labels::HOLDER.to_owned(), text),
    ];
    let request = VolumeCreateRequest {
        name: Some(format!("{fleet}-lock-{epoch}")),
        labels: Some(labels.into()),
        ..VolumeCreateRequest::default()
    };
    let made = engine.within(ANSWER, what, engine.docker.create_volume(request)).await?;
    let name = made.name.clone();
    let won = read(made)?.holder.is_some_and(|known| known == *holder);
    Ok(won.then_some(name))
}

async fn remove(engine: &Engine, name: &str) -> Result<(), Error> {
    let what = format!("remove lock {name}");
    let call = engine.docker.remove_volume(name, None::<RemoveVolumeOptions>);
    match within(ANSWER, &what, call).await? {
        Err(error) if !errors::is_missing(&error) => Err(errors::map(&what, &error)),
        _ => Ok(()),
    }
}

fn held_by(lock: &Lock) -> Error {
    let error = match &lock.holder {
        Some(holder) => holder.info.refusal(),
        None => Error::new(ErrorKind::Locked, "somebody holds it who does not say who they are"),
    };
    error.advise(format!(
        "wait for it; if you know that it is gone for good, `docker volume rm {}` on that host frees the lock",
        lock.name
    ))
}
