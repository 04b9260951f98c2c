//! Containers of a sandbox: their life, names, limits and networks.

use std::collections::{BTreeMap, BTreeSet};

use super::frappe;
use super::interpret::{refused, taken};
use super::state::{Instance, Mark, Marked, Phase, State};
use crate::desired::ObjectId;
use crate::desired::docker::{Container, Port, Provided, RestartPolicy};
use crate::provider::host::Output;
use crate::provider::{Error, ErrorKind};

/// The engine takes no smaller limit.
const LEAST_MEMORY: u64 = 6 << 20;
const BILLION: u64 = 1_000_000_000;

/// What can be changed in place.
pub(super) struct InPlace {
    pub(super) memory: Option<u64>,
    pub(super) nano_cpus: Option<u64>,
    pub(super) pids: Option<u64>,
    pub(super) restart: RestartPolicy,
}

/// The container, which must be there and ours.
pub(super) fn ours<'s>(
    state: &'s State,
    fleet: &str,
    handle: &str,
    what: &str,
) -> Result<&'s Instance, Error> {
    let Some(seen) = state.container_id(handle).and_then(|id| state.containers.get(id)) else {
        return Err(Error::new(ErrorKind::NotFound, format!("{what}: there is no container {handle}")));
    };
    if seen.is_ours(fleet) { Ok(&seen.thing) } else { Err(refused(&words(&seen.thing), &seen.words(fleet))) }
}

/// The same, to be changed.
pub(super) fn ours_mut<'s>(
    state: &'s mut State,
    fleet: &str,
    handle: &str,
    what: &str,
) -> Result<&'s mut Instance, Error> {
    ours(state, fleet, handle, what)?;
    let id = state.container_id(handle).unwrap_or(handle).to_owned();
    let seen = state.containers.get_mut(&id);
    seen.map(|seen| &mut *seen.thing)
        .ok_or_else(|| Error::new(ErrorKind::NotFound, format!("{what}: there is no container {handle}")))
}

/// A container in a few words.
pub(super) fn words(instance: &Instance) -> String {
    format!("container {} ({})", instance.container.name, instance.container.image)
}

pub(super) fn create(
    state: &mut State,
    fleet: &str,
    id: &ObjectId,
    name: &str,
    container: &Container,
) -> Result<Output, Error> {
    let what = format!("create container {name}");
    // As the driver does it: the engine alone would make a missing volume, without our mark.
    for mount in container.volumes.values() {
        if !state.volumes.contains_key(&mount.volume) {
            return Err(Error::new(
                ErrorKind::NotFound,
                format!("{what}: there is no volume {}", mount.volume),
            ));
        }
    }
    limits(state, &what, container.memory, container.nano_cpus)?;
    if !state.images.contains(&container.image) {
        return Err(Error::new(
            ErrorKind::ImageMissing,
            format!("{what}: No such image: {}", container.image),
        ));
    }
    check_name(&what, name)?;
    if let Some(other) = state.container_id(name).map(str::to_owned)
        && let Some(seen) = state.containers.get(&other)
    {
        return if seen.is(fleet, id) {
            Ok(Output { handle: Some(other) })
        } else {
            Err(taken(&words(&seen.thing), &seen.words(fleet)))
        };
    }
    let mut container = container.clone();
    name.clone_into(&mut container.name);
    container.files = BTreeMap::new();
    // Older engines attach to one network at creation.
    container.networks = container.networks.into_iter().take(1).collect();
    let instance = Instance {
        isolated: container.networks.is_empty(),
        container,
        provided: Provided::default(),
        phase: Phase::Created,
        busy: Vec::new(),
    };
    let handle = state.new_id();
    let marked = Marked { mark: Some(Mark::new(fleet, id)), thing: Box::new(instance) };
    state.containers.insert(handle.clone(), marked);
    Ok(Output { handle: Some(handle) })
}

fn limits(state: &State, what: &str, memory: Option<u64>, nano_cpus: Option<u64>) -> Result<(), Error> {
    let invalid = |why: String| Err(Error::new(ErrorKind::Invalid, format!("{what}: {why}")));
    if memory.is_some_and(|bytes| bytes > 0 && bytes < LEAST_MEMORY) {
        return invalid("Minimum memory limit allowed is 6MB".to_owned());
    }
    if nano_cpus.is_some_and(|n| n > state.cpus.saturating_mul(BILLION)) {
        let cpus = state.cpus;
        return invalid(format!(
            "Range of CPUs is from 0.01 to {cpus}.00, as there are only {cpus} CPUs available"
        ));
    }
    Ok(())
}

