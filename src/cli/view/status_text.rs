//! What runs, and where it answers.

use std::collections::{BTreeMap, BTreeSet};

use crate::desired::observed::{HostFacts, Observation, Observed};
use crate::desired::{Desired, Object, ObjectId, ObjectKind};
use crate::diag::printable;
use crate::model::{Edge, Meta, Model};
use crate::pipeline::certificates::{self, NameCertificate, Seen};
use crate::provider::diff::names;

use crate::value::{Bytes, Seconds};

use super::output::Output;
use super::table::{count, table};

/// One line a container, then one a name that answers. `only` names the declarations that are told, by identity; of the others those whose
/// containers are not as they should be.
#[must_use]
pub fn status(
    model: &Model,
    desired: &Desired,
    observed: &Observed,
    only: Option<&BTreeSet<String>>,
    certificates: &[NameCertificate],
    output: Output,
) -> String {
    let mut rows = Vec::new();
    let mut untold = 0;
    for (id, entry) in desired.objects.iter().filter(|(id, _)| id.kind == ObjectKind::Container) {
        let host = desired.hosts.get(&entry.host).map_or_else(String::new, |host| {
            if host.docker.is_none() { format!("{} (sandbox)", host.name) } else { host.name.clone() }
        });
        if only.is_some_and(|only| !only.contains(&id.of)) && is_ready(observed, id) {
            untold += 1;
            continue;
        }
        rows.push(vec![entry.address.clone(), host, state(observed, id, output)]);
    }
    let mut text = table(&rows);
    let mut answers = answers(model, desired, observed, only);
    let certificates = certificates::by_name(certificates);
    for row in &mut answers {
        let name = row.remove(0);
        let url = row.remove(0);
        row.insert(0, url);
        if let Some(seen) = certificates.get(name.as_str()) {
            row.push(certificate(seen, output));
        }
    }
    if !answers.is_empty() {
        text.push('\n');
        text.push_str(&table(&answers));
    }
    if untold > 0 {
        let verb = if untold == 1 { "runs" } else { "run" };
        text.push_str(&format!("{} {verb} as before\n", count(untold, "other container")));
    }
    let left = if only.is_none() { undeclared(model, desired, observed, output) } else { Vec::new() };
    if !left.is_empty() {
        text.push_str("\nWithout a declaration, and kept as it is:\n");
        text.push_str(&table(&left));
    }
    text
}

/// A host that answers, and the room on its disk.
#[must_use]
pub fn host(facts: &HostFacts) -> String {
    let room = facts.disk.map_or_else(String::new, |disk| {
        format!(" · {} of {} free", Bytes::about(disk.free), Bytes::about(disk.total))
    });
    format!("{} ({}){room}", facts.name, facts.engine)
}

/// What bears our mark and no file wants: the declaration that it was made for, what it is, where and how it is.
fn undeclared(model: &Model, desired: &Desired, observed: &Observed, output: Output) -> Vec<Vec<String>> {
    // A declaration that is still there has only lost a part.
    let there: BTreeSet<&str> = model
        .benches
        .iter()
        .map(|(_, one)| &one.meta)
        .chain(model.databases.iter().map(|(_, one)| &one.meta))
        .chain(model.edges.iter().map(|(_, one)| &one.meta))
        .chain(model.sites.iter().map(|(_, one)| &one.meta))
        .map(|meta| meta.identity.as_str())
        .collect();
    let told =
        [ObjectKind::Container, ObjectKind::Route, ObjectKind::Schema, ObjectKind::Site, ObjectKind::Volume];
    let left = observed.objects.iter().filter(|(id, _)| !desired.objects.contains_key(*id));
    let mut rows = Vec::new();
    for (id, observation) in left.filter(|(id, _)| told.contains(&id.kind)) {
        let Some(present) = observation.present() else { continue };
        let host = observed.hosts.get(&present.host).map_or(present.host.as_str(), |host| host.name.as_str());
        let state = match (id.kind, &present.object) {
            (ObjectKind::Container, _) => state(observed, id, output),
            (ObjectKind::Route, Object::Route(route)) => format!("answers, in {}", route.file),
            (_, Object::Site(site)) => format!("has data, in sites/{}", site.directory),
            (_, Object::Schema(schema)) => format!("has data, in {}", schema.name),
            _ => "has data".to_owned(),
        };
        let whose = if there.contains(id.of.as_str()) {
            format!("for {}, which no longer wants it", id.of)
        } else {
            format!("for {}, which left the files", id.of)
        };
        rows.push(vec![id.to_string(), host.to_owned(), state, whose]);
    }
    rows
}

fn is_ready(observed: &Observed, id: &ObjectId) -> bool {
    observed.objects.get(id).and_then(Observation::present).is_some_and(|present| present.status.is_ready())
}

fn state(observed: &Observed, id: &ObjectId, output: Output) -> String {
    match observed.objects.get(id) {
        Some(Observation::Present(present)) => {
            let status = &present.status;
            let words = match (&status.health, status.running) {
                (Some(health), true) => format!("running, {health}"),
                (None, true) => "running".to_owned(),
                (_, false) => status.text.clone(),
            };
            output.paint(if status.is_ready() { 32 } else { 31 }, &words)
        }
        Some(Observation::Foreign { .. }) => output.paint(31, "not ours"),
        Some(Observation::Lost(_)) => output.paint(31, "lost"),
        Some(Observation::Unreadable { why, .. }) => output.paint(33, &format!("unknown: {why}")),
        Some(Observation::Absent) | None => output.paint(33, "absent"),
    }
}

