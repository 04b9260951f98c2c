//! What an engine has, seen and wanted.

mod calls;
mod container;
mod fields;
mod network;
mod remove;

use crate::desired::call::Call;
use crate::desired::change::Action;
use crate::desired::compare::compare;
use crate::desired::docker::{Image, Volume};
use crate::desired::observed::Present;
use crate::desired::{Object, ObjectId};
use crate::provider::proposal::{Comparison, Draft, Obstacle, Proposal};

pub use calls::{await_ready, makes, may_move, restart};
pub use container::container;
pub use network::{network, remove_network};
pub use remove::{remove_container, remove_volume};

/// An image is there or it is pulled; which one it is, its reference says.
#[must_use]
pub fn image(wanted: &Image, present: Option<&Present>) -> Comparison {
    let reference = wanted.reference.clone();
    match present {
        Some(_) => Comparison::UNCHANGED,
        None if wanted.pull => {
            let draft = Draft::new(Call::PullImage { reference }, "not there yet");
            Comparison::change(Proposal::new(Action::Create, Vec::new(), vec![draft], None))
        }
        None => Comparison::refused(Obstacle::ImageMissing(reference)),
    }
}

/// A volume is made once. One that differs is never made anew: what is in it would be lost.
#[must_use]
pub fn volume(id: &ObjectId, wanted: &Volume, present: Option<&Present>) -> Comparison {
    match present.map(|present| &present.object) {
        Some(Object::Volume(seen)) if seen == wanted => Comparison::UNCHANGED,
        Some(Object::Volume(seen)) => Comparison::refused(Obstacle::VolumeDiffers(compare(seen, wanted))),
        _ => {
            let draft =
                Draft::new(Call::CreateVolume { id: id.clone(), volume: wanted.clone() }, "not there yet");
            Comparison::change(Proposal::new(Action::Create, Vec::new(), vec![draft], None))
        }
    }
}
