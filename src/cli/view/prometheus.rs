//! What runs, in Prometheus' text format, for the textfile collector of `node_exporter`.

use std::fmt::Write as _;

use crate::apply::Outcome;
use crate::apply::journal::LoggedRun;
use crate::desired::observed::{Observation, Observed};
use crate::desired::{Desired, ObjectKind};
use crate::pipeline::certificates::{self, NameCertificate};
use crate::plan::Plan;

/// All that is told.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// The world.
    pub observed: &'a Observed,
    /// What an apply would do now.
    pub plan: &'a Plan,
    /// What applies from this machine did, the last one last.
    pub runs: &'a [LoggedRun],
    /// Certificates by name.
    pub certificates: &'a [NameCertificate],
}

/// The metrics at a time, in seconds since 1970.
#[must_use]
pub fn text(desired: &Desired, seen: &Seen<'_>, now: u64) -> String {
    let fleet = ("fleet", desired.fleet.as_str());
    let mut out = Metrics::default();
    out.family("tenantry_status_timestamp_seconds", "When this was written, in seconds since 1970.");
    out.sample(&[fleet], now);

    out.family("tenantry_host_up", "Whether the engine of a host answers.");
    for host in seen.observed.hosts.values() {
        out.sample(&[fleet, ("host", &host.name)], u64::from(host.unreadable.is_none()));
    }
    let disks = seen.observed.hosts.values().filter_map(|host| Some((host.name.as_str(), host.disk?)));
    let disks: Vec<_> = disks.collect();
    if !disks.is_empty() {
        out.family("tenantry_host_disk_bytes", "The size of the disk that a host's engine is on.");
        for (host, disk) in &disks {
            out.sample(&[fleet, ("host", host)], disk.total);
        }
        out.family("tenantry_host_disk_free_bytes", "What is free on the disk that a host's engine is on.");
        for (host, disk) in &disks {
            out.sample(&[fleet, ("host", host)], disk.free);
        }
    }
    out.family(
        "tenantry_container_up",
        "Whether a container that is wanted runs and is healthy, as far as it says that.",
    );
    for (id, entry) in desired.objects.iter().filter(|(id, _)| id.kind == ObjectKind::Container) {
        let host = desired.hosts.get(&entry.host).map_or(entry.host.as_str(), |host| host.name.as_str());
        let present = seen.observed.objects.get(id).and_then(Observation::present);
        let up = present.is_some_and(|present| present.status.is_ready());
        out.sample(&[fleet, ("host", host), ("container", &entry.address)], u64::from(up));
    }

    out.family(
        "tenantry_planned_changes",
        "How many objects an apply would change now, by what it would do (drift).",
    );
    let counts = seen.plan.counts();
    for (action, number) in [("add", counts.add), ("change", counts.change), ("destroy", counts.destroy)] {
        out.sample(&[fleet, ("action", action)], number);
    }
    out.family("tenantry_plan_refusals", "How many objects an apply would refuse or could not see now.");
    out.sample(&[fleet], seen.plan.refusals.len() + seen.plan.deferred.len());

    // One that is under way has not ended yet: the one before it is the last.
    let last = seen.runs.iter().rev().find(|run| run.ended.is_some());
    let ended = last.and_then(|run| run.ended.as_ref()?.parse::<jiff::Timestamp>().ok());
    if let (Some(run), Some(ended)) = (last, ended) {
        out.family(
            "tenantry_last_apply_timestamp_seconds",
            "When the last apply from this machine ended, in seconds since 1970.",
        );
        out.sample(&[fleet], ended.as_second());
        out.family("tenantry_last_apply_success", "Whether all of its steps were done.");
        let failed = |outcome: &Option<Outcome>| !matches!(outcome, Some(Outcome::Done));
        let success = !run.cancelled && !run.steps.iter().any(|step| failed(&step.outcome));
        out.sample(&[fleet], u64::from(success));
    }

    if !seen.certificates.is_empty() {
        out.family(
            "tenantry_certificate_present",
            "Whether a name has a certificate; absent where that cannot be read.",
        );
        for one in seen.certificates {
            let present = match one.seen {
                certificates::Seen::Present { .. } => 1_u64,
                certificates::Seen::Absent { .. } => 0,
                certificates::Seen::Unreadable { .. } => continue,
            };
            out.sample(&[fleet, ("edge", &one.edge), ("name", &one.name)], present);
        }
        out.family(
            "tenantry_certificate_expiry_timestamp_seconds",
            "The last second of a name's certificate, since 1970.",
        );
        for one in seen.certificates {
            if let certificates::Seen::Present { ends, .. } = one.seen {
                out.sample(&[fleet, ("edge", &one.edge), ("name", &one.name)], ends);
            }
        }
    }
    out.text
}

#[derive(Default)]
struct Metrics {
    text: String,
    name: &'static str,
}

impl Metrics {
    fn family(&mut self, name: &'static str, help: &str) {
        self.name = name;
        // Writing into a text cannot fail.
        let _ = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} gauge");
    }

    fn sample(&mut self, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        let labels: Vec<String> =
            labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        let _ = writeln!(self.text, "{}{{{}}} {value}", self.name, labels.join(","));
    }
}

/// A label's value, in which a backslash, a quote and a line break are escaped.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
