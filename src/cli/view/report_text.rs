//! What came of a plan: failures with what they left, then Terraform's closing line.

use std::collections::BTreeSet;

use crate::apply::{Outcome, Report};
use crate::plan::{Counts, Plan};

use super::output::Output;
use super::table::{count, elapsed};

/// The failures and the closing line.
#[must_use]
pub fn report(plan: &Plan, report: &Report, took_ms: u64, output: Output) -> String {
    let mut text = String::new();
    let mut waited = 0;
    let mut failed = 0;
    for step in &report.steps {
        match &step.outcome {
            Outcome::Done => {}
            Outcome::Skipped { .. } => waited += 1,
            Outcome::Failed { error } => {
                failed += 1;
                let planned = plan.steps.iter().find(|s| s.id == step.step);
                let change = planned.and_then(|s| plan.changes.iter().find(|c| c.id == s.object));
                let address = change.map_or_else(
                    || planned.map(|s| s.object.to_string()).unwrap_or_default(),
                    |c| c.address.clone(),
                );
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
                        "  declared at {cause}; the whole text, in the fleet's directory: tenantry log {}\n",
                        step.step
                    ));
                }
            }
        }
    }
    let counts = done(plan, report);
    text.push('\n');
    if failed == 0 && waited == 0 && !plan.refusals.is_empty() {
        text.push_str(&format!(
            "Apply incomplete: {} added, {} changed, {} destroyed; {} refused, as told above.  {}\n",
            counts.add,
            counts.change,
            counts.destroy,
            count(plan.refusals.len(), "object"),
            elapsed(took_ms)
        ));
    } else if failed == 0 && waited == 0 {
        text.push_str(&format!(
            "Apply complete! Resources: {} added, {} changed, {} destroyed.  {}\n",
            counts.add,
            counts.change,
            counts.destroy,
            elapsed(took_ms)
        ));
    } else {
        let why = if report.cancelled { "Stopped" } else { "Apply incomplete" };
        text.push_str(&format!(
            "{why}: {} done, {failed} failed, {waited} waited and did not run.  {}\n",
            count(report.steps.len() - failed - waited, "step"),
            elapsed(took_ms)
        ));
        text.push_str("What was done stays done; the next apply goes on from there.\n");
    }
    text
}

/// Changes all of whose steps succeeded.
#[must_use]
pub fn done(plan: &Plan, report: &Report) -> Counts {
    let ok: BTreeSet<_> =
        report.steps.iter().filter(|s| s.outcome == Outcome::Done).map(|s| s.step).collect();
    Counts::of(plan.changes.iter().filter(|change| change.steps.iter().all(|step| ok.contains(step))))
}

/// What others wrote, without the control characters that would move the cursor.
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
