//! Progress for programs: one JSON object a line, in the shape of Terraform's `-json` stream.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::apply::{Event, Events, Outcome};
use crate::desired::call::StepId;
use crate::desired::change::{Action, Change};
use crate::diag::{self, Diagnostic};
use crate::plan::{Counts, Plan, Refusal};
use crate::source::SourceMap;

use super::output::Output;
use super::report_text::Total;
use super::table::elapsed;

/// Prints events to standard output.
#[derive(Debug)]
pub struct JsonEvents {
    output: Output,
    steps: BTreeMap<StepId, (Value, String)>,
}

/// One line of the stream.
fn emit(output: Output, level: &str, kind: &str, message: &str, more: Value) {
    let mut line = json!({
        "@level": level,
        "@message": message,
        "@module": "tenantry.ui",
        "@timestamp": jiff::Timestamp::now().to_string(),
        "type": kind,
    });
    if let (Some(line), Value::Object(more)) = (line.as_object_mut(), more) {
        line.extend(more);
    }
    output.line(line.to_string());
}

/// The stream's first line.
pub fn version(output: Output) {
    let version = env!("CARGO_PKG_VERSION");
    emit(
        output,
        "info",
        "version",
        &format!("Tenantry {version}"),
        json!({"tenantry": version, "ui": "1.0"}),
    );
}

/// Diagnostics, one a line.
pub fn diagnostics(diagnostics: &[Diagnostic], sources: &SourceMap, output: Output) {
    let all = diag::json(diagnostics, sources);
    for diagnostic in all["diagnostics"].as_array().into_iter().flatten() {
        let level = if diagnostic["severity"] == "error" { "error" } else { "warn" };
        let message = diagnostic["summary"].as_str().unwrap_or_default();
        emit(output, level, "diagnostic", message, json!({"diagnostic": diagnostic}));
    }
}

/// What will change, one a line, and the summary.
pub fn planned(plan: &Plan, sources: &SourceMap, output: Output) {
    for change in &plan.changes {
        let message = format!("{}: Plan to {}", change.address, verb(change.action));
        emit(
            output,
            "info",
            "planned_change",
            &message,
            json!({"change": {
                "resource": resource(change),
                "action": verb(change.action),
                "consequence": change.consequence,
                "causes": change.causes,
            }}),
        );
    }
    refused(&plan.refusals, sources, output);
    for deferred in &plan.deferred {
        let message = format!("{}: read after {}", deferred.address, deferred.behind);
        emit(output, "info", "deferred", &message, json!({"deferred": deferred}));
    }
    summary(plan.counts(), "plan", true, plan.steps.len(), output);
}

/// What is refused, one a line: with its place in the files, notes and ways out, as every diagnostic has them.
pub fn refused(refusals: &[Refusal], sources: &SourceMap, output: Output) {
    for refusal in refusals {
        let all = diag::json(std::slice::from_ref(&refusal.diagnostic), sources);
        emit(
            output,
            "error",
            "refusal",
            all["diagnostics"][0]["summary"].as_str().unwrap_or_default(),
            json!({
                "code": refusal.diagnostic.code.as_str(),
                "object": refusal.object,
                "fatal": refusal.fatal,
                "diagnostic": all["diagnostics"][0],
            }),
        );
    }
}

/// The counts at the end of a plan or an apply.
fn summary(counts: Counts, operation: &str, complete: bool, steps: usize, output: Output) {
    let Counts { add, change, destroy } = counts;
    let message = if operation == "plan" {
        format!("Plan: {add} to add, {change} to change, {destroy} to destroy.")
    } else if complete {
        format!("Apply complete! Resources: {add} added, {change} changed, {destroy} destroyed.")
    } else {
        format!("Apply incomplete: {add} added, {change} changed, {destroy} destroyed.")
    };
    emit(
        output,
        "info",
        "change_summary",
        &message,
        json!({"changes": {"add": add, "change": change, "remove": destroy, "operation": operation}, "steps": steps}),
    );
}

