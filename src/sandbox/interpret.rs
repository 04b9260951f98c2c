//! A call on the model of a host: the engine's preconditions, the driver's refusals, the same kinds of errors.

use super::state::{Mark, Marked, State, Stored};
use super::{containers, files, frappe, mariadb, routes};
use crate::desired::ObjectId;
use crate::desired::call::{Arg, Call};
use crate::desired::docker::{Network, Volume};
use crate::provider::host::{Cx, Output};
use crate::provider::{Error, ErrorKind};

/// Does one call.
pub(super) fn interpret(state: &mut State, call: &Call, cx: Cx<'_>) -> Result<Output, Error> {
    let fleet = cx.fleet;
    match call {
        Call::PullImage { reference } => pull(state, reference),
        Call::CreateNetwork { id, network } => create_network(state, fleet, id, network),
        Call::RemoveNetwork { handle } => remove_network(state, fleet, handle),
        Call::CreateVolume { id, volume } => create_volume(state, fleet, id, volume),
        Call::RemoveVolume { handle } => remove_volume(state, fleet, handle),
        Call::CreateContainer { id, name, container } => {
            containers::create(state, fleet, id, name, container)
        }
        Call::ConnectNetwork { container, network, aliases } => {
            containers::connect(state, fleet, handle(container)?, network, aliases)
        }
        Call::DisconnectNetwork { container, network } => {
            containers::disconnect(state, fleet, handle(container)?, network)
        }
        Call::PutFiles { container, files } => files::put(state, cx, handle(container)?, files),
        Call::RemoveFiles { container, paths } => files::remove(state, fleet, handle(container)?, paths),
        Call::UpdateContainer { container, memory, nano_cpus, pids, restart } => {
            let limits = containers::InPlace {
                memory: *memory,
                nano_cpus: *nano_cpus,
                pids: *pids,
                restart: *restart,
            };
            containers::update(state, fleet, handle(container)?, &limits)
        }
        Call::StartContainer { container } => containers::start(state, fleet, handle(container)?),
        Call::UnpauseContainer { container } => containers::unpause(state, fleet, handle(container)?),
        Call::StopContainer { container, .. } => containers::stop(state, fleet, handle(container)?),
        Call::RestartContainer { container, .. } => {
            containers::stop(state, fleet, handle(container)?)?;
            // The engine answers a restart with one kind of error, whatever kept the container from starting.
            containers::start(state, fleet, handle(container)?)
                .map_err(|error| Error { kind: ErrorKind::StartFailed, ..error })
        }
        Call::RemoveContainer { container } => containers::remove(state, fleet, handle(container)?),
        Call::RenameContainer { container, name } => {
            containers::rename(state, fleet, handle(container)?, name)
        }
        Call::AwaitHealthy { container, within } => {
            containers::await_healthy(state, fleet, handle(container)?, *within)
        }
        Call::AwaitExec { container, mark, .. } => {
            Ok(containers::await_exec(state, handle(container)?, mark))
        }
        Call::SetSchema { container, .. }
        | Call::ResetSchema { container, .. }
        | Call::SetAccount { container, .. } => mariadb::interpret(state, handle(container)?, call, cx),
        Call::VerifyRelease { container, .. }
        | Call::VerifyMadeFor { container, .. }
        | Call::WriteBenchConfig { container, .. }
        | Call::DiscardSite { container, .. }
        | Call::NewSite { container, .. }
        | Call::WriteSiteConfig { container, .. }
        | Call::SetAdminPassword { container, .. }
        | Call::InstallApp { container, .. }
        | Call::EnableScheduler { container, .. } => frappe::interpret(state, handle(container)?, call, cx),
        Call::Routes { container, file, set, remove } => {
            routes::change(state, fleet, handle(container)?, file, set, remove)
        }
    }
}

/// The engine id in an argument.
fn handle(container: &Arg) -> Result<&str, Error> {
    match container {
        Arg::Handle(handle) => Ok(handle),
        Arg::Output(step) => {
            Err(Error::new(ErrorKind::Invalid, format!("the container of {step} is not known yet")))
        }
        Arg::Object(id) => Err(Error::new(ErrorKind::Invalid, format!("the container {id} is not known"))),
    }
}

