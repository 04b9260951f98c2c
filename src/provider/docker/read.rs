//! A container as the engine describes it, in our fields: as read, less what its image brings.

use std::collections::{BTreeMap, BTreeSet};

use bollard::models::{
    ContainerInspectResponse, EndpointSettings, HealthConfig, HostConfig, ImageInspect, MountPoint,
    RestartPolicyNameEnum,
};

use super::labels;
use crate::desired::docker::{Container, Health, LogLimits, Port, Provided, RestartPolicy, VolumeMount};

const NANOSECONDS: u64 = 1_000_000_000;
/// What the engine does where nothing was said.
const STOP_GRACE: u64 = 10;
/// The network of containers that were made without one.
const NONE: &str = "none";

/// What an image brings along.
pub(super) fn provided(image: ImageInspect) -> Provided {
    let config = image.config.unwrap_or_default();
    Provided {
        entrypoint: filled(config.entrypoint),
        command: filled(config.cmd),
        environment: environment(config.env),
        user: config.user.filter(|user| !user.is_empty()),
        health: config.healthcheck.and_then(health),
        volumes: config.volumes.unwrap_or_default().into_iter().collect(),
    }
}

/// A container's fields. Its files are read by their own calls. `declared` is what is wanted of the same object:
/// names that the engine or compose add by themselves are dropped unless they are wanted.
pub(super) fn container(
    seen: &ContainerInspectResponse,
    provided: &Provided,
    declared: Option<&Container>,
) -> Container {
    let config = seen.config.clone().unwrap_or_default();
    let host = seen.host_config.clone().unwrap_or_default();
    let label = |key: &str| config.labels.as_ref().and_then(|l| l.get(key)).cloned().unwrap_or_default();
    let name = seen.name.clone().unwrap_or_default().trim_start_matches('/').to_owned();
    let service = label(labels::SERVICE);
    let networks = networks(seen, declared, &[&name, &service]);
    Container {
        project: label(labels::PROJECT),
        image: config.image.clone().unwrap_or_default(),
        entrypoint: filled(config.entrypoint.clone()).filter(|v| Some(v) != provided.entrypoint.as_ref()),
        command: filled(config.cmd.clone()).filter(|v| Some(v) != provided.command.as_ref()),
        environment: environment(config.env.clone())
            .into_iter()
            .filter(|(key, value)| provided.environment.get(key) != Some(value))
            .collect(),
        // Always told, the image's too: it counts where one is wanted. None is the root.
        working_dir: declared
            .and_then(|wanted| wanted.working_dir.as_ref())
            .map(|_| config.working_dir.clone().filter(|d| !d.is_empty()).unwrap_or_else(|| "/".to_owned())),
        user: config.user.clone().filter(|u| !u.is_empty() && Some(u) != provided.user.as_ref()),
        init: host.init.unwrap_or(false),
        no_new_privileges: host
            .security_opt
            .iter()
            .flatten()
            .any(|option| option == "no-new-privileges" || option == "no-new-privileges:true"),
        stop_grace: config.stop_timeout.and_then(|s| u64::try_from(s).ok()).unwrap_or(STOP_GRACE),
        health: config.healthcheck.clone().and_then(health).filter(|h| Some(h) != provided.health.as_ref()),
        volumes: volumes(seen, provided),
        ports: ports(&host),
        log: log(&host),
        networks,
        restart: restart(&host),
        memory: limit(host.memory),
        nano_cpus: limit(host.nano_cpus).or_else(|| quota(&host)),
        pids: limit(host.pids_limit),
        files: BTreeMap::new(),
        name,
        service,
    }
}

/// Names that a container answers to on a network, less the short id that older engines add.
pub(super) fn aliases(endpoint: &EndpointSettings, id: &str) -> BTreeSet<String> {
    endpoint.aliases.iter().flatten().filter(|alias| id.get(..12) != Some(alias.as_str())).cloned().collect()
}

/// Whether it is on the engine's network `none`, beside which there can be no other.
pub(super) fn is_isolated(seen: &ContainerInspectResponse) -> bool {
    let attached = seen.network_settings.as_ref().and_then(|n| n.networks.as_ref());
    attached.is_some_and(|networks| networks.contains_key(NONE))
}

fn networks(
    seen: &ContainerInspectResponse,
    declared: Option<&Container>,
    own: &[&str],
) -> BTreeMap<String, BTreeSet<String>> {
    let id = seen.id.clone().unwrap_or_default();
    let attached = seen.network_settings.as_ref().and_then(|n| n.networks.as_ref());
    attached
        .into_iter()
        .flatten()
        .filter(|(network, _)| network.as_str() != NONE)
        .map(|(network, endpoint)| {
            let wanted = declared.and_then(|d| d.networks.get(network));
            let mut names = aliases(endpoint, &id);
            names.retain(|alias| wanted.is_none_or(|w| w.contains(alias) || !own.contains(&alias.as_str())));
            (network.clone(), names)
        })
        .collect()
}

