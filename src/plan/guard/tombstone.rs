//! `guard/data-without-tombstone`: what vanished from the files and has data stays, and runs on.

use std::collections::{BTreeMap, BTreeSet};

use crate::desired::observed::{Observation, Observed, Present};
use crate::desired::{Desired, ObjectId, ObjectKind};
use crate::diag::{Code, Diagnostic};
use crate::plan::Refusal;
use crate::plan::stays::Stays;
use crate::plan::uses::Thing;
use crate::provider::diff;

/// Declarations that have data, whatever their objects are.
const WITH_DATA: [&str; 4] = ["bench.", "database.", "tenant.", "site."];

/// Of what nobody wants, what stays: volumes with data, and everything of a declaration that has data and vanished.
/// Each with its declaration.
pub(in crate::plan) fn retain<'a>(
    desired: &Desired,
    observed: &Observed,
    unwanted: &BTreeMap<Thing<'a>, &'a Present>,
    stays: &Stays,
) -> BTreeMap<Thing<'a>, &'a str> {
    let alive: BTreeSet<&str> = desired.objects.keys().map(|id| id.of.as_str()).collect();
    let kept = unwanted.keys().filter(|Thing { id, .. }| {
        let vanished =
            !alive.contains(id.of.as_str()) && WITH_DATA.iter().any(|kind| id.of.starts_with(kind));
        let data = id.kind == ObjectKind::Volume && !diff::is_disposable_volume(id);
        (vanished || data) && stays.root(&id.of).is_none()
    });
    let mut kept: BTreeMap<Thing<'a>, &str> = kept.map(|thing| (*thing, thing.id.of.as_str())).collect();
    // A route is no data: of a site whose data was taken away by hand it goes with its declaration.
    let has_data: BTreeSet<&str> = kept
        .keys()
        .map(|thing| thing.id)
        .filter(|id| id.kind != ObjectKind::Route)
        .map(|id| id.of.as_str())
        .collect();
    let leads_nowhere = |id: &ObjectId| {
        id.kind == ObjectKind::Route && id.of.starts_with("site.") && !has_data.contains(id.of.as_str())
    };
    if kept.keys().any(|thing| leads_nowhere(thing.id)) && is_all_read(observed, &kept) {
        kept.retain(|thing, _| !leads_nowhere(thing.id));
    }
    let bare = bare(observed, &kept);
    kept.retain(|_, of| !bare.contains(*of));
    kept
}

/// Benches and databases of which nothing is left but what connected them: their volumes and containers were taken away by hand,
/// and every host was asked for them.
fn bare(observed: &Observed, kept: &BTreeMap<Thing<'_>, &str>) -> BTreeSet<String> {
    if observed.hosts.values().any(|host| host.unreadable.is_some()) {
        return BTreeSet::new();
    }
    let only_connects = |id: &ObjectId| matches!(id.kind, ObjectKind::Network | ObjectKind::Route);
    let is_platform = |of: &str| ["bench.", "database."].iter().any(|kind| of.starts_with(kind));
    let mut bare: BTreeSet<String> =
        kept.values().filter(|of| is_platform(of)).map(|of| (*of).to_owned()).collect();
    for thing in kept.keys().filter(|thing| !only_connects(thing.id)) {
        bare.remove(&thing.id.of);
    }
    for (id, _) in observed.objects.iter().filter(|(_, one)| matches!(one, Observation::Unreadable { .. })) {
        bare.remove(&id.of);
    }
    bare
}

/// Whether everything that could hold a site was asked. What could not be read is not empty: a server that is down, a bench
/// that is at work, a volume that nobody opens any more.
fn is_all_read(observed: &Observed, kept: &BTreeMap<Thing<'_>, &str>) -> bool {
    let answers = |id: &ObjectId, present: &Present| {
        let holds_sites = (id.of.starts_with("bench.") && id.role == "backend")
            || (id.of.starts_with("database.") && id.kind == ObjectKind::Container);
        !holds_sites || (present.serving().status.is_ready() && !present.is_busy())
    };
    observed.hosts.values().all(|host| host.unreadable.is_none())
        && kept.keys().all(|thing| !matches!(thing.id.kind, ObjectKind::Volume | ObjectKind::Container))
        && observed.objects.iter().all(|(id, observation)| match observation {
            Observation::Unreadable { .. } => false,
            Observation::Present(present) => answers(id, present),
            Observation::Absent | Observation::Foreign { .. } | Observation::Lost(_) => true,
        })
}

/// One refusal a declaration.
pub(in crate::plan) fn refuse(observed: &Observed, retained: &BTreeMap<Thing<'_>, &str>) -> Vec<Refusal> {
    let mut by_declaration: BTreeMap<&str, Vec<&ObjectId>> = BTreeMap::new();
    for (thing, of) in retained {
        by_declaration.entry(of).or_default().push(thing.id);
    }
    let refusals = by_declaration.into_iter().map(|(of, ids)| {
        let (kind, name) = of.split_once('.').unwrap_or(("declaration", of));
        let whole = WITH_DATA.iter().any(|kind| of.starts_with(kind));
        if whole && ids.iter().all(|id| id.kind == ObjectKind::Route) {
            return Refusal { diagnostic: unread(kind, name), object: ids.first().map(|id| (*id).clone()), fatal: false };
        }
        let message = if whole && ids.iter().any(|id| id.kind != ObjectKind::Volume) {
            format!("{kind} `{name}` left the files but is still there, with its data")
        } else {
            format!("a volume of {kind} `{name}` is no longer wanted but still has data")
        };
        let is_customer = matches!(kind, "site" | "tenant");
        let diagnostic = Diagnostic::error(Code::GUARD_DATA_WITHOUT_TOMBSTONE, message)
            .note(listed(observed, &ids))
            .note(format!("`{name}` keeps running untouched; the other steps can be applied"))
            .help(format!("mistake: put the declaration of {kind} `{name}` back, or `git revert` the commit"))
            .help("renamed: give the new name `id=` with the old one, and its data stays its own")
            .help(format!(
                "{}: this version deletes no data; keep the declaration, or take it away by hand as docs/{}.md says",
                if is_customer { "customer left" } else { "no longer needed" },
                if is_customer { "removing-a-customer" } else { "by-hand" }
            ));
        Refusal { diagnostic, object: ids.first().map(|id| (*id).clone()), fatal: false }
    });
    refusals.collect()
}

/// Only its route was seen, and not everything that may hold its data could be asked.
fn unread(kind: &str, name: &str) -> Diagnostic {
    let message =
        format!("{kind} `{name}` left the files, and whether its data is still there could not be seen");
    Diagnostic::error(Code::GUARD_DATA_WITHOUT_TOMBSTONE, message)
        .note("its route is there; a server, a bench or a volume that may hold its data could not be read")
        .note(format!("the route of `{name}` stays as it is; the other steps can be applied"))
        .help(format!("mistake: put the declaration of {kind} `{name}` back, or `git revert` the commit"))
        .help("otherwise plan again once everything can be read: where there is no data the route goes")
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
        1 => format!("{}; 1 of them runs", parts.join(", ")),
        n => format!("{}; {n} of them run", parts.join(", ")),
    }
}