/// The engine's rule for names.
fn check_name(what: &str, name: &str) -> Result<(), Error> {
    let mut bytes = name.bytes();
    let is_fit = bytes.next().is_some_and(|b| b.is_ascii_alphanumeric())
        && name.len() > 1
        && bytes.all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b));
    if is_fit {
        Ok(())
    } else {
        Err(Error::new(ErrorKind::Invalid, format!("{what}: Invalid container name ({name})")))
    }
}

pub(super) fn update(state: &mut State, fleet: &str, handle: &str, new: &InPlace) -> Result<Output, Error> {
    let what = format!("update {handle}");
    ours(state, fleet, handle, &what)?;
    limits(state, &what, new.memory, new.nano_cpus)?;
    let container = &mut ours_mut(state, fleet, handle, &what)?.container;
    container.memory = new.memory.filter(|n| *n > 0).or(container.memory);
    container.nano_cpus = new.nano_cpus.filter(|n| *n > 0).or(container.nano_cpus);
    container.pids = new.pids.filter(|n| *n > 0);
    container.restart = new.restart;
    Ok(Output::default())
}

/// Its networks must be there, and its ports free; what the image's name says happens then.
pub(super) fn start(state: &mut State, fleet: &str, handle: &str) -> Result<Output, Error> {
    let instance = ours(state, fleet, handle, &format!("start {handle}"))?;
    match instance.phase {
        // The engine takes one that restarts for one that runs.
        Phase::Running | Phase::Restarting => return Ok(Output::default()),
        Phase::Paused => {
            let why = format!(
                "start {}: cannot start a paused container, try unpause instead",
                instance.container.name
            );
            return Err(Error::new(ErrorKind::Conflict, why));
        }
        Phase::Created | Phase::Exited(_) => {}
    }
    let Container { name, image, networks, ports, .. } = instance.container.clone();
    if let Some(lost) = networks.keys().find(|n| state.network(n).is_none()) {
        return Err(Error::new(ErrorKind::NotFound, format!("start {name}: network {lost} not found")));
    }
    // One that was taken off its last network has given up its ports.
    let running = || {
        let all = state.containers.values().map(|c| &c.thing);
        all.filter(|c| c.is_running() && !c.container.networks.is_empty())
    };
    let clash =
        ports.iter().find(|mine| running().any(|c| c.container.ports.iter().any(|o| overlap(mine, o))));
    if let Some(port) = clash {
        let ip = if port.host_ip.is_empty() { "0.0.0.0" } else { &port.host_ip };
        let why = format!("start {name}: Bind for {ip}:{} failed: port is already allocated", port.host_port);
        return Err(Error::new(ErrorKind::StartFailed, why)
            .advise(format!("something else on the host holds port {}", port.host_port)));
    }
    if image.contains("never-starts") {
        let why = format!("start {name}: exec: \"{name}\": executable file not found in $PATH");
        return Err(Error::new(ErrorKind::StartFailed, why));
    }
    let phase = if image.contains("exits") { Phase::Exited(1) } else { Phase::Running };
    ours_mut(state, fleet, handle, "start")?.phase = phase;
    Ok(Output::default())
}

fn overlap(a: &Port, b: &Port) -> bool {
    let all = |ip: &str| ip.is_empty() || ip == "0.0.0.0";
    a.host_port != 0
        && a.host_port == b.host_port
        && a.protocol == b.protocol
        && (a.host_ip == b.host_ip || all(&a.host_ip) || all(&b.host_ip))
}

pub(super) fn unpause(state: &mut State, fleet: &str, handle: &str) -> Result<Output, Error> {
    if ours(state, fleet, handle, &format!("unpause {handle}"))?.phase == Phase::Paused {
        ours_mut(state, fleet, handle, "unpause")?.phase = Phase::Running;
    }
    Ok(Output::default())
}

pub(super) fn stop(state: &mut State, fleet: &str, handle: &str) -> Result<Output, Error> {
    if ours(state, fleet, handle, &format!("stop {handle}"))?.is_up() {
        let instance = ours_mut(state, fleet, handle, "stop")?;
        instance.phase = Phase::Exited(137);
        // Everything in it ends with it.
        instance.busy.clear();
    }
    Ok(Output::default())
}