/// An error that no file has.
pub fn error(message: &str, code: &str, output: Output) {
    emit(
        output,
        "error",
        "diagnostic",
        message,
        json!({"diagnostic": {"severity": "error", "summary": message, "code": code}}),
    );
}

/// How an apply ended: one summary, and what came of each of its rounds.
pub fn report(total: &Total, output: Output) {
    let steps = total.reports.iter().map(|report| report.steps.len()).sum();
    summary(total.counts, "apply", total.is_whole(), steps, output);
    for report in &total.reports {
        emit(output, "info", "report", "Report", json!({"report": report}));
    }
}

fn verb(action: Action) -> &'static str {
    match action {
        Action::Create => "create",
        Action::Update => "update",
        Action::Replace => "replace",
        Action::Delete => "delete",
    }
}

fn resource(change: &Change) -> Value {
    let kind = change.id.kind.word();
    json!({
        "addr": change.address,
        "module": "",
        "resource": change.address,
        "resource_type": kind,
        "resource_name": change.physical,
        "resource_key": null,
        "implied_provider": "tenantry",
        "identity": change.id,
    })
}

impl JsonEvents {
    /// Events of one plan.
    #[must_use]
    pub fn new(plan: &Plan, output: Output) -> Self {
        let changes: BTreeMap<_, _> = plan.changes.iter().map(|c| (&c.id, c)).collect();
        let steps = plan
            .steps
            .iter()
            .map(|step| {
                let (resource, address) = changes.get(&step.object).map_or_else(
                    || (json!({"addr": step.object}), step.object.to_string()),
                    |change| (resource(change), change.address.clone()),
                );
                (step.id, (resource, format!("{address}: {}", step.call.verb())))
            })
            .collect();
        Self { output, steps }
    }

    fn hook(&self, level: &str, kind: &str, step: StepId, words: &str, more: Value) {
        let (resource, name) = self.steps.get(&step).cloned().unwrap_or_default();
        let mut hook = json!({"resource": resource, "step": step.to_string()});
        if let (Some(hook), Value::Object(more)) = (hook.as_object_mut(), more) {
            hook.extend(more);
        }
        let message = if words.is_empty() { name } else { format!("{name}: {words}") };
        emit(self.output, level, kind, &message, json!({"hook": hook}));
    }
}

impl Events for JsonEvents {
    fn emit(&self, event: &Event) {
        match event {
            Event::LockWaiting { host, holder } => {
                emit(
                    self.output,
                    "warn",
                    "lock_waiting",
                    &format!("waiting for {host}"),
                    json!({"host": host, "holder": holder}),
                );
            }
            Event::StepStart { step } => self.hook("info", "apply_start", *step, "", json!({})),
            Event::StepProgress { step, message } => {
                self.hook("info", "apply_progress", *step, message, json!({"message": message}));
            }
            Event::StepRetry { step, error, wait_ms } => {
                self.hook(
                    "warn",
                    "apply_retry",
                    *step,
                    &error.message,
                    json!({"error": error, "wait_ms": wait_ms}),
                );
            }
            Event::StepEnd { step, outcome, elapsed_ms } => {
                let seconds = elapsed_ms / 1000;
                match outcome {
                    Outcome::Done => self.hook(
                        "info",
                        "apply_complete",
                        *step,
                        &format!("done after {}", elapsed(*elapsed_ms)),
                        json!({"elapsed_seconds": seconds}),
                    ),
                    Outcome::Failed { error } => self.hook(
                        "error",
                        "apply_errored",
                        *step,
                        &error.message,
                        json!({"elapsed_seconds": seconds, "error": error}),
                    ),
                    Outcome::Skipped { because } => {
                        self.hook("warn", "apply_skipped", *step, "skipped", json!({"because": because}));
                    }
                }
            }
            Event::Stopping => emit(self.output, "warn", "stopping", "stopping", json!({})),
        }
    }
}
