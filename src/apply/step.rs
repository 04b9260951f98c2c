//! One call to the outside, for one step or several: intent, lock, call, outcome; again where that may help.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::event::{Event, Events, Outcome};
use super::journal::Record;
use super::journal::now;
use super::options::{FailPoint, Options, Stop, When};
use crate::desired::call::{Arg, Call, StepId};
use crate::desired::change::Step;
use crate::provider::host::{Cx, Host, Output};
use crate::provider::{Error, ErrorKind};
use crate::world::secret::Opener;

/// How long to wait before the second, third and fourth try.
const BACKOFF: [Duration; 3] = [Duration::from_millis(500), Duration::from_secs(2), Duration::from_secs(5)];

/// What a step needs of its run.
pub(super) struct Run<'a> {
    pub(super) fleet: &'a str,
    pub(super) hosts: &'a BTreeMap<String, std::sync::Arc<dyn Host>>,
    pub(super) opener: &'a Opener<'a>,
    pub(super) options: &'a Options,
    pub(super) events: &'a dyn Events,
}

/// Steps that one call does, and the call.
pub(super) struct Batch<'a> {
    /// By their places; never empty.
    pub(super) members: Vec<(usize, &'a Step)>,
    /// With every argument a handle.
    pub(super) call: Call,
}

/// What came of one step of a batch.
pub(super) struct Ended {
    pub(super) place: usize,
    pub(super) result: Result<Output, Error>,
    pub(super) elapsed: Duration,
}

/// What came of a batch.
pub(super) enum Finished {
    /// Its steps, and what forbids to go on.
    Ended { steps: Vec<Ended>, halt: Option<Error> },
    /// A fail point let the run die.
    Died,
}

/// Executes a batch.
pub(super) async fn execute<'a>(
    run: &'a Run<'a>,
    batch: Batch<'a>,
    mut cancel: watch::Receiver<Stop>,
) -> Finished {
    let began = Instant::now();
    let intents = batch.members.iter().map(|(_, step)| Record::Intent {
        run: run.options.run.clone(),
        at: now(),
        step: step.id,
        object: step.object.clone(),
        host: step.host.clone(),
        call: name(&step.call),
        reason: step.reason.clone(),
    });
    if let Err(error) = write(run, intents.collect()).await {
        return all(&batch, began, &Err(error.clone()), Some(error));
    }
    if let Some(died) = fail(run, &batch, When::BeforeCall) {
        return died;
    }
    let (steps, mut halt) = attempt(run, &batch, began, &mut cancel).await;
    if let Some(died) = fail(run, &batch, When::AfterCall) {
        return died;
    }
    let outcomes = steps.iter().filter_map(|ended| {
        let (_, step) = batch.members.iter().find(|(place, _)| *place == ended.place)?;
        Some(outcome(run, step.id, &ended.outcome(), ended.elapsed))
    });
    if let Err(error) = write(run, outcomes.collect()).await {
        halt.get_or_insert(error);
    }
    fail(run, &batch, When::AfterJournal).unwrap_or(Finished::Ended { steps, halt })
}

/// Makes the call for all of them. Where it fails for several, each is tried alone, so that one bad entry harms
/// nobody but its owner.
async fn attempt(
    run: &Run<'_>,
    batch: &Batch<'_>,
    began: Instant,
    cancel: &mut watch::Receiver<Stop>,
) -> (Vec<Ended>, Option<Error>) {
    let result = tries(run, &batch.members, &batch.call, cancel).await;
    let halt = result.as_ref().err().filter(|e| e.kind == ErrorKind::Locked).cloned();
    let is_shared_fate = result.as_ref().err().is_none_or(|error| {
        matches!(
            error.kind,
            ErrorKind::Unreachable
                | ErrorKind::Denied
                | ErrorKind::Locked
                | ErrorKind::Cancelled
                | ErrorKind::NoSpace
        )
    });
    if is_shared_fate || batch.members.len() == 1 {
        let elapsed = began.elapsed();
        let ended = |&(place, _): &(usize, &Step)| Ended { place, result: result.clone(), elapsed };
        return (batch.members.iter().map(ended).collect(), halt);
    }
    let mut steps = Vec::new();
    let mut halt = None;
    for member in &batch.members {
        let began = Instant::now();
        let mut call = member.1.call.clone();
        if let (Some(to), Some(from)) = (call.container_mut(), batch.call.clone().container_mut()) {
            to.clone_from(from);
        }
        let result = match &halt {
            None => tries(run, std::slice::from_ref(member), &call, cancel).await,
            Some(error) => Err(Error::clone(error)),
        };
        halt = halt.or_else(|| result.as_ref().err().filter(|e| e.kind == ErrorKind::Locked).cloned());
        steps.push(Ended { place: member.0, result, elapsed: began.elapsed() });
    }
    (steps, halt)
}