/// Until when a name has a certificate, or why it has none.
fn certificate(seen: &Seen, output: Output) -> String {
    match seen {
        Seen::Present { not_after, ends, ending, why, .. } => {
            let day = not_after.get(..10).unwrap_or_default();
            let left = ends.saturating_sub(certificates::now());
            let why = why.as_ref().map_or_else(String::new, |why| format!(": {}", printable(why)));
            match left {
                0 => output.paint(31, &format!("certificate ended on {day}{why}")),
                left if *ending => {
                    let unit = if left > 2 * 86_400 { 86_400 } else { 60 };
                    let left = Seconds((left - left % unit).max(1));
                    output.paint(33, &format!("certificate until {not_after}, {left} are left{why}"))
                }
                _ => format!("certificate until {day}"),
            }
        }
        Seen::Absent { why: Some(why) } => output.paint(31, &format!("no certificate: {}", printable(why))),
        Seen::Absent { why: None } => output.paint(33, "no certificate yet"),
        Seen::Unreadable { why } => output.paint(33, &format!("certificate unknown: {}", printable(why))),
    }
}

/// Names with a route: an edge's status page, then the sites with every domain. Whether something answers behind one is
/// not asked. A sandbox has no network, and says so.
fn answers(
    model: &Model,
    desired: &Desired,
    observed: &Observed,
    only: Option<&BTreeSet<String>>,
) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let routes = observed.present().filter(|(id, _)| id.kind == ObjectKind::Route);
    let leads: BTreeMap<&str, &str> = routes
        .flat_map(|(id, route)| names(&route.object).into_iter().map(|name| (name, id.of.as_str())))
        .collect();
    for (_, edge) in model.edges.iter() {
        let host = &model.hosts[edge.host.id];
        let sandbox = desired.hosts.get(host.meta.identity.as_str()).is_some_and(|h| h.docker.is_none());
        let seen = |meta: &Meta, kind| observed.objects.get(&ObjectId::new(meta.identity.as_str(), kind, ""));
        let mut row = |name: &str, what: &Meta, state: Option<String>| {
            if only.is_some_and(|only| !only.contains(what.identity.as_str())) {
                return;
            }
            let how = match (state, seen(what, ObjectKind::Route)) {
                (Some(state), _) => state,
                (None, Some(Observation::Present(route))) if !names(&route.object).contains(name) => {
                    let of = leads.get(name).map(|of| address(desired, of));
                    of.map_or_else(|| "no route yet".to_owned(), |of| format!("still leads to {of}"))
                }
                (None, Some(Observation::Present(_))) if sandbox => {
                    "routed (a sandbox has no network)".to_owned()
                }
                (None, Some(Observation::Present(route))) if !route.status.running => {
                    route.status.text.clone()
                }
                (None, Some(Observation::Present(_))) => "routed".to_owned(),
                (None, Some(Observation::Unreadable { why, .. })) => format!("unknown: {why}"),
                (None, _) => elsewhere(observed, what.identity.as_str()),
            };
            rows.push(vec![name.to_owned(), url(edge, name), what.address.to_string(), how]);
        };
        if let Some(status) = &edge.status {
            row(&status.value, &edge.meta, None);
        }
        for (_, site) in
            model.sites.iter().filter(|(_, site)| model.benches[site.bench.id].host.id == edge.host.id)
        {
            let state = site_state(seen(&site.meta, ObjectKind::Site), site.suspended.is_some());
            row(&site.host_name, &site.meta, state.clone());
            for domain in &site.domains {
                row(&domain.name.value, &site.meta, state.clone());
            }
        }
    }
    rows
}

/// What people call a declaration, by its identity.
fn address<'a>(desired: &'a Desired, of: &'a str) -> &'a str {
    let entry = desired.first_of(of);
    entry.map_or(of, |entry| entry.address.split('/').next().unwrap_or(of))
}

/// Where a name answers behind an edge.
pub fn url(edge: &Edge, name: &str) -> String {
    match &edge.https {
        Some(port) if port.value == 443 => format!("https://{name}/"),
        Some(port) => format!("https://{name}:{}/", port.value),
        None if edge.http.value == 80 => format!("http://{name}/"),
        None => format!("http://{name}:{}/", edge.http.value),
    }
}

/// What there is to say of a site itself; `None` when it only has to be reached.
fn site_state(seen: Option<&Observation>, suspended: bool) -> Option<String> {
    match seen {
        Some(Observation::Present(present)) => match &present.object {
            Object::Site(site) if !site.complete => Some("half made: apply again".to_owned()),
            Object::Site(_) if suspended => Some("suspended: shows a page".to_owned()),
            _ => None,
        },
        Some(Observation::Foreign { .. }) => Some("not ours".to_owned()),
        Some(Observation::Lost(lost)) => Some(format!("lost: {}", lost.missing.join(", "))),
        Some(Observation::Unreadable { why, .. }) => Some(format!("unknown: {why}")),
        Some(Observation::Absent) | None => Some("no site yet".to_owned()),
    }
}

/// How a name is routed that is not routed where it is wanted.
fn elsewhere(observed: &Observed, identity: &str) -> String {
    let route = ObjectId::new(identity, ObjectKind::Route, "");
    let within = observed.elsewhere.get(&route).and_then(|all| all.first()?.within.as_ref());
    within.map_or_else(|| "no route".to_owned(), |edge| format!("still routed by {}", edge.of))
}
