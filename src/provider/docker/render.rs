//! Projects to compose files: the same objects as the driver makes, with the same marks, for plain `docker compose`.

pub mod env_file;
mod files;
mod service;

use std::collections::{BTreeMap, BTreeSet};

use self::service::service;
use super::labels::{FLEET, IDENTITY};
use crate::desired::docker::{Container, Network, Volume};
use crate::desired::{Desired, Entry, Object, ObjectId};
use crate::provider::render::{Artifact, host};
use crate::provider::yaml::Yaml;
use crate::world::secret::SecretRef;

/// What one compose project has on one host.
#[derive(Default)]
struct Parts<'d> {
    containers: Vec<(&'d ObjectId, &'d Entry, &'d Container)>,
    networks: BTreeMap<&'d str, (&'d ObjectId, &'d Network)>,
    volumes: BTreeMap<&'d str, (&'d ObjectId, &'d Volume)>,
}

/// `<host>/<project>/compose.yaml` for every project.
#[must_use]
pub fn render(desired: &Desired) -> Vec<Artifact> {
    let mut projects: BTreeMap<(&str, &str), Parts<'_>> = BTreeMap::new();
    for (id, entry) in &desired.objects {
        let host = host(&entry.host);
        match &entry.object {
            Object::Container(container) => {
                let parts = projects.entry((host, &container.project)).or_default();
                parts.containers.push((id, entry, container));
            }
            Object::Network(network) => {
                let parts = projects.entry((host, &network.project)).or_default();
                parts.networks.insert(&network.name, (id, network));
            }
            Object::Volume(volume) => {
                let parts = projects.entry((host, &volume.project)).or_default();
                parts.volumes.insert(&volume.name, (id, volume));
            }
            _ => {}
        }
    }
    projects
        .into_iter()
        .map(|((host, project), parts)| {
            let text = compose(desired, project, &parts).to_text();
            Artifact::text(format!("{host}/{project}/compose.yaml"), text)
        })
        .collect()
}

/// The variables that the compose files read, and the secret that each stands for. More than one is a clash of names.
#[must_use]
pub fn variables(desired: &Desired) -> BTreeMap<String, BTreeSet<&SecretRef>> {
    let mut variables: BTreeMap<String, BTreeSet<&SecretRef>> = BTreeMap::new();
    for entry in desired.objects.values() {
        let Object::Container(container) = &entry.object else { continue };
        for secret in files::secrets(container) {
            variables.entry(files::variable(secret)).or_default().insert(secret);
        }
    }
    variables
}

fn compose(desired: &Desired, project: &str, parts: &Parts<'_>) -> Yaml {
    let keys = Keys {
        networks: parts.networks.iter().map(|(name, (_, network))| (*name, network.key.as_str())).collect(),
        volumes: parts.volumes.iter().map(|(name, (_, volume))| (*name, volume.key.as_str())).collect(),
    };
    let services = parts.containers.iter().map(|(id, entry, container)| {
        (container.service.as_str(), service(desired, id, entry, container, &keys))
    });
    let services = Yaml::map(services);

    let mut networks: Vec<(String, Yaml)> = Vec::new();
    for (id, network) in parts.networks.values() {
        let mut fields =
            vec![("name", network.name.as_str().into()), ("driver", network.driver.as_str().into())];
        if network.internal {
            fields.push(("internal", true.into()));
        }
        fields.push(("labels", labels(desired, id)));
        networks.push((network.key.clone(), Yaml::map(fields)));
    }
    let joined: BTreeSet<&str> =
        parts.containers.iter().flat_map(|(_, _, c)| c.networks.keys()).map(String::as_str).collect();
    for name in joined.into_iter().filter(|name| !parts.networks.contains_key(name)) {
        networks.push((name.to_owned(), Yaml::map([("name", name.into()), ("external", true.into())])));
    }

    let mut volumes: Vec<(String, Yaml)> = Vec::new();
    for (id, volume) in parts.volumes.values() {
        let mut fields =
            vec![("name", volume.name.as_str().into()), ("driver", volume.driver.as_str().into())];
        if !volume.options.is_empty() {
            let options = volume.options.iter().map(|(key, value)| (key, value.as_str().into()));
            fields.push(("driver_opts", Yaml::map(options)));
        }
        fields.push(("labels", labels(desired, id)));
        volumes.push((volume.key.clone(), Yaml::map(fields)));
    }
    let mounted: BTreeSet<&str> = parts
        .containers
        .iter()
        .flat_map(|(_, _, c)| c.volumes.values())
        .map(|mount| mount.volume.as_str())
        .collect();
    for name in mounted.into_iter().filter(|name| !parts.volumes.contains_key(name)) {
        volumes.push((name.to_owned(), Yaml::map([("name", name.into()), ("external", true.into())])));
    }

    let containers: Vec<&Container> = parts.containers.iter().map(|(_, _, container)| *container).collect();
    let (configs, secrets) = files::definitions(&containers);
    let mut sections = vec![("services".to_owned(), services)];
    for (name, entries) in
        [("networks", networks), ("volumes", volumes), ("configs", configs), ("secrets", secrets)]
    {
        if !entries.is_empty() {
            sections.push((name.to_owned(), Yaml::Map(entries)));
        }
    }
    let mut document = vec![("name".to_owned(), Yaml::from(project))];
    document.extend(sections);
    Yaml::Map(document)
}

/// What a project calls its own networks and volumes; those of others go by their full names.
struct Keys<'d> {
    networks: BTreeMap<&'d str, &'d str>,
    volumes: BTreeMap<&'d str, &'d str>,
}

impl<'d> Keys<'d> {
    fn network<'n: 'd>(&self, name: &'n str) -> &'d str {
        self.networks.get(name).copied().unwrap_or(name)
    }

    fn volume<'n: 'd>(&self, name: &'n str) -> &'d str {
        self.volumes.get(name).copied().unwrap_or(name)
    }
}

/// Our mark.
fn labels(desired: &Desired, id: &ObjectId) -> Yaml {
    Yaml::map([(FLEET, Yaml::from(desired.fleet.as_str())), (IDENTITY, Yaml::from(id.to_string()))])
}
