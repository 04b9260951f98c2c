//! What all our containers have in common.

use std::collections::{BTreeMap, BTreeSet};

use super::names::Project;
use crate::desired::content::Content;
use crate::desired::docker::{
    Container, File, Health, LogLimits, Network, RestartPolicy, Volume, VolumeMount,
};

/// A service of a project, without networks, volumes, files and limits.
#[must_use]
pub fn container(project: &Project, service: &str, image: &str) -> Container {
    Container {
        name: project.container(service),
        project: project.name().to_owned(),
        service: service.to_owned(),
        image: image.to_owned(),
        entrypoint: None,
        command: None,
        environment: BTreeMap::new(),
        user: None,
        init: false,
        working_dir: None,
        no_new_privileges: true,
        stop_grace: 10,
        health: None,
        volumes: BTreeMap::new(),
        ports: BTreeSet::new(),
        log: LogLimits::default(),
        networks: BTreeMap::new(),
        restart: RestartPolicy::UnlessStopped,
        memory: None,
        nano_cpus: None,
        pids: None,
        files: BTreeMap::new(),
    }
}

/// Attaches it to a network. It answers there to its service's name, as compose has it, and to `aliases`.
pub fn join(container: &mut Container, network: &str, aliases: impl IntoIterator<Item = String>) {
    let names = std::iter::once(container.service.clone()).chain(aliases).collect();
    container.networks.insert(network.to_owned(), names);
}

/// Mounts a volume.
pub fn mount(container: &mut Container, path: &str, volume: String) {
    container.volumes.insert(path.to_owned(), VolumeMount { volume, read_only: false });
}

/// A file that everybody in the container may read.
#[must_use]
pub const fn text(content: String) -> File {
    File { content: Content::Text(content), mode: 0o444, uid: 0, gid: 0 }
}

/// A health check by a command: looked at every half minute, unhealthy after three failures. A look is a process in a container, so
/// a host of many containers can't have them often; apply does not wait for the engine's.
#[must_use]
pub fn health<const N: usize>(command: [&str; N], start_period: u64) -> Health {
    let test = std::iter::once("CMD").chain(command).map(str::to_owned).collect();
    Health { test, interval: 30, timeout: 5, retries: 3, start_period }
}

/// A bridge network of a project.
#[must_use]
pub fn network(project: &Project, key: &str) -> Network {
    Network {
        name: project.resource(key),
        project: project.name().to_owned(),
        key: key.to_owned(),
        driver: "bridge".to_owned(),
        internal: false,
    }
}

/// A local volume of a project.
#[must_use]
pub fn volume(project: &Project, key: &str) -> Volume {
    Volume {
        name: project.resource(key),
        project: project.name().to_owned(),
        key: key.to_owned(),
        driver: "local".to_owned(),
        options: BTreeMap::new(),
    }
}
