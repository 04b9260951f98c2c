//! A network that is made anew is filled again with everybody who was on it, so that who serves goes on serving; only
//! then do its members change themselves. The other way round it would put them back where they are to leave.

use super::build::Builder;
use super::steps::Place;
use crate::desired::change::Action;
use crate::desired::observed::{Observation, Present};
use crate::desired::{Object, ObjectKind};

/// Makes the changes of containers wait for the networks that they are on and that are made anew. No circle comes of
/// it: networks wait for nothing that waits for containers.
pub(super) fn order(builder: &mut Builder<'_>) {
    let observed = |id| builder.observed.objects.get(id).and_then(Observation::present);
    let renewed: Vec<(&str, &str, Place)> = builder
        .changes
        .iter()
        .filter(|pending| pending.change.action == Action::Replace)
        .filter_map(|pending| match observed(&pending.change.id) {
            Some(Present { object: Object::Network(seen), host, .. }) => {
                Some((host.as_str(), seen.name.as_str(), *pending.places.last()?))
            }
            _ => None,
        })
        .collect();
    let mut waits = Vec::new();
    for pending in builder.changes.iter().filter(|pending| pending.change.id.kind == ObjectKind::Container) {
        let (Some(first), Some(seen)) = (pending.first, observed(&pending.change.id)) else { continue };
        let rejoins = renewed.iter().filter(|(host, network, _)| seen.host == *host && is_on(seen, network));
        waits.push((first, rejoins.map(|(.., last)| *last).collect::<Vec<_>>()));
    }
    for (first, rejoined) in waits {
        builder.steps.wait(first, rejoined);
    }
}

/// Whether a container, or what an interrupted recreate left of it, is on a network.
fn is_on(seen: &Present, network: &str) -> bool {
    std::iter::once(seen).chain(&seen.spare).any(|one| match &one.object {
        Object::Container(container) => container.networks.contains_key(network),
        _ => false,
    })
}
