//! The containers of a bench share what was declared for it: one line moves the limits of all of them.

use std::collections::BTreeMap;

use super::pending::Pending;
use crate::desired::ObjectKind;

/// Fields that a container has by its share.
const SHARED: [&str; 3] = ["memory", "nano_cpus", "pids"];

/// Where a bench's processes change, the line that changes them is the cause of the new shares as well.
pub(super) fn one_cause(changes: &mut [Pending]) {
    let mut leads: BTreeMap<String, String> = BTreeMap::new();
    for change in changes.iter().map(|pending| &pending.change) {
        let processes =
            change.id.of.starts_with("bench.") && change.fields.iter().any(|f| f.path == "command");
        if let Some(cause) = change.causes.first().filter(|_| processes) {
            leads.entry(change.id.of.clone()).or_insert_with(|| cause.clone());
        }
    }
    for change in changes.iter_mut().map(|pending| &mut pending.change) {
        let share = change.id.kind == ObjectKind::Container
            && !change.fields.is_empty()
            && change.fields.iter().all(|field| SHARED.contains(&field.path.as_str()));
        if let Some(cause) = leads.get(&change.id.of).filter(|_| share) {
            change.causes.retain(|known| known != cause);
            change.causes.insert(0, cause.clone());
        }
    }
}
