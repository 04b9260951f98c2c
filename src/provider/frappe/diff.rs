//! Frappe, seen and wanted. Sites and bench configurations are compiled and not applied yet.

use crate::desired::{ObjectId, ObjectKind};

/// The nginx of a bench's frontend looks up its upstreams once, when it starts: behind a backend that was made anew
/// it answers 502 until it starts again.
#[must_use]
pub fn resolves_once(id: &ObjectId) -> bool {
    id.kind == ObjectKind::Container && id.role == "frontend" && id.of.starts_with("bench.")
}
