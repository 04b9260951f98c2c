//! `guard/host-left`: a host with customers on it does not leave the files, or get another name, unnoticed.

use std::collections::BTreeSet;

use crate::desired::observed::{LeftHost, Observation, Observed};
use crate::desired::{Desired, ObjectId, ObjectKind};
use crate::diag::{Code, Diagnostic};

pub(super) fn check(desired: &Desired, observed: &Observed) -> Vec<Diagnostic> {
    let left = observed.left.iter().filter(|(_, left)| left.unreadable.is_some() || left.has_data());
    left.map(|(identity, left)| refuse(identity, left, desired, observed)).collect()
}

fn refuse(identity: &str, left: &LeftHost, desired: &Desired, observed: &Observed) -> Diagnostic {
    let name = &left.name;
    let message = if desired.hosts.contains_key(identity) {
        format!("host `{name}` is reached at another place, and the fleet is not there")
    } else {
        format!("host `{name}` left the files, with what is on it")
    };
    let mut diagnostic = Diagnostic::error(Code::GUARD_HOST_LEFT, message);
    diagnostic = match &left.unreadable {
        Some(why) => diagnostic
            .note(format!("{} does not answer: {why}", left.place))
            .note("the fleet was applied on it from here, and nobody can say what is there"),
        None => diagnostic.note(format!("{} has {}", left.place, counted(&left.objects))),
    };
    diagnostic = diagnostic.note("nothing is changed on any host; what runs there goes on running");
    if desired.hosts.contains_key(identity) {
        return diagnostic.help("mistake: put its `engine` back as it was").leave(
            format!("without-host={name}"),
            format!("the machine is gone for good, with everything on it: `--without-host {name}`"),
        );
    }
    let id = identity.split_once('.').map_or(identity, |(_, id)| id);
    let is_new = |identity: &str| {
        let mut there = observed.objects.values().filter_map(Observation::present);
        !there.any(|present| present.host == identity)
    };
    let heir = desired.hosts.iter().find(|(identity, _)| is_new(identity)).map(|(_, target)| target);
    if let Some(target) = heir {
        diagnostic = diagnostic.at(target.span, "is this the same host?").help(format!(
            "renamed: `host \"{}\" id=\"{id}\"`, and everything stays where it is",
            target.name
        ));
    }
    diagnostic.help(format!("mistake: put the declaration of host `{name}` back")).leave(
        format!("without-host={name}"),
        format!("the machine is gone for good, with everything on it: `--without-host {name}`"),
    )
}

/// `2 sites, 1 volume and 12 more objects`.
fn counted(objects: &BTreeSet<ObjectId>) -> String {
    let count = |kind: ObjectKind| objects.iter().filter(|id| id.kind == kind).count();
    let (sites, volumes) = (count(ObjectKind::Site), count(ObjectKind::Volume));
    let mut parts = Vec::new();
    for (n, word) in [(sites, "site"), (volumes, "volume"), (objects.len() - sites - volumes, "other object")]
    {
        if n > 0 {
            parts.push(format!("{n} {word}{}", if n == 1 { "" } else { "s" }));
        }
    }
    format!("{} of this fleet", parts.join(", "))
}
