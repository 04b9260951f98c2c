//! `tenantry log`: what earlier runs on this machine did. Advisory: the world is the truth.

use std::collections::{BTreeMap, BTreeSet};

use crate::apply::Outcome;
use crate::apply::journal::{self, LoggedRun, LoggedStep};
use crate::desired::Desired;
use crate::desired::call::StepId;
use crate::desired::observed::Observed;
use crate::diag::printable;
use crate::pipeline;

use super::fleet::{At, Fleet, Opened};
use super::view::table::{count, elapsed, table_of_others};
use super::{Exit, Output, Setting, working};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A run's id or the beginning of it, or a step of the last run (`s-17`); every run unless given
    #[arg(value_name = "RUN|STEP")]
    what: Option<String>,
    /// Directory of the fleet's files
    #[arg(long, value_name = "DIR", default_value = ".")]
    fleet: std::path::PathBuf,
    #[command(flatten)]
    at: At,
}

pub(super) async fn run(args: &Args, setting: &Setting, output: Output) -> Exit {
    let fleet = Fleet { directory: args.fleet.clone(), at: args.at.clone() };
    let opened = match fleet.open(setting, false, output) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let Some(compiled) = Fleet::compile_quietly(opened.world.as_ref(), false, output) else {
        return Exit::Error;
    };
    let path = journal::path(&opened.state, &compiled.desired.fleet);
    let history = match journal::read(&path) {
        Ok(history) => history,
        Err(error) => {
            output.note(format!("error: the journal cannot be read: {error}"));
            return Exit::Error;
        }
    };
    if history.unreadable_lines > 0 {
        let (lines, path) = (count(history.unreadable_lines, "line"), path.display());
        output.note(format!(
            "warning: {lines} of {path} cannot be read, torn by a crash or written by a later version: what they tell is missing here"
        ));
    }
    let working = if history.runs.iter().any(working::is_open) {
        at_work(&compiled.desired, setting, &opened).await
    } else {
        BTreeSet::new()
    };
    let Some(what) = &args.what else {
        if history.runs.is_empty() {
            output.line("This machine has applied nothing of this fleet yet.");
        }
        let rows: Vec<Vec<String>> = history.runs.iter().map(|run| summary(run, &working)).collect();
        output.text(table_of_others(&rows));
        return Exit::Done;
    };
    let step = what.strip_prefix("s-").and_then(|n| n.parse().ok()).map(StepId);
    match (step, history.runs.last()) {
        (Some(step), Some(last)) => match last.step(step) {
            Some(step) => output.text(whole(step, working.contains(&last.run))),
            None => return missing(&format!("the last run, {}, has no step {step}", last.run), output),
        },
        (None, _) => match history.run(what) {
            Some(run) => {
                output.line(printable(&summary(run, &working).join("  ")));
                let works = working.contains(&run.run);
                let rows: Vec<Vec<String>> = run.steps.iter().map(|step| line(step, works)).collect();
                output.text(table_of_others(&rows));
            }
            None => return missing(&format!("no run begins with `{}`", what.escape_debug()), output),
        },
        (Some(_), None) => return missing("this machine has applied nothing of this fleet yet", output),
    }
    Exit::Done
}

fn missing(why: &str, output: Output) -> Exit {
    output.note(format!("error: {}; `tenantry log` lists what there is", printable(why)));
    Exit::Error
}

/// The runs that hold a lock of the fleet's at this moment.
async fn at_work(desired: &Desired, setting: &Setting, opened: &Opened) -> BTreeSet<String> {
    let hosts = pipeline::connect(desired, setting.docker_host.as_deref(), &opened.state);
    let mut observed = Observed::assume(&Desired { objects: BTreeMap::new(), ..desired.clone() });
    pipeline::at_work(desired, &hosts, &mut observed).await;
    working::runs(&observed)
}

fn summary(run: &LoggedRun, working: &BTreeSet<String>) -> Vec<String> {
    let (done, failed, skipped) = run.tally();
    let plan = format!("+{} ~{} -{}", run.plan.add, run.plan.change, run.plan.destroy);
    let how = match (&run.ended, run.cancelled) {
        (None, _) if working.contains(&run.run) => "at work".to_owned(),
        (None, _) => "did not end".to_owned(),
        (_, true) => "stopped".to_owned(),
        _ if failed > 0 => format!("{failed} failed, {skipped} did not run"),
        _ => "done".to_owned(),
    };
    let commit = run.cause.as_deref().map_or("-", |id| id.get(..7).unwrap_or(id)).to_owned();
    vec![run.run.clone(), run.started.clone(), commit, run.who.clone(), plan, count(done, "step"), how]
}

fn line(step: &LoggedStep, works: bool) -> Vec<String> {
    let (object, call) =
        step.intent.as_ref().map_or_else(Default::default, |i| (i.object.to_string(), i.call.clone()));
    let how = match &step.outcome {
        None if works => "under way".to_owned(),
        None => "no outcome is known".to_owned(),
        Some(Outcome::Done) => elapsed(step.elapsed_ms),
        Some(Outcome::Failed { error }) => format!("failed: {}", first_line(&error.message)),
        Some(Outcome::Skipped { because: Some(other) }) => format!("did not run: waited for {other}"),
        Some(Outcome::Skipped { because: None }) => "did not run".to_owned(),
    };
    vec![format!("  {}", step.step), object, call, how]
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// Everything that is known of one step.
fn whole(step: &LoggedStep, works: bool) -> String {
    let mut text = format!("{}\n", printable(line(step, works).join("  ").trim()));
    if let Some(intent) = &step.intent {
        let place = format!("on {} at {}: {}", intent.host, intent.at, intent.reason);
        text.push_str(&format!("{}\n", printable(&place)));
    }
    if let Some(Outcome::Failed { error }) = &step.outcome {
        let lines: Vec<String> = error.message.lines().map(printable).collect();
        text.push_str(&format!("\n{}\n", lines.join("\n")));
        if let Some(advice) = &error.advice {
            text.push_str(&format!("\nhelp: {}\n", printable(advice)));
        }
    }
    text
}
