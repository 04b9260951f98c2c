//! Workers that are made anew or go: the job that one is at may end.

use crate::desired::call::Call;
use crate::desired::change::Action;
use crate::desired::fields::Consequence;
use crate::desired::{ObjectId, ObjectKind};
use crate::provider::proposal::Proposal;

/// Seconds that a worker gets to end its job, and it stops as soon as it has none. Frappe ends jobs of the queue long after
/// 1,500 seconds, the others after 300, and those that ask for more after what they ask for.
const JOB: u64 = 3600;

/// Has a worker's successor begin before it stops, where there is one, and lets its job end. Workers take what there is to do
/// from the same queue, so that both may run.
pub fn let_jobs_end(id: &ObjectId, proposal: &mut Proposal) {
    if !is_worker(id) {
        return;
    }
    for draft in &mut proposal.drafts {
        if let Call::StopContainer { grace, .. } | Call::RestartContainer { grace, .. } = &mut draft.call {
            *grace = JOB.max(*grace);
        }
    }
    if proposal.action != Action::Replace {
        return;
    }
    let stops = |call: &Call| matches!(call, Call::StopContainer { .. });
    let starts = |call: &Call| matches!(call, Call::StartContainer { .. });
    let place = |is: &dyn Fn(&Call) -> bool| proposal.drafts.iter().position(|draft| is(&draft.call));
    let (Some(stop), Some(start)) = (place(&stops), place(&starts)) else { return };
    if stop > start || start >= proposal.ready {
        return;
    }
    let mut stop = proposal.drafts.remove(stop);
    "its successor has begun; the job that it is at may end".clone_into(&mut stop.reason);
    proposal.ready -= 1;
    proposal.drafts.insert(proposal.ready, stop);
    for draft in &mut proposal.drafts {
        draft.consequence = Consequence::None;
    }
}

/// Whether a container works on jobs.
fn is_worker(id: &ObjectId) -> bool {
    id.kind == ObjectKind::Container
        && id.of.starts_with("bench.")
        && (id.role.starts_with("queue-short") || id.role.starts_with("queue-long"))
}
