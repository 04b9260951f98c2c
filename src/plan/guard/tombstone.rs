//! `guard/data-without-tombstone`: what vanished from the files and has data stays, and runs on.

use std::collections::{BTreeMap, BTreeSet};

use crate::desired::observed::{Observed, Present};
use crate::desired::{Desired, ObjectId, ObjectKind};
use crate::diag::{Code, Diagnostic};
use crate::plan::Refusal;
use crate::provider::diff;

/// Declarations that have data, whatever their objects are.
const WITH_DATA: [&str; 4] = ["bench.", "database.", "tenant.", "site."];

/// Of what nobody wants, what stays: volumes with data, and everything of a declaration that has data and vanished.
/// Each with its declaration.
pub(in crate::plan) fn retain<'a>(
    desired: &Desired,
    unwanted: &BTreeMap<&'a ObjectId, &'a Present>,
) -> BTreeMap<&'a ObjectId, &'a str> {
    let alive: BTreeSet<&str> = desired.objects.keys().map(|id| id.of.as_str()).collect();
    let kept = unwanted.keys().filter(|id| {
        let vanished =
            !alive.contains(id.of.as_str()) && WITH_DATA.iter().any(|kind| id.of.starts_with(kind));
        let data = id.kind == ObjectKind::Volume && !diff::is_disposable_volume(id);
        vanished || data
    });
    kept.map(|id| (*id, id.of.as_str())).collect()
}

/// One refusal a declaration.
pub(in crate::plan) fn refuse(observed: &Observed, retained: &BTreeMap<&ObjectId, &str>) -> Vec<Refusal> {
    let mut by_declaration: BTreeMap<&str, Vec<&ObjectId>> = BTreeMap::new();
    for (id, of) in retained {
        by_declaration.entry(of).or_default().push(id);
    }
    let refusals = by_declaration.into_iter().map(|(of, ids)| {
        let (kind, name) = of.split_once('.').unwrap_or(("declaration", of));
        let whole = WITH_DATA.iter().any(|kind| of.starts_with(kind));
        let message = if whole && ids.iter().any(|id| id.kind != ObjectKind::Volume) {
            format!("{kind} `{name}` left the files but is still there, with its data")
        } else {
            format!("a volume of {kind} `{name}` is no longer wanted but still has data")
        };
        let diagnostic = Diagnostic::error(Code::GUARD_DATA_WITHOUT_TOMBSTONE, message)
            .note(listed(observed, &ids))
            .note(format!("`{name}` keeps running untouched; the other steps can be applied"))
            .help(format!("mistake: put the declaration of {kind} `{name}` back, or `git revert` the commit"))
            .help("renamed: give the new name `id=` with the old one, and its data stays its own")
            .help("customer left: this version deletes no data; keep the declaration, or back it up and remove it by hand");
        Refusal { diagnostic, object: ids.first().map(|id| (*id).clone()), fatal: false }
    });
    refusals.collect()
}

fn listed(observed: &Observed, ids: &[&ObjectId]) -> String {
    let mut counts: BTreeMap<ObjectKind, usize> = BTreeMap::new();
    for id in ids {
        *counts.entry(id.kind).or_default() += 1;
    }
    let parts: Vec<String> = counts
        .iter()
        .map(|(kind, count)| format!("{count} {}{}", kind.word(), if *count == 1 { "" } else { "s" }))
        .collect();
    let running = ids
        .iter()
        .filter(|id| id.kind == ObjectKind::Container)
        .filter_map(|id| observed.objects.get(*id)?.present())
        .filter(|present| present.status.running)
        .count();
    match running {
        0 => parts.join(", "),
        n => format!("{}; {n} of them run", parts.join(", ")),
    }
}
