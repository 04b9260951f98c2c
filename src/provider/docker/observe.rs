//! Looking at an engine: one list call a kind, then only what is ours is looked at closely.

mod containers;
mod images;
mod networks;
mod volumes;

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr as _;

use bollard::models::ContainerSummary;
use bollard::query_parameters::{ListContainersOptions, ListVolumesOptions};

use super::client::{ANSWER, Engine};
use super::found::{Labels, Mark};
use super::labels;
use super::{address_pools, disk};
use crate::desired::observed::{HostFacts, Observation, Observed, Present};
use crate::desired::{Desired, Entry, Object, ObjectId, ObjectKind};
use crate::provider::Error;
use crate::world::secret::Opener;

/// How many things are looked at at once; more gains nothing on an engine.
const AT_ONCE: usize = 8;

/// What is asked about.
#[derive(Clone, Copy)]
struct Question<'a> {
    engine: &'a Engine,
    host: &'a str,
    desired: &'a Desired,
    opener: &'a Opener<'a>,
}

/// Looks at everything of the fleet that Docker itself holds: images, networks, volumes, containers.
///
/// # Errors
/// When any list could not be read: a part is never taken for the whole.
pub async fn observe(
    engine: &Engine,
    host: &str,
    desired: &Desired,
    opener: &Opener<'_>,
) -> Result<Observed, Error> {
    let question = Question { engine, host, desired, opener };
    let docker = &engine.docker;
    let all = ListContainersOptions { all: true, ..ListContainersOptions::default() };
    let (info, containers, networks, volumes) = tokio::try_join!(
        engine.within(ANSWER, "ask the engine about itself", docker.info()),
        engine.within(ANSWER, "list containers", docker.list_containers(Some(all))),
        engine.within(ANSWER, "list networks", docker.list_networks(None)),
        engine.within(ANSWER, "list volumes", docker.list_volumes(None::<ListVolumesOptions>)),
    )?;
    let volumes = volumes.volumes.unwrap_or_default();
    let count = |n: Option<i64>| n.and_then(|n| u64::try_from(n).ok()).unwrap_or(0);
    let mut facts = HostFacts {
        name: desired.hosts.get(host).map_or_else(|| host.to_owned(), |target| target.name.clone()),
        engine: engine.name(),
        unreadable: None,
        holder: None,
        cpus: count(info.ncpu),
        memory: count(info.mem_total),
        networks_left: address_pools::left(info.default_address_pools.as_deref(), &networks),
        disk: None,
        image_sizes: BTreeMap::new(),
        other_fleets: other_fleets(
            &desired.fleet,
            containers
                .iter()
                .map(|c| c.labels.as_ref())
                .chain(networks.iter().map(|n| n.labels.as_ref()))
                .chain(volumes.iter().map(|v| Some(&v.labels))),
        ),
    };
    let (images, (found, attached)) =
        tokio::join!(images::observe(question), containers::observe(question, &containers));
    let pulled = images::pulled(question, &images);
    if !pulled.is_empty() {
        facts.disk = engine.disk(&desired.fleet).await;
        facts.image_sizes = disk::sizes(engine, &pulled).await?;
    }
    let mut objects = images;
    objects.extend(found);
    objects.extend(networks::observe(question, &networks, &containers, &attached));
    objects.extend(volumes::observe(question, &volumes));
    Ok(Observed { hosts: BTreeMap::from([(host.to_owned(), facts)]), objects, ..Observed::default() })
}

fn other_fleets<'a>(fleet: &str, all: impl Iterator<Item = Option<&'a Labels>>) -> BTreeSet<String> {
    all.flatten().filter_map(|l| l.get(labels::FLEET)).filter(|other| *other != fleet).cloned().collect()
}

impl<'a> Question<'a> {
    /// What is wanted of one kind on this host.
    fn wanted(self, kind: ObjectKind) -> impl Iterator<Item = (&'a ObjectId, &'a Entry)> {
        let host = self.host;
        self.desired.objects.iter().filter(move |(id, entry)| id.kind == kind && entry.host == host)
    }

    /// What something says it is, when it is this fleet's and of the kind that its mark names.
    fn identity(self, labels: Option<&Labels>, kind: ObjectKind) -> Option<ObjectId> {
        match Mark::of(labels, &self.desired.fleet) {
            Mark::Ours(identity) => ObjectId::from_str(&identity).ok().filter(|id| id.kind == kind),
            _ => None,
        }
    }

    /// An object that is there.
    fn present(self, object: Object, handle: String) -> Present {
        Present {
            host: self.host.to_owned(),
            object,
            handle,
            provided: crate::desired::docker::Provided::default(),
            status: crate::desired::observed::Status {
                running: true,
                ..crate::desired::observed::Status::default()
            },
            attached: BTreeMap::new(),
            spare: Vec::new(),
            within: None,
        }
    }
}

/// Several things under one mark become one with spares: first the one that `first` prefers.
fn gather(mut all: Vec<Present>, first: impl Fn(&Present) -> bool) -> Option<Observation> {
    // `all` is oldest first.
    let at = all
        .iter()
        .position(first)
        .or_else(|| all.iter().rposition(|present| present.status.running))
        .or_else(|| all.len().checked_sub(1))?;
    let mut primary = all.remove(at);
    primary.spare = all;
    Some(Observation::Present(Box::new(primary)))
}

/// A container's name without the engine's slash.
fn name(container: &ContainerSummary) -> &str {
    container.names.iter().flatten().next().map_or("", |name| name.trim_start_matches('/'))
}
