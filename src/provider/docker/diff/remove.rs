//! What nobody wants any more.

use super::calls;
use crate::desired::Object;
use crate::desired::call::Call;
use crate::desired::change::Action;
use crate::desired::fields::Consequence;
use crate::desired::observed::Present;
use crate::provider::proposal::{Draft, Proposal};

/// Stops and removes a container, and what an interrupted recreate left of it.
#[must_use]
pub fn remove_container(present: &Present) -> Proposal {
    let mut drafts = Vec::new();
    for one in std::iter::once(present).chain(&present.spare) {
        drafts.extend(calls::busy(one));
        drafts.extend(discard(one, "no longer wanted", Consequence::Restart));
    }
    Proposal::new(Action::Delete, Vec::new(), drafts, None)
}

/// Removes a volume.
#[must_use]
pub fn remove_volume(present: &Present) -> Proposal {
    let draft = Draft::new(Call::RemoveVolume { handle: present.handle.clone() }, "no longer wanted");
    Proposal::new(Action::Delete, Vec::new(), vec![draft], None)
}

/// Stops a container where it runs, and removes it.
pub(super) fn discard(one: &Present, reason: &str, stopping: Consequence) -> Vec<Draft> {
    let mut drafts = Vec::new();
    if one.status.is_up() {
        drafts.push(calls::stop(one, grace(one), reason, stopping));
    }
    drafts.push(calls::remove(one, reason));
    drafts
}

/// The seconds that a container was promised.
pub(super) fn grace(one: &Present) -> u64 {
    match &one.object {
        Object::Container(container) => container.stop_grace,
        _ => 10,
    }
}