/// The same call until it succeeds, fails for good, or has been tried often enough.
async fn tries(
    run: &Run<'_>,
    members: &[(usize, &Step)],
    call: &Call,
    cancel: &mut watch::Receiver<Stop>,
) -> Result<Output, Error> {
    let Some((_, first)) = members.first() else { return Ok(Output::default()) };
    let host = run.hosts.get(&first.host).ok_or_else(|| {
        Error::new(ErrorKind::Other, format!("the plan names host `{}`, which is not known here", first.host))
    })?;
    let progress = |message: &str| {
        run.events.emit(&Event::StepProgress { step: first.id, message: message.to_owned() });
    };
    let mut waits = BACKOFF.into_iter();
    loop {
        if let Some(locks) = &run.options.locks {
            locks.check(&first.host).await.map_err(|error| Error {
                kind: ErrorKind::Locked,
                message: if locks.holds(&first.host) {
                    format!("the lock of host `{}` is lost: {}", first.host, error.message)
                } else {
                    error.message
                },
                advice: error.advice.or_else(|| Some("plan again once the other run has ended".to_owned())),
            })?;
        }
        let cx = Cx {
            fleet: run.fleet,
            run: &run.options.run,
            step: first.id,
            opener: run.opener,
            progress: &progress,
        };
        let error = match host.call(call, cx).await {
            Ok(output) => return Ok(output),
            Err(error) => error,
        };
        let again = error.is_transient() && call.may_repeat() && *cancel.borrow() == Stop::Run;
        let Some(wait) = waits.next().filter(|_| again) else { return Err(error) };
        let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        for (_, step) in members {
            run.events.emit(&Event::StepRetry { step: step.id, error: error.clone(), wait_ms });
        }
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = stopped(cancel) => return Err(error),
        }
    }
}

/// Returns when somebody wants to stop; never when nobody can any more.
async fn stopped(cancel: &mut watch::Receiver<Stop>) {
    if cancel.wait_for(|stop| *stop != Stop::Run).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Every argument a handle.
pub(super) fn resolve(call: &Call, outputs: &BTreeMap<StepId, String>) -> Result<Call, Error> {
    let mut call = call.clone();
    if let Some(container) = call.container_mut() {
        match container {
            Arg::Handle(_) => {}
            Arg::Output(step) => {
                let Some(handle) = outputs.get(step) else {
                    let why = format!("the plan uses what {step} makes, and {step} made nothing");
                    return Err(Error::new(ErrorKind::Other, why));
                };
                *container = Arg::Handle(handle.clone());
            }
            Arg::Object(id) => {
                let why = format!("the plan names `{id}` without saying which container that is");
                return Err(Error::new(ErrorKind::Other, why));
            }
        }
    }
    Ok(call)
}

/// Writes records, all on their way to the disk at once.
async fn write(run: &Run<'_>, records: Vec<Record>) -> Result<(), Error> {
    let Some(journal) = &run.options.journal else { return Ok(()) };
    let results = futures_util::future::join_all(records.iter().map(|record| journal.write(record))).await;
    results.into_iter().collect()
}

/// The record of a step's end.
pub(super) fn outcome(run: &Run<'_>, step: StepId, result: &Outcome, elapsed: Duration) -> Record {
    let elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    Record::Outcome { run: run.options.run.clone(), at: now(), step, result: result.clone(), elapsed_ms }
}

fn all(batch: &Batch<'_>, began: Instant, result: &Result<Output, Error>, halt: Option<Error>) -> Finished {
    let elapsed = began.elapsed();
    let steps = batch.members.iter().map(|&(place, _)| Ended { place, result: result.clone(), elapsed });
    Finished::Ended { steps: steps.collect(), halt }
}

fn fail(run: &Run<'_>, batch: &Batch<'_>, when: When) -> Option<Finished> {
    let hook = run.options.fail_point.as_ref()?;
    let dies = batch
        .members
        .iter()
        .any(|(_, step)| hook(FailPoint { step: step.id, when }) == ControlFlow::Break(()));
    dies.then_some(Finished::Died)
}

impl Ended {
    /// How the step ended.
    pub(super) fn outcome(&self) -> Outcome {
        match &self.result {
            Ok(_) => Outcome::Done,
            Err(error) => Outcome::Failed { error: error.clone() },
        }
    }
}

/// The call's word, as plans are saved with it.
fn name(call: &Call) -> String {
    let value = serde_json::to_value(call).unwrap_or_default();
    value.get("call").and_then(|word| word.as_str()).unwrap_or("call").to_owned()
}
