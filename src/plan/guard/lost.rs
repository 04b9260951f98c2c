//! `guard/lost`: what was there once and is gone is not made anew, empty, behind its customers' backs.

use super::caused;
use crate::desired::observed::{Lost, Observation, Observed};
use crate::desired::{Desired, Entry, ObjectId, ObjectKind};
use crate::diag::{Code, Diagnostic};
use crate::plan::Policy;

/// Whether somebody asked for it by name, and nothing is left of it that would be in the way.
pub(in crate::plan) fn may_begin_anew(policy: &Policy, entry: &Entry, lost: &Lost) -> bool {
    lost.left.is_empty() && policy.anew.contains(declaration(entry))
}

/// The object that tells of the loss: of a site itself where it is lost with its database.
pub(in crate::plan) fn told(id: &ObjectId, desired: &Desired, observed: &Observed) -> ObjectId {
    let kinds = [ObjectKind::Site, ObjectKind::Schema].map(|kind| ObjectId::new(&id.of, kind, ""));
    let is_told = |id: &ObjectId| {
        desired.objects.contains_key(id) && matches!(observed.objects.get(id), Some(Observation::Lost(_)))
    };
    kinds.into_iter().find(is_told).unwrap_or_else(|| id.clone())
}

pub(in crate::plan) fn refuse(entry: &Entry, lost: &Lost) -> Diagnostic {
    let of = declaration(entry);
    let (kind, name) = of.split_once('.').unwrap_or(("declaration", of));
    let is_whole = lost.left.is_empty();
    let how = if is_whole { "is lost" } else { "is not whole" };
    let message = format!("{kind} `{name}` was there and {how}: {}", lost.missing.join(", "));
    let mut diagnostic =
        Diagnostic::error(Code::GUARD_LOST, message).note(lost.witnesses.join("; ")).note(if is_whole {
            "nothing is made in its place; the rest can be applied"
        } else {
            "nothing is made in its place or over what is left; the rest can be applied"
        });
    if is_whole {
        diagnostic = diagnostic
            .leave(format!("anew={of}"), format!("begin it anew, empty: `tenantry apply --anew {of}`"))
            .help("a backup is restored by hand into the new one, see docs/by-hand.md");
    } else {
        let left = lost.left.join(" and ");
        diagnostic = diagnostic.help("bring back what is missing from a backup, see docs/by-hand.md").leave(
            format!("anew={of}"),
            format!("or take away what is left, {left}, as docs/by-hand.md says, and then `--anew {of}`"),
        );
    }
    caused(diagnostic, entry, "declared here")
}

/// What was to begin anew and is not lost. While a host of which nothing is known does not answer, it says that a site is new.
pub(in crate::plan) fn not_lost(policy: &Policy, desired: &Desired, observed: &Observed) -> Vec<String> {
    if observed.silent.values().any(Option::is_none) {
        return Vec::new();
    }
    let lost = |address: &&String| {
        desired.objects.iter().any(|(id, entry)| {
            declaration(entry) == address.as_str()
                && matches!(observed.objects.get(id), Some(Observation::Lost(_)))
        })
    };
    let is_declared = |address: &str| desired.objects.values().any(|entry| declaration(entry) == address);
    let idle = policy.anew.iter().filter(|address| !lost(address));
    idle.map(|address| {
        let why = if is_declared(address) {
            format!("`{address}` is not lost")
        } else {
            format!("nothing is declared as `{address}`")
        };
        format!("`--anew {address}` does nothing: {why}")
    })
    .collect()
}

/// The address of what declares it: `site.globex`.
fn declaration(entry: &Entry) -> &str {
    entry.address.split_once('/').map_or(entry.address.as_str(), |(of, _)| of)
}
