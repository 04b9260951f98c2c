//! Which revision is applied where, and what is pending.

use serde_json::{Value, json};

use super::output::Output;
use super::table::{count, table};
use crate::diag::printable;
use crate::gitops::{Deployed, OnHost, Outcome, Ticket};

/// A line a host, then what waits. Nothing where nothing was ever applied from a revision.
#[must_use]
pub fn deployed(deployed: &Deployed, output: Output) -> String {
    let mut rows: Vec<Vec<String>> = Vec::new();
    if deployed.hosts.iter().any(|host| host.newest.is_some()) {
        rows.extend(deployed.hosts.iter().map(|host| row(host, output)));
    }
    let mut text = table(&rows);
    let running = if deployed.stopped {
        "its worker has stopped; the next push, or `apply --rev`, goes on: being applied"
    } else {
        "being applied"
    };
    for (what, ticket) in [(running, &deployed.running), ("waits", &deployed.waiting)] {
        if let Some(Ticket { by, at, .. }) = ticket {
            let short = ticket.as_ref().map(Ticket::short).unwrap_or_default();
            text.push_str(&format!(
                "{} of {}: {what}, since {}\n",
                printable(short),
                printable(by),
                printable(at)
            ));
        }
    }
    for ticket in &deployed.missed {
        text.push_str(&format!(
            "{} of {}: its push ended before it was applied, since {}; the next push, or `apply --rev`, applies it\n",
            ticket.short(),
            printable(&ticket.by),
            ticket.at
        ));
    }
    if let Some(paused) = &deployed.paused {
        let words = printable(&paused.to_string());
        text.push_str(&format!(
            "{}\n",
            output.paint(33, &format!("pushes are {words}; `tenantry hook resume` goes on"))
        ));
    }
    text
}

fn row(host: &OnHost, output: Output) -> Vec<String> {
    let Some((id, record)) = &host.newest else {
        return vec![host.host.clone(), "no revision was applied".to_owned()];
    };
    let color = if record.outcome == Outcome::Done { 32 } else { 31 };
    let pending = match host.pending {
        Some(0) if record.outcome == Outcome::Done => "nothing is pending".to_owned(),
        Some(0) => "not all of it is done: apply it again".to_owned(),
        Some(n) => format!("{} pending", count(n, "commit")),
        None => "it is not in this history".to_owned(),
    };
    vec![
        host.host.clone(),
        id.chars().take(7).collect(),
        output.paint(color, record.outcome.word()),
        printable(&format!("{} by {}", record.began_words(), record.by)),
        pending,
        host.commit.as_ref().map(|commit| printable(&commit.summary)).unwrap_or_default(),
    ]
}

/// The same for programs.
#[must_use]
pub fn deployed_json(deployed: &Deployed) -> Value {
    let host = |host: &OnHost| match &host.newest {
        None => json!({ "host": host.host, "commit": null }),
        Some((id, record)) => json!({
            "host": host.host,
            "commit": id,
            "outcome": record.outcome.word(),
            "by": record.by,
            "began": record.began,
            "pending_commits": host.pending,
        }),
    };
    json!({
        "hosts": deployed.hosts.iter().map(host).collect::<Vec<_>>(),
        "running": deployed.running.as_ref().map(|ticket| &ticket.commit),
        "waiting": deployed.waiting.as_ref().map(|ticket| &ticket.commit),
        "missed": deployed.missed.iter().map(|ticket| &ticket.commit).collect::<Vec<_>>(),
        "paused": deployed.paused,
    })
}
