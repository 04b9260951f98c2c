//! `guard/disk-space`: no image is pulled that would leave less than a tenth of an engine's disk. A full disk stops every database on it.

use std::collections::BTreeMap;

use crate::desired::docker::Image;
use crate::desired::observed::{HostFacts, Observed};
use crate::desired::{Entry, Object, ObjectKind};
use crate::diag::{Code, Diagnostic};
use crate::plan::Plan;
use crate::plan::build::Builder;
use crate::value::Bytes;

/// Of a disk, the part that stays free.
const RESERVE: u64 = 10;

impl Builder<'_> {
    /// Why an image is not pulled onto its host, where there is no room for it; counts it where there is.
    pub(in crate::plan) fn overfills(&mut self, entry: &Entry) -> Option<Diagnostic> {
        let Object::Image(image) = &entry.object else { return None };
        let facts = self.observed.hosts.get(&entry.host)?;
        let pulled = self.pulled.entry(entry.host.clone()).or_default();
        let refused = refuse(entry, image, facts, *pulled);
        if refused.is_none() {
            *pulled += facts.image_sizes.get(&image.reference).copied().unwrap_or(0);
        }
        refused
    }
}

/// `pulled` are the bytes of the images that the host gets before this one.
fn refuse(entry: &Entry, image: &Image, facts: &HostFacts, pulled: u64) -> Option<Diagnostic> {
    let disk = facts.disk?;
    let size = facts.image_sizes.get(&image.reference).copied();
    let left = disk.free.saturating_sub(pulled).saturating_sub(size.unwrap_or(0));
    if left >= disk.total / RESERVE {
        return None;
    }
    let message = format!(
        "`{}` is not pulled: less than a tenth of the disk of host `{}` would stay free",
        image.reference, facts.name
    );
    let mut diagnostic = Diagnostic::error(Code::GUARD_DISK_SPACE, message);
    if let Some(cause) = entry.causes.first() {
        diagnostic = diagnostic.at(*cause, "needs it");
    }
    let free = format!("{} of {} are free", Bytes::about(disk.free), Bytes::about(disk.total));
    Some(
        diagnostic
            .note(match size {
                Some(size) => format!("{free}, and it takes up to {}, as the one of its repository that is there", Bytes::about(size)),
                None => format!("{free}, and nobody knows how large it is"),
            })
            .note("on a disk that is full every database stops; what needs the image waits, and the rest can be applied")
            .help(
                "make room on the engine's disk: `docker system df` shows what takes it, `docker image prune --all` removes the images \
                 that no container uses",
            ),
    )
}

/// How much is pulled onto which host, where that is known.
pub(in crate::plan) fn notes(plan: &Plan, observed: &Observed) -> Vec<String> {
    let mut pulls: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for change in plan.changes.iter().filter(|change| change.id.kind == ObjectKind::Image) {
        pulls.entry(&change.host).or_default().push(&change.physical);
    }
    let told = pulls.into_iter().filter_map(|(host, images)| {
        let facts = observed.hosts.get(host)?;
        let disk = facts.disk?;
        let known: Vec<u64> =
            images.iter().filter_map(|image| facts.image_sizes.get(*image).copied()).collect();
        let unknown = images.len() - known.len();
        let sum = Bytes::about(known.iter().sum());
        let takes = match (known.len(), unknown) {
            (0, _) => "nobody knows how much".to_owned(),
            (_, 0) => format!("up to {sum}"),
            (_, 1) => format!("up to {sum} and one image of unknown size"),
            (_, more) => format!("up to {sum} and {more} images of unknown size"),
        };
        Some(format!(
            "host `{}` pulls {takes}; {} of its {} are free",
            facts.name,
            Bytes::about(disk.free),
            Bytes::about(disk.total)
        ))
    });
    told.collect()
}
