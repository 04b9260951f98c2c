//! What `plan` and `apply` share: the leave they are given, and how a plan is told.

use std::collections::BTreeSet;

use crate::apply::known::{Known, KnownHost};
use crate::desired::observed::{HostFacts, Observed};
use crate::desired::{Desired, ObjectKind};
use crate::pipeline::Compiled;
use crate::plan::{Plan, Policy, Refusal, told};
use crate::provider::Error;

use super::fleet::{Fleet, Opened, tell};
use super::view::table::{count, elapsed, listed};
use super::view::{Output, events_json, plan_text};
use super::{Exit, Setting, remembered};

/// Sites that are named; the rest is a number.
const NAMED: usize = 5;

/// Leave to do what a plan would refuse.
#[derive(Debug, clap::Args)]
pub(super) struct Leave {
    /// Begin this fleet on a host that bears another fleet's marks and none of ours
    #[arg(long)]
    new_fleet: bool,
    /// The most objects that the plan may delete or replace
    #[arg(long, value_name = "N")]
    max_destroy: Option<usize>,
    /// Begin what was there and is lost anew, empty: `site.globex`; may be given again
    #[arg(long, value_name = "ADDRESS")]
    anew: Vec<String>,
    /// Do without a host that left the files and is gone for good, with everything that was on it
    #[arg(long, value_name = "NAME")]
    without_host: Vec<String>,
    /// Who reads this has pushed, and is on another machine
    #[arg(long, hide = true)]
    pub(super) pushed: bool,
}

impl Leave {
    pub(super) fn policy(&self) -> Policy {
        Policy {
            new_fleet: self.new_fleet,
            max_destroy: self.max_destroy,
            anew: self.anew.iter().cloned().collect(),
            ..Policy::default()
        }
    }

    /// The hosts that a fleet was applied on from here, but for those that it does without now.
    pub(super) fn known(
        &self,
        fleet: &Fleet,
        opened: &Opened,
        desired: &Desired,
        setting: &Setting,
        output: Output,
    ) -> Result<Known, Error> {
        let mut known = remembered::known(fleet, opened, desired, setting)?;
        // One that is declared as it was is not gone, and what is on it is not forgotten, least of all while it does not answer.
        let is_left = |name: &str, identity: &str, host: &KnownHost| {
            desired.hosts.get(identity).is_none_or(|target| !host.is_at(target))
                && is_called(name, identity, &host.name)
        };
        for name in &self.without_host {
            if !known.iter().any(|(identity, host)| is_left(name, identity, host)) {
                output.note(format!(
                    "note: `--without-host {}` does nothing: no host of that name left the files",
                    name.escape_debug()
                ));
            }
        }
        for (identity, host) in &mut known {
            if !host.given_up && self.without_host.iter().any(|name| is_left(name, identity, host)) {
                host.given_up = true;
                output.note(given_up(host));
            }
        }
        Ok(known)
    }
}

/// What goes with a host that is gone for good.
fn given_up(host: &KnownHost) -> String {
    let Some(holds) = &host.holds else {
        return format!("note: host `{}` is done without; nothing is known of what was on it", host.name);
    };
    let sites = holds.iter().filter(|id| id.kind == ObjectKind::Site);
    let sites: Vec<String> = sites.map(|id| format!("`{}`", id.of)).collect();
    let rest = count(holds.len() - sites.len(), "volume");
    let sites = if sites.is_empty() { String::new() } else { format!(" {} and", listed(&sites, NAMED)) };
    format!("note: host `{}` is done without; with it go{sites} {rest} that were on it", host.name)
}

fn is_called(name: &str, identity: &str, host: &str) -> bool {
    name == host || identity.strip_prefix("host.") == Some(name)
}

/// Prints a plan and what it refuses; of the refusals those that are given.
pub(super) fn show(
    plan: &Plan,
    refusals: &[Refusal],
    compiled: &Compiled,
    observed: &Observed,
    took_ms: u64,
    json: bool,
    output: Output,
) {
    let refused = told::refusals(refusals);
    if json {
        events_json::planned(plan, &compiled.sources, output);
        return;
    }
    if plan.is_empty() {
        output.text(plan_text::asides(plan, output));
        output.line(format!("No changes. {}", looked_at(plan, observed, took_ms)));
    } else {
        output.text(plan_text::plan(plan, output));
    }
    tell(&refused, &compiled.sources, output);
    if plan.is_refused() {
        output.note("The whole plan is refused: apply does nothing of it.");
    }
}

/// `Looked at 1 host: 4 containers, 2 networks in 43 ms.`
fn looked_at(plan: &Plan, observed: &Observed, took_ms: u64) -> String {
    if observed.hosts.is_empty() {
        return "The fleet declares no host, so there was nowhere to look.".to_owned();
    }
    let hosts: Vec<String> = observed.hosts.values().map(HostFacts::label).collect();
    let objects: Vec<String> = plan.looked_at.iter().map(|(kind, n)| count(*n, kind)).collect();
    format!("Looked at {}: {} in {}.", hosts.join(", "), objects.join(", "), elapsed(took_ms))
}

/// What is said of refusals that a revision did not bring.
pub(super) fn told_before(old: usize, all: bool) -> String {
    match (old, all) {
        (1, true) => {
            "note: that was so before; it keeps nothing back, and the rest can be applied".to_owned()
        }
        (n, true) => {
            format!(
                "note: these {n} refusals were there before; they keep nothing back, and the rest can be applied"
            )
        }
        (n, false) => {
            format!("note: {} of these were there before and would keep nothing back", count(n, "refusal"))
        }
    }
}

/// How somebody who pushes gives the leave that the refusals of a plan name.
pub(super) fn leave_of_a_push(refusals: &[Refusal]) -> Option<String> {
    let options: BTreeSet<&str> = refusals
        .iter()
        .flat_map(|refusal| &refusal.diagnostic.help)
        .filter_map(|help| help.leave.as_deref())
        .collect();
    let shown: Vec<String> = options.iter().map(|option| format!("`git push -o {option}`")).collect();
    (!shown.is_empty()).then(|| {
        format!("help: an option of `apply` is given to a push without its dashes: {}", listed(&shown, NAMED))
    })
}

/// How a plan that is not applied ends.
pub(super) fn verdict(plan: &Plan, detailed: bool) -> Exit {
    if !plan.refusals.is_empty() {
        Exit::Refused
    } else if detailed && !plan.is_empty() {
        Exit::Changes
    } else {
        Exit::Done
    }
}

/// Says what no file of the fleet is to blame for.
pub(super) fn complain(message: &str, json: bool, output: Output) -> Exit {
    if json {
        events_json::error(message, "command", output);
    }
    output.note(format!("{}: {message}", output.paint(31, "error")));
    Exit::Error
}
