//! What runs, and where it answers.

use crate::desired::observed::{Observation, Observed};
use crate::desired::{Desired, ObjectId, ObjectKind};
use crate::model::{Meta, Model};

use super::output::Output;
use super::table::table;

/// One line a container, then one a name that answers.
#[must_use]
pub fn status(model: &Model, desired: &Desired, observed: &Observed, output: Output) -> String {
    let mut rows = Vec::new();
    for (id, entry) in desired.objects.iter().filter(|(id, _)| id.kind == ObjectKind::Container) {
        let host = desired.hosts.get(&entry.host).map_or_else(String::new, |host| {
            if host.docker.is_none() { format!("{} (sandbox)", host.name) } else { host.name.clone() }
        });
        rows.push(vec![entry.address.clone(), host, state(observed, id, output)]);
    }
    let mut text = table(&rows);
    let answers = answers(model, desired, observed);
    if !answers.is_empty() {
        text.push('\n');
        text.push_str(&table(&answers));
    }
    text
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
        Some(Observation::Unreadable { why, .. }) => output.paint(33, &format!("unknown: {why}")),
        Some(Observation::Absent) | None => output.paint(33, "absent"),
    }
}

/// Names with a route: an edge's status page, then the sites. Whether something answers behind one is not asked. A
/// sandbox has no network, and says so.
fn answers(model: &Model, desired: &Desired, observed: &Observed) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for (_, edge) in model.edges.iter() {
        let host = &model.hosts[edge.host.id];
        let sandbox = desired.hosts.get(host.meta.identity.as_str()).is_some_and(|h| h.docker.is_none());
        let mut row = |name: &str, what: &Meta| {
            let route = ObjectId::new(what.identity.as_str(), ObjectKind::Route, "");
            let there = matches!(observed.objects.get(&route), Some(Observation::Present(_)));
            let url = match &edge.https {
                Some(port) if port.value == 443 => format!("https://{name}/"),
                Some(port) => format!("https://{name}:{}/", port.value),
                None if edge.http.value == 80 => format!("http://{name}/"),
                None => format!("http://{name}:{}/", edge.http.value),
            };
            let how = match (there, sandbox) {
                (true, true) => "routed (a sandbox has no network)",
                (true, false) => "routed",
                (false, _) => "no route",
            };
            rows.push(vec![url, what.address.to_string(), how.to_owned()]);
        };
        if let Some(status) = &edge.status {
            row(&status.value, &edge.meta);
        }
        for (_, site) in
            model.sites.iter().filter(|(_, site)| model.benches[site.bench.id].host.id == edge.host.id)
        {
            row(&site.host_name, &site.meta);
        }
    }
    rows
}
