//! Objects in an order in which everything comes after what it needs.

use std::collections::{BTreeMap, BTreeSet};

use crate::desired::{Desired, ObjectId};

/// Every wanted object after what it needs; of several that could be next, the first by its id. What is in a circle
/// comes last, by id: the graph has refused it long before.
#[must_use]
pub fn order(desired: &Desired) -> Vec<&ObjectId> {
    let mut missing: BTreeMap<&ObjectId, usize> = BTreeMap::new();
    let mut dependants: BTreeMap<&ObjectId, Vec<&ObjectId>> = BTreeMap::new();
    for (id, entry) in &desired.objects {
        let needs = entry.needs.iter().filter(|need| *need != id && desired.objects.contains_key(*need));
        let mut count = 0;
        for need in needs {
            count += 1;
            dependants.entry(need).or_default().push(id);
        }
        missing.insert(id, count);
    }
    let mut ready: BTreeSet<&ObjectId> =
        missing.iter().filter(|(_, count)| **count == 0).map(|(id, _)| *id).collect();
    let mut order = Vec::with_capacity(desired.objects.len());
    while let Some(id) = ready.pop_first() {
        order.push(id);
        missing.remove(id);
        for dependant in dependants.get(id).into_iter().flatten() {
            if let Some(count) = missing.get_mut(dependant) {
                *count -= 1;
                if *count == 0 {
                    ready.insert(dependant);
                }
            }
        }
    }
    order.extend(missing.into_keys());
    order
}
