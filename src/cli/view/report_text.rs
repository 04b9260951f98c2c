//! What came of a plan: failures with what they left, then Terraform's closing line.

use std::collections::BTreeSet;

use crate::apply::{Outcome, Report};
use crate::desired::ObjectKind;
use crate::desired::call::StepId;
use crate::desired::change::Action;
use crate::diag::printable;
use crate::plan::{Counts, Plan};

use super::output::Output;
use super::table::{count, elapsed, shortened};

/// What all rounds of one apply did together.
#[derive(Debug, Clone, Default)]
pub struct Total {
    /// Changes that are done.
    pub counts: Counts,
    /// Steps that are done.
    done: usize,
    failed: usize,
    waited: usize,
    /// What the last plan refuses.
    pub refused: usize,
    /// What a last look found not to be as wanted.
    pub left: usize,
    cancelled: bool,
    took_ms: u64,
    /// Sites that were made, by address, each with its host's identity.
    pub made: Vec<(String, String)>,
    /// What came of each round.
    pub reports: Vec<Report>,
}

impl Total {
    /// Adds what one round did.
    pub fn add(&mut self, plan: &Plan, report: Report, took_ms: u64) {
        let Counts { add, change, destroy } = done(plan, &report);
        self.counts.add += add;
        self.counts.change += change;
        self.counts.destroy += destroy;
        for step in &report.steps {
            match step.outcome {
                Outcome::Done => self.done += 1,
                Outcome::Failed { .. } => self.failed += 1,
                Outcome::Skipped { .. } => self.waited += 1,
            }
        }
        let ok = succeeded(&report);
        let sites = plan.changes.iter().filter(|change| {
            change.id.kind == ObjectKind::Site
                && change.action == Action::Create
                && change.steps.iter().all(|step| ok.contains(step))
        });
        self.made.extend(sites.map(|change| (change.address.clone(), change.host.clone())));
        self.cancelled |= report.cancelled;
        self.took_ms += took_ms;
        self.reports.push(report);
    }

    /// Whether every step of every round succeeded, and nothing is left.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.failed == 0 && self.waited == 0 && self.left == 0
    }
}

/// What failed in one round, each with what it left. `whole` says where the text of a `STEP` is that is cut here.
#[must_use]
pub fn failures(plan: &Plan, report: &Report, whole: &str, output: Output) -> String {
    let mut text = String::new();
    for step in &report.steps {
        let Outcome::Failed { error } = &step.outcome else { continue };
        let planned = plan.steps.iter().find(|s| s.id == step.step);
        let change = planned.and_then(|s| plan.changes.iter().find(|c| c.id == s.object));
        let address = change
            .map_or_else(|| planned.map(|s| s.object.to_string()).unwrap_or_default(), |c| c.address.clone());
        let verb = planned.map(|s| s.call.verb()).unwrap_or_default();
        text.push_str(&format!(
            "\n{} {address}: {verb} failed after {}    step {}\n",
            output.paint(31, "✗"),
            elapsed(step.elapsed_ms),
            step.step
        ));
        for line in error.message.lines().take(8) {
            text.push_str(&format!("    {}\n", printable(line)));
        }
        if let Some(advice) = &error.advice {
            text.push_str(&format!("  {} {}\n", output.paint(1, "help:"), printable(advice)));
        }
        if let Some(cause) = change.and_then(|c| c.causes.first()) {
            text.push_str(&format!(
                "  declared at {cause}; the whole text, {}\n",
                whole.replace("STEP", &step.step.to_string())
            ));
        }
    }
    text
}

/// The closing line: one for an apply, however many rounds it took.
#[must_use]
pub fn closing(total: &Total) -> String {
    let took = elapsed(total.took_ms);
    let Counts { add, change, destroy } = total.counts;
    if total.failed + total.waited > 0 {
        let why = if total.cancelled { "Stopped" } else { "Apply incomplete" };
        return format!(
            "\n{why}: {} done, {} failed, {} waited and did not run.  {took}\n\
             What was done stays done; the next apply goes on from there.\n",
            count(total.done, "step"),
            total.failed,
            total.waited,
        );
    }
    if total.left > 0 {
        return format!(
            "\nApply incomplete: {add} added, {change} changed, {destroy} destroyed; {} left.  {took}\n",
            count(total.left, "object")
        );
    }
    if total.refused > 0 {
        let refused = count(total.refused, "object");
        return format!(
            "\nApply incomplete: {add} added, {change} changed, {destroy} destroyed; {refused} refused, as told above.  {took}\n"
        );
    }
    format!("\nApply complete! Resources: {add} added, {change} changed, {destroy} destroyed.  {took}\n")
}

fn succeeded(report: &Report) -> BTreeSet<StepId> {
    report.steps.iter().filter(|step| step.outcome == Outcome::Done).map(|step| step.step).collect()
}

/// How one logs in to sites that were just made; nothing where there are none.
#[must_use]
pub fn first_login(sites: &[&str]) -> String {
    let site = |address: &str| {
        let address = address.split('/').next().unwrap_or(address);
        address.strip_prefix("site.").unwrap_or(address).to_owned()
    };
    match sites {
        [] => String::new(),
        [one] => format!("\nFirst login: `tenantry login {}` prints a link that works once.\n", site(one)),
        many => {
            let names: Vec<String> = many.iter().map(|address| format!("`{}`", site(address))).collect();
            format!(
                "\nFirst login: `tenantry login SITE` prints a link that works once, for {}.\n",
                shortened(&names)
            )
        }
    }
}

/// Changes all of whose steps succeeded.
#[must_use]
pub fn done(plan: &Plan, report: &Report) -> Counts {
    let ok = succeeded(report);
    Counts::of(plan.changes.iter().filter(|change| change.steps.iter().all(|step| ok.contains(step))))
}