/// Every reference can be had, but for names that say they cannot.
fn pull(state: &mut State, reference: &str) -> Result<Output, Error> {
    if reference.starts_with("missing.invalid/") || reference.ends_with(":missing") {
        let why = format!("pull {reference}: manifest for {reference} not found: manifest unknown");
        return Err(Error::new(ErrorKind::ImageMissing, why));
    }
    state.images.insert(reference.to_owned());
    Ok(Output::default())
}

fn create_network(state: &mut State, fleet: &str, id: &ObjectId, network: &Network) -> Result<Output, Error> {
    if let Some((handle, seen)) = state.network(&network.name) {
        return if seen.is(fleet, id) {
            Ok(Output { handle: Some(handle.clone()) })
        } else {
            Err(taken(&format!("network {} ({})", network.name, seen.thing.driver), &seen.words(fleet)))
        };
    }
    let handle = state.new_id();
    state
        .networks
        .insert(handle.clone(), Marked { mark: Some(Mark::new(fleet, id)), thing: network.clone() });
    Ok(Output { handle: Some(handle) })
}

/// Only running containers keep a network: one that is stopped keeps its name, and finds nothing there at its start.
fn remove_network(state: &mut State, fleet: &str, handle: &str) -> Result<Output, Error> {
    let Some((key, seen)) = state.network(handle) else { return Ok(Output::default()) };
    let what = format!("network {} ({})", seen.thing.name, seen.thing.driver);
    if !seen.is_ours(fleet) {
        return Err(refused(&what, &seen.words(fleet)));
    }
    let (key, name) = (key.clone(), &seen.thing.name);
    let users = state.containers.values().map(|c| &c.thing);
    if users.into_iter().any(|c| c.is_running() && c.container.networks.contains_key(name)) {
        return Err(Error::new(ErrorKind::Conflict, format!("remove {what}: it has active endpoints"))
            .advise("a container is still attached to it"));
    }
    state.networks.remove(&key);
    Ok(Output::default())
}

/// An existing volume of the name is handed out whatever it is; its mark then tells whether it is the one.
fn create_volume(state: &mut State, fleet: &str, id: &ObjectId, volume: &Volume) -> Result<Output, Error> {
    if volume.driver != "local" {
        let why = format!("create volume {}: there is no volume driver {}", volume.name, volume.driver);
        return Err(Error::new(ErrorKind::NotFound, why));
    }
    let seen = state
        .volumes
        .entry(volume.name.clone())
        .or_insert_with(|| Marked { mark: Some(Mark::new(fleet, id)), thing: Stored::new(volume.clone()) });
    if seen.is(fleet, id) {
        Ok(Output { handle: Some(volume.name.clone()) })
    } else {
        Err(taken(&format!("volume {} ({})", volume.name, seen.thing.volume.driver), &seen.words(fleet)))
    }
}

fn remove_volume(state: &mut State, fleet: &str, handle: &str) -> Result<Output, Error> {
    let Some(seen) = state.volumes.get(handle) else { return Ok(Output::default()) };
    if !seen.is_ours(fleet) {
        let what = format!("volume {handle} ({})", seen.thing.volume.driver);
        return Err(refused(&what, &seen.words(fleet)));
    }
    let mut users = state.containers.values().map(|c| &c.thing.container);
    if let Some(user) = users.find(|c| c.volumes.values().any(|m| m.volume == handle)) {
        let why = format!("remove volume {handle}: volume is in use by {}", user.name);
        return Err(Error::new(ErrorKind::Conflict, why));
    }
    state.volumes.remove(handle);
    Ok(Output::default())
}

/// The error of a name that something else has.
pub(super) fn taken(what: &str, words: &str) -> Error {
    Error::new(ErrorKind::NameTaken, format!("{what} {words}"))
        .advise("remove or rename it, or let Tenantry adopt it")
}

/// The refusal to touch what is not ours.
pub(super) fn refused(what: &str, words: &str) -> Error {
    Error::new(ErrorKind::Conflict, format!("{what} {words}; it is left alone"))
}
