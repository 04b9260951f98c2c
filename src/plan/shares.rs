//! The containers of a bench share what was declared for it: one line moves the limits of all of them.

use std::collections::{BTreeMap, BTreeSet};

use super::pending::Pending;
use crate::desired::ObjectKind;
use crate::desired::change::FieldChange;

/// Fields that a container has by its share.
const SHARED: [&str; 2] = ["memory", "nano_cpus"];

/// Where a bench's processes change, the line that changes them is the cause of the new shares as well: as long as they share what
/// they shared before. Where that changes too, its own line is the cause.
pub(super) fn one_cause(changes: &mut [Pending]) {
    let mut leads: BTreeMap<String, String> = BTreeMap::new();
    for change in changes.iter().map(|pending| &pending.change) {
        let processes =
            change.id.of.starts_with("bench.") && change.fields.iter().any(|f| f.path == "command");
        if let Some(cause) = change.causes.first().filter(|_| processes) {
            leads.entry(change.id.of.clone()).or_insert_with(|| cause.clone());
        }
    }
    let shared_anew = shared_anew(changes);
    for change in changes.iter_mut().map(|pending| &mut pending.change) {
        let is_shared_anew =
            |field: &FieldChange| shared_anew.contains(&(change.id.of.clone(), field.path.clone()));
        let share = change.id.kind == ObjectKind::Container
            && !change.fields.is_empty()
            && change.fields.iter().all(is_shared_anew);
        if let Some(cause) = leads.get(&change.id.of).filter(|_| share) {
            change.causes.retain(|known| known != cause);
            change.causes.insert(0, cause.clone());
        }
    }
}

/// Benches and fields of which the containers together have what they had.
fn shared_anew(changes: &[Pending]) -> BTreeSet<(String, String)> {
    let mut sums: BTreeMap<(String, String), (u64, u64)> = BTreeMap::new();
    for change in changes.iter().map(|pending| &pending.change) {
        for field in change.fields.iter().filter(|field| SHARED.contains(&field.path.as_str())) {
            let sum = sums.entry((change.id.of.clone(), field.path.clone())).or_default();
            sum.0 = sum.0.saturating_add(field.before.as_u64().unwrap_or_default());
            sum.1 = sum.1.saturating_add(field.after.as_u64().unwrap_or_default());
        }
    }
    sums.into_iter().filter(|(_, (before, after))| before == after).map(|(of, _)| of).collect()
}