fn volumes(seen: &ContainerInspectResponse, provided: &Provided) -> BTreeMap<String, VolumeMount> {
    let named = |point: &MountPoint| match point.typ.as_deref() {
        Some("volume") => point.name.clone(),
        // Not something we make; shown, so that somebody's change is noticed.
        Some("bind") => point.source.clone(),
        _ => None,
    };
    let asked = |path: &str| {
        let host = seen.host_config.as_ref();
        let mounts = host.and_then(|h| h.mounts.as_ref()).into_iter().flatten();
        let binds = host.and_then(|h| h.binds.as_ref()).into_iter().flatten();
        mounts.filter(|m| m.source.is_some()).any(|m| m.target.as_deref() == Some(path))
            || binds.filter_map(|bind| bind.split(':').nth(1)).any(|target| target == path)
    };
    seen.mounts
        .iter()
        .flatten()
        .filter_map(|point| {
            let path = point.destination.clone()?;
            let volume = named(point)?;
            // An image's volume that nobody asked for is the engine's own, without a name. When compose makes a container anew
            // it asks for the one that was there.
            let anonymous = provided.volumes.contains(&path) && (!asked(&path) || is_generated(&volume));
            (!anonymous).then(|| (path, VolumeMount { volume, read_only: point.rw == Some(false) }))
        })
        .collect()
}

/// Whether the engine chose the name: 64 hexadecimal digits.
fn is_generated(volume: &str) -> bool {
    volume.len() == 64 && volume.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn ports(host: &HostConfig) -> BTreeSet<Port> {
    let bindings = host.port_bindings.iter().flatten();
    bindings
        .flat_map(|(inside, outside)| {
            let (port, protocol) = inside.split_once('/').unwrap_or((inside, "tcp"));
            outside.iter().flatten().map(move |binding| Port {
                host_ip: binding.host_ip.clone().unwrap_or_default(),
                host_port: binding.host_port.as_deref().and_then(|p| p.parse().ok()).unwrap_or(0),
                container_port: port.parse().unwrap_or(0),
                protocol: protocol.to_owned(),
            })
        })
        .collect()
}

fn log(host: &HostConfig) -> LogLimits {
    let log = host.log_config.clone().unwrap_or_default();
    let option = |key: &str| log.config.as_ref().and_then(|c| c.get(key)).cloned();
    match log.typ.as_deref() {
        Some("json-file") => LogLimits {
            max_size: option("max-size").unwrap_or_default(),
            max_file: option("max-file").and_then(|n| n.parse().ok()).unwrap_or(0),
        },
        // Another driver keeps none of our limits; its name says why they differ.
        other => LogLimits { max_size: format!("({})", other.unwrap_or("no log")), max_file: 0 },
    }
}

fn restart(host: &HostConfig) -> RestartPolicy {
    match host.restart_policy.as_ref().and_then(|p| p.name) {
        Some(RestartPolicyNameEnum::ALWAYS) => RestartPolicy::Always,
        Some(RestartPolicyNameEnum::UNLESS_STOPPED) => RestartPolicy::UnlessStopped,
        Some(RestartPolicyNameEnum::ON_FAILURE) => RestartPolicy::OnFailure,
        _ => RestartPolicy::No,
    }
}

/// A limit set the older way, as a share of a period.
fn quota(host: &HostConfig) -> Option<u64> {
    let quota = limit(host.cpu_quota)?;
    let period = limit(host.cpu_period).unwrap_or(100_000);
    Some(quota.saturating_mul(NANOSECONDS) / period)
}

/// 0 and -1 are how the engine says "none".
fn limit(number: Option<i64>) -> Option<u64> {
    number.and_then(|n| u64::try_from(n).ok()).filter(|n| *n > 0)
}

fn filled(words: Option<Vec<String>>) -> Option<Vec<String>> {
    words.filter(|words| !words.is_empty())
}

fn environment(entries: Option<Vec<String>>) -> BTreeMap<String, String> {
    let split = |entry: String| match entry.split_once('=') {
        Some((key, value)) => (key.to_owned(), value.to_owned()),
        None => (entry, String::new()),
    };
    entries.unwrap_or_default().into_iter().map(split).collect()
}

fn health(config: HealthConfig) -> Option<Health> {
    let test = filled(config.test)?;
    // Rounded up, so that half a second is not "none".
    let seconds = |n: Option<i64>| n.and_then(|n| u64::try_from(n).ok()).unwrap_or(0).div_ceil(NANOSECONDS);
    Some(Health {
        test,
        interval: seconds(config.interval),
        timeout: seconds(config.timeout),
        retries: config.retries.and_then(|n| u64::try_from(n).ok()).unwrap_or(0),
        start_period: seconds(config.start_period),
    })
}

#[cfg(test)]
mod tests;
