//! Networks: ours with who is on them, and what stands under the names that we would choose.

use std::collections::{BTreeMap, BTreeSet};

use bollard::models::{ContainerSummary, Network as Seen};

use super::super::found::Mark;
use super::super::{labels, read};
use super::containers::Attached;
use super::{Question, gather};
use crate::desired::docker::Network;
use crate::desired::observed::{Observation, Present};
use crate::desired::{Object, ObjectId, ObjectKind};

/// An entry for each network that is there and either ours or in our way.
pub(super) fn observe(
    question: Question<'_>,
    networks: &[Seen],
    containers: &[ContainerSummary],
    attached: &Attached,
) -> BTreeMap<ObjectId, Observation> {
    let mut sorted: Vec<&Seen> = networks.iter().collect();
    sorted.sort_by(|a, b| a.created.cmp(&b.created));
    let mut ours = BTreeMap::<ObjectId, Vec<Present>>::new();
    for seen in &sorted {
        if let Some(id) = question.identity(seen.labels.as_ref(), ObjectKind::Network) {
            let mut present =
                question.present(Object::Network(read(seen)), seen.id.clone().unwrap_or_default());
            present.attached = on(seen, containers, attached);
            ours.entry(id).or_default().push(present);
        }
    }
    let mut objects = BTreeMap::new();
    for (id, entry) in question.wanted(ObjectKind::Network) {
        let Object::Network(wanted) = &entry.object else { continue };
        if ours.contains_key(id) {
            continue;
        }
        if let Some(seen) = sorted.iter().find(|seen| seen.name.as_deref() == Some(&wanted.name)) {
            let mark = Mark::of(seen.labels.as_ref(), &question.desired.fleet);
            let driver = seen.driver.as_deref().unwrap_or_default();
            let evidence = format!("network {} ({driver}) {}", wanted.name, mark.words());
            objects.insert(id.clone(), Observation::Foreign { evidence });
        }
    }
    objects.extend(ours.into_iter().filter_map(|(id, all)| {
        let name = match question.desired.objects.get(&id).map(|entry| &entry.object) {
            Some(Object::Network(wanted)) => wanted.name.clone(),
            _ => String::new(),
        };
        let first = |present: &Present| matches!(&present.object, Object::Network(n) if n.name == name);
        gather(all, first).map(|found| (id, found))
    }));
    objects
}

fn read(seen: &Seen) -> Network {
    let label = |key: &str| seen.labels.as_ref().and_then(|l| l.get(key)).cloned().unwrap_or_default();
    Network {
        name: seen.name.clone().unwrap_or_default(),
        project: label(labels::PROJECT),
        key: label(labels::NETWORK),
        driver: seen.driver.clone().unwrap_or_default(),
        internal: seen.internal.unwrap_or(false),
    }
}

/// Everybody's containers on a network: ours with the names they answer to, others' as far as the list tells.
fn on(
    network: &Seen,
    containers: &[ContainerSummary],
    attached: &Attached,
) -> BTreeMap<String, BTreeSet<String>> {
    let name = network.name.as_deref().unwrap_or_default();
    containers
        .iter()
        .filter_map(|container| {
            let id = container.id.clone()?;
            let endpoints = container.network_settings.as_ref()?.networks.as_ref()?;
            let endpoint = endpoints.get(name)?;
            let known = attached.get(&id).and_then(|networks| networks.get(name)).cloned();
            let aliases = known.unwrap_or_else(|| read::aliases(endpoint, &id));
            Some((id, aliases))
        })
        .collect()
}
