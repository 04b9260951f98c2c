//! Named volumes: ours, and what stands under the names that we would choose.

use std::collections::BTreeMap;

use bollard::models::Volume as Seen;

use super::super::found::Mark;
use super::super::labels;
use super::{Question, gather};
use crate::desired::docker::Volume;
use crate::desired::observed::{Observation, Present};
use crate::desired::{Object, ObjectId, ObjectKind};

/// An entry for each volume that is there and either ours or in our way.
pub(super) fn observe(question: Question<'_>, volumes: &[Seen]) -> BTreeMap<ObjectId, Observation> {
    let mut ours = BTreeMap::<ObjectId, Vec<Present>>::new();
    for seen in volumes {
        if let Some(id) = question.identity(Some(&seen.labels), ObjectKind::Volume) {
            let present = question.present(Object::Volume(read(seen)), seen.name.clone());
            ours.entry(id).or_default().push(present);
        }
    }
    let mut objects = BTreeMap::new();
    for (id, entry) in question.wanted(ObjectKind::Volume) {
        let Object::Volume(wanted) = &entry.object else { continue };
        if ours.contains_key(id) {
            continue;
        }
        if let Some(seen) = volumes.iter().find(|seen| seen.name == wanted.name) {
            let mark = Mark::of(Some(&seen.labels), &question.desired.fleet);
            let evidence = format!("volume {} ({}) {}", seen.name, seen.driver, mark.words());
            objects.insert(id.clone(), Observation::Foreign { evidence });
        }
    }
    objects.extend(ours.into_iter().filter_map(|(id, all)| {
        let name = match question.desired.objects.get(&id).map(|entry| &entry.object) {
            Some(Object::Volume(wanted)) => wanted.name.clone(),
            _ => String::new(),
        };
        gather(all, |present| present.handle == name).map(|found| (id, found))
    }));
    objects
}

fn read(seen: &Seen) -> Volume {
    let label = |key: &str| seen.labels.get(key).cloned().unwrap_or_default();
    Volume {
        name: seen.name.clone(),
        project: label(labels::PROJECT),
        key: label(labels::VOLUME),
        driver: seen.driver.clone(),
        options: seen.options.clone().into_iter().collect(),
    }
}