pub(super) fn remove(state: &mut State, fleet: &str, handle: &str) -> Result<Output, Error> {
    let what = format!("remove {handle}");
    let Some(id) = state.container_id(handle).map(str::to_owned) else { return Ok(Output::default()) };
    let instance = ours(state, fleet, &id, &what)?;
    if instance.is_up() {
        let why = format!("{what}: {} is running; stop it before it is removed", instance.container.name);
        return Err(Error::new(ErrorKind::Conflict, why));
    }
    state.containers.remove(&id);
    Ok(Output::default())
}

pub(super) fn rename(state: &mut State, fleet: &str, handle: &str, name: &str) -> Result<Output, Error> {
    let what = format!("rename {handle} to {name}");
    if ours(state, fleet, handle, &what)?.container.name == name {
        return Ok(Output::default());
    }
    check_name(&what, name)?;
    if let Some(other) = state.containers.values().find(|c| c.thing.container.name == name) {
        return Err(taken(&words(&other.thing), &other.words(fleet)));
    }
    name.clone_into(&mut ours_mut(state, fleet, handle, &what)?.container.name);
    Ok(Output::default())
}

/// The engine lets a stopped container have a network that is not there yet; its start then fails.
pub(super) fn connect(
    state: &mut State,
    fleet: &str,
    handle: &str,
    network: &str,
    aliases: &BTreeSet<String>,
) -> Result<Output, Error> {
    let what = format!("connect {handle} to network {network}");
    let is_there = state.network(network).is_some();
    let instance = ours(state, fleet, handle, &what)?;
    if let Some(known) = instance.container.networks.get(network) {
        return if aliases.is_subset(known) {
            Ok(Output::default())
        } else {
            Err(Error::new(ErrorKind::Conflict, format!("{what}: it is on it under other names")))
        };
    }
    if instance.isolated && is_there {
        let why = "container cannot be connected to multiple networks with one of the networks in private (none) mode";
        return Err(Error::new(ErrorKind::Invalid, format!("{what}: {why}")));
    }
    if instance.is_running() && !is_there {
        return Err(Error::new(ErrorKind::NotFound, format!("{what}: network {network} not found")));
    }
    let networks = &mut ours_mut(state, fleet, handle, &what)?.container.networks;
    networks.insert(network.to_owned(), aliases.clone());
    Ok(Output::default())
}

pub(super) fn disconnect(
    state: &mut State,
    fleet: &str,
    handle: &str,
    network: &str,
) -> Result<Output, Error> {
    let what = format!("disconnect {handle} from network {network}");
    ours_mut(state, fleet, handle, &what)?.container.networks.remove(network);
    Ok(Output::default())
}

/// No time passes here: what is not healthy now never will be.
pub(super) fn await_healthy(state: &State, fleet: &str, handle: &str, within: u64) -> Result<Output, Error> {
    let instance = ours(state, fleet, handle, "wait for a container")?;
    let name = &instance.container.name;
    let why = match instance.phase {
        Phase::Created => format!("{name} was never started"),
        Phase::Exited(code) => format!("{name} ended with code {code}"),
        Phase::Paused => format!("{name} is still paused after {within} s"),
        Phase::Restarting => format!("{name} ended with code 1, again and again (3 restarts)"),
        Phase::Running if health(state, instance) == Some("unhealthy") => {
            format!("{name} is still unhealthy after {within} s")
        }
        Phase::Running => return Ok(Output::default()),
    };
    Err(Error::new(ErrorKind::Unhealthy, why))
}

/// Healthy at once where health is looked at, but for images whose name says otherwise.
pub(super) fn health(state: &State, instance: &Instance) -> Option<&'static str> {
    let is_looked_at = instance.container.health.is_some() || instance.provided.health.is_some();
    match instance.phase {
        Phase::Running if instance.container.image.contains("never-healthy") => Some("unhealthy"),
        Phase::Running if frappe::waits(state, instance) => Some("unhealthy"),
        Phase::Running if is_looked_at => Some("healthy"),
        _ => None,
    }
}

/// An exec that was left behind ends while it is waited for.
pub(super) fn await_exec(state: &mut State, handle: &str, mark: &str) -> Output {
    let id = state.container_id(handle).map(str::to_owned);
    if let Some(seen) = id.and_then(|id| state.containers.get_mut(&id)) {
        seen.thing.busy.retain(|busy| busy != mark);
    }
    Output::default()
}
