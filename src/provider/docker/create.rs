//! What the engine is asked to create: our fields in its words.

use std::collections::BTreeMap;

use bollard::models::{
    ContainerCreateBody, EndpointSettings, HealthConfig, HostConfig, HostConfigLogConfig, Mount, MountType,
    NetworkingConfig, PortBinding, RestartPolicy as EnginePolicy, RestartPolicyNameEnum,
};

use crate::desired::docker::{Container, Health, RestartPolicy};

const NANOSECONDS: u64 = 1_000_000_000;

/// The body of a create call. The container is attached to the first of its networks only: engines before API 1.44
/// take no more at creation.
pub(super) fn body(container: &Container, labels: BTreeMap<String, String>) -> ContainerCreateBody {
    let first = container.networks.first_key_value();
    let environment = container.environment.iter().map(|(key, value)| format!("{key}={value}")).collect();
    ContainerCreateBody {
        image: Some(container.image.clone()),
        entrypoint: container.entrypoint.clone(),
        cmd: container.command.clone(),
        env: Some(environment),
        user: container.user.clone(),
        working_dir: container.working_dir.clone(),
        labels: Some(labels.into_iter().collect()),
        stop_timeout: Some(signed(container.stop_grace)),
        healthcheck: container.health.as_ref().map(health),
        exposed_ports: Some(
            container.ports.iter().map(|port| format!("{}/{}", port.container_port, port.protocol)).collect(),
        ),
        host_config: Some(host(container, first.map(|(name, _)| name.as_str()))),
        networking_config: first.map(|(name, aliases)| NetworkingConfig {
            endpoints_config: Some([(name.clone(), endpoint(aliases.iter().cloned().collect()))].into()),
        }),
        ..ContainerCreateBody::default()
    }
}

/// How a container is attached to a network under these names.
pub(super) fn endpoint(aliases: Vec<String>) -> EndpointSettings {
    EndpointSettings { aliases: Some(aliases), ..EndpointSettings::default() }
}

/// A restart policy in the engine's words.
pub(super) fn policy(policy: RestartPolicy) -> EnginePolicy {
    let name = match policy {
        RestartPolicy::No => RestartPolicyNameEnum::NO,
        RestartPolicy::Always => RestartPolicyNameEnum::ALWAYS,
        RestartPolicy::UnlessStopped => RestartPolicyNameEnum::UNLESS_STOPPED,
        RestartPolicy::OnFailure => RestartPolicyNameEnum::ON_FAILURE,
    };
    EnginePolicy { name: Some(name), maximum_retry_count: None }
}

/// The engine counts in signed numbers; what is too big for them is as good as no limit.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn host(container: &Container, network: Option<&str>) -> HostConfig {
    let mut ports = BTreeMap::<String, Vec<PortBinding>>::new();
    for port in &container.ports {
        ports.entry(format!("{}/{}", port.container_port, port.protocol)).or_default().push(PortBinding {
            host_ip: Some(port.host_ip.clone()),
            host_port: Some(port.host_port.to_string()),
        });
    }
    let mounts = container.volumes.iter().map(|(target, mount)| Mount {
        target: Some(target.clone()),
        source: Some(mount.volume.clone()),
        typ: Some(MountType::VOLUME),
        read_only: Some(mount.read_only),
        ..Mount::default()
    });
    let log = [
        ("max-size".to_owned(), container.log.max_size.clone()),
        ("max-file".to_owned(), container.log.max_file.to_string()),
    ];
    HostConfig {
        network_mode: Some(network.unwrap_or("none").to_owned()),
        mounts: Some(mounts.collect()),
        port_bindings: Some(ports.into_iter().map(|(port, bindings)| (port, Some(bindings))).collect()),
        restart_policy: Some(policy(container.restart)),
        init: Some(container.init),
        security_opt: container.no_new_privileges.then(|| vec!["no-new-privileges:true".to_owned()]),
        log_config: Some(HostConfigLogConfig {
            typ: Some("json-file".to_owned()),
            config: Some(log.into_iter().collect()),
        }),
        memory: container.memory.map(signed),
        // The engine means memory and swap together: the same number is no swap.
        memory_swap: container.memory.map(signed),
        nano_cpus: container.nano_cpus.map(signed),
        pids_limit: container.pids.map(signed),
        ..HostConfig::default()
    }
}

fn health(health: &Health) -> HealthConfig {
    let nanoseconds = |seconds: u64| Some(signed(seconds.saturating_mul(NANOSECONDS)));
    HealthConfig {
        test: Some(health.test.clone()),
        interval: nanoseconds(health.interval),
        timeout: nanoseconds(health.timeout),
        retries: Some(signed(health.retries)),
        start_period: nanoseconds(health.start_period),
        start_interval: None,
    }
}
