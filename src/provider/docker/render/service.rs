//! A container to a service of a compose file.

use super::{Keys, files, labels};
use crate::desired::docker::{Container, Health, RestartPolicy};
use crate::desired::{Desired, Entry, Object, ObjectId};
use crate::provider::yaml::Yaml;

/// The service. Every text in it is taken literally by compose.
pub(super) fn service(
    desired: &Desired,
    id: &ObjectId,
    entry: &Entry,
    container: &Container,
    keys: &Keys<'_>,
) -> Yaml {
    let mut fields: Vec<(&str, Yaml)> = vec![("image", container.image.as_str().into())];
    fields.push(("pull_policy", if may_pull(desired, entry) { "missing" } else { "never" }.into()));
    if let Some(entrypoint) = &container.entrypoint {
        fields.push(("entrypoint", strings(entrypoint)));
    }
    if let Some(command) = &container.command {
        fields.push(("command", strings(command)));
    }
    if let Some(user) = &container.user {
        fields.push(("user", user.as_str().into()));
    }
    if !container.environment.is_empty() {
        let variables = container.environment.iter().map(|(name, value)| (name, value.as_str().into()));
        fields.push(("environment", Yaml::map(variables)));
    }
    fields.extend(places(container, keys));
    let (configs, secrets) = files::uses(container);
    fields
        .extend([("configs", configs), ("secrets", secrets)].into_iter().filter(|(_, list)| !is_empty(list)));
    let depends = depends_on(desired, entry, container);
    if !is_empty(&depends) {
        fields.push(("depends_on", depends));
    }
    if let Some(health) = &container.health {
        fields.push(("healthcheck", healthcheck(health)));
    }
    fields.push(("restart", restart(container.restart).into()));
    if let Some(directory) = &container.working_dir {
        fields.push(("working_dir", directory.as_str().into()));
    }
    fields.push(("init", container.init.into()));
    fields.push(("stop_grace_period", seconds(container.stop_grace)));
    if container.no_new_privileges {
        fields.push(("security_opt", Yaml::list(["no-new-privileges:true"])));
    }
    fields.extend(limits(container));
    let options = [
        ("max-size", Yaml::from(container.log.max_size.as_str())),
        ("max-file", container.log.max_file.to_string().into()),
    ];
    fields.push(("logging", Yaml::map([("driver", "json-file".into()), ("options", Yaml::map(options))])));
    fields.push(("labels", labels(desired, id)));
    Yaml::map(fields).map_text(&files::literal)
}

fn may_pull(desired: &Desired, entry: &Entry) -> bool {
    entry.needs.iter().any(
        |need| matches!(desired.objects.get(need).map(|e| &e.object), Some(Object::Image(image)) if image.pull),
    )
}

fn places(container: &Container, keys: &Keys<'_>) -> Vec<(&'static str, Yaml)> {
    let mut fields = Vec::new();
    if !container.networks.is_empty() {
        let networks = container.networks.iter().map(|(name, aliases)| {
            // compose itself adds the service's name.
            let further: Vec<&str> =
                aliases.iter().map(String::as_str).filter(|alias| *alias != container.service).collect();
            let body = if further.is_empty() {
                Yaml::Map(Vec::new())
            } else {
                Yaml::map([("aliases", Yaml::list(further))])
            };
            (keys.network(name), body)
        });
        fields.push(("networks", Yaml::map(networks)));
    }
    if !container.volumes.is_empty() {
        let volumes = container.volumes.iter().map(|(path, mount)| {
            let mut fields = vec![
                ("type", "volume".into()),
                ("source", keys.volume(&mount.volume).into()),
                ("target", path.as_str().into()),
            ];
            if mount.read_only {
                fields.push(("read_only", true.into()));
            }
            Yaml::map(fields)
        });
        fields.push(("volumes", Yaml::list(volumes)));
    }
    if !container.ports.is_empty() {
        let ports = container.ports.iter().map(|port| {
            let mut fields = vec![
                ("target", Yaml::from(u64::from(port.container_port))),
                ("published", port.host_port.to_string().into()),
                ("protocol", port.protocol.as_str().into()),
            ];
            if !port.host_ip.is_empty() {
                fields.push(("host_ip", port.host_ip.as_str().into()));
            }
            Yaml::map(fields)
        });
        fields.push(("ports", Yaml::list(ports)));
    }
    fields
}

/// What it needs within its project; compose knows nothing of other projects.
fn depends_on(desired: &Desired, entry: &Entry, container: &Container) -> Yaml {
    Yaml::map(entry.needs.iter().filter_map(|need| {
        let Object::Container(needed) = &desired.objects.get(need)?.object else { return None };
        (needed.project == container.project).then(|| {
            let condition = if needed.health.is_some() { "service_healthy" } else { "service_started" };
            (needed.service.as_str(), Yaml::map([("condition", condition.into())]))
        })
    }))
}

fn limits(container: &Container) -> Vec<(&'static str, Yaml)> {
    let mut limits = Vec::new();
    if let Some(nano_cpus) = container.nano_cpus {
        limits.push(("cpus", cpus(nano_cpus).into()));
    }
    if let Some(memory) = container.memory {
        limits.push(("memory", bytes(memory).into()));
    }
    if let Some(pids) = container.pids {
        limits.push(("pids", pids.into()));
    }
    if limits.is_empty() {
        return Vec::new();
    }
    let resources = Yaml::map([("limits", Yaml::map(limits))]);
    let mut fields = vec![("deploy", Yaml::map([("resources", resources)]))];
    if let Some(memory) = container.memory {
        // Memory and swap together: no swap beside the memory.
        fields.push(("memswap_limit", bytes(memory).into()));
    }
    fields
}

fn healthcheck(health: &Health) -> Yaml {
    Yaml::map([
        ("test", strings(&health.test)),
        ("interval", seconds(health.interval)),
        ("timeout", seconds(health.timeout)),
        ("retries", health.retries.into()),
        ("start_period", seconds(health.start_period)),
    ])
}

const fn restart(policy: RestartPolicy) -> &'static str {
    match policy {
        RestartPolicy::No => "no",
        RestartPolicy::Always => "always",
        RestartPolicy::UnlessStopped => "unless-stopped",
        RestartPolicy::OnFailure => "on-failure",
    }
}

/// Billionths as a decimal fraction, exactly.
fn cpus(nano: u64) -> String {
    let text = format!("{}.{:09}", nano / 1_000_000_000, nano % 1_000_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// In the largest unit that keeps it exact.
fn bytes(bytes: u64) -> String {
    [(30, "G"), (20, "M"), (10, "K")]
        .into_iter()
        .find(|(shift, _)| bytes > 0 && bytes.is_multiple_of(1 << shift))
        .map_or_else(|| format!("{bytes}B"), |(shift, unit)| format!("{}{unit}", bytes >> shift))
}

fn seconds(seconds: u64) -> Yaml {
    format!("{seconds}s").into()
}

fn strings(items: &[String]) -> Yaml {
    Yaml::list(items.iter().map(String::as_str))
}

fn is_empty(value: &Yaml) -> bool {
    matches!(value, Yaml::List(items) if items.is_empty())
        || matches!(value, Yaml::Map(items) if items.is_empty())
}
