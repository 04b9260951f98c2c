//! Executes a plan: as much at once as allowed, past failures with whatever does not depend on them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use tokio::sync::watch;

use super::event::{Event, Events, Outcome, Report, StepReport};
use super::journal::{Record, now};
use super::options::{Options, Stop};
use super::schedule::Schedule;
use super::step::{self, Batch, Ended, Finished, Run};
use crate::desired::call::{Call, StepId};
use crate::plan::Plan;
use crate::provider::{Error, ErrorKind, Host};
use crate::world::secret::Opener;

/// Executes a plan. Every step is in the report, whatever happened; nothing here panics or gives up without saying so.
pub async fn run(
    plan: &Plan,
    hosts: &BTreeMap<String, Arc<dyn Host>>,
    opener: &Opener<'_>,
    options: &Options,
    events: &dyn Events,
) -> Report {
    let run = Run { fleet: &plan.fleet, hosts, opener, options, events };
    let mut progress = Progress {
        plan,
        run: &run,
        schedule: Schedule::new(&plan.steps),
        elapsed: vec![Duration::ZERO; plan.steps.len()],
        outputs: BTreeMap::new(),
        halted: None,
        stop: Stop::Run,
    };
    if let Some(journal) = &options.journal {
        let start = Record::RunStart {
            run: options.run.clone(),
            at: now(),
            fleet: plan.fleet.clone(),
            who: options.actor.who.clone(),
            cause: options.actor.cause.clone(),
            plan: plan.counts(),
            steps: plan.steps.len(),
        };
        progress.halted = journal.write(&start).await.err();
    }
    if progress.execute(options.cancel.clone()).await {
        progress.finish().await
    } else {
        // As after a crash: nothing is written any more.
        progress.report()
    }
}

struct Progress<'a> {
    plan: &'a Plan,
    run: &'a Run<'a>,
    schedule: Schedule<'a>,
    elapsed: Vec<Duration>,
    outputs: BTreeMap<StepId, String>,
    /// What forbids to begin anything more.
    halted: Option<Error>,
    stop: Stop,
}

impl<'a> Progress<'a> {
    /// Until nothing more can be begun; `false` when a fail point let it die.
    async fn execute(&mut self, mut cancel: watch::Receiver<Stop>) -> bool {
        let mut running = FuturesUnordered::new();
        let mut can_cancel = true;
        self.heed(*cancel.borrow_and_update());
        loop {
            while self.stop == Stop::Run
                && self.halted.is_none()
                && let Some(place) =
                    self.schedule.next(self.run.options.parallelism, self.run.options.per_host)
            {
                if let Some(batch) = self.begin(place) {
                    running.push(step::execute(self.run, batch, cancel.clone()));
                }
            }
            if running.is_empty() {
                return true;
            }
            tokio::select! {
                biased;
                change = cancel.changed(), if can_cancel => match change {
                    Ok(()) => self.heed(*cancel.borrow_and_update()),
                    Err(_) => can_cancel = false,
                },
                Some(finished) = running.next() => match finished {
                    Finished::Ended { steps, halt } => {
                        for ended in steps {
                            self.end(ended);
                        }
                        self.halted = self.halted.take().or(halt);
                    }
                    Finished::Died => return false,
                },
            }
            if self.stop == Stop::Abort {
                drop(running);
                self.abort();
                return true;
            }
        }
    }

    fn heed(&mut self, stop: Stop) {
        if stop > self.stop {
            if self.stop == Stop::Run {
                self.run.events.emit(&Event::Stopping);
            }
            self.stop = stop;
        }
    }

    /// Begins a step, and with it those whose work the same call can do. `None` when it failed before it began.
    fn begin(&mut self, place: usize) -> Option<Batch<'a>> {
        let steps = &self.plan.steps;
        let first = &steps[place];
        self.start(place);
        let mut call = match step::resolve(&first.call, &self.outputs) {
            Ok(call) => call,
            Err(error) => {
                self.end(Ended { place, result: Err(error), elapsed: Duration::ZERO });
                return None;
            }
        };
        let mut members = vec![(place, first)];
        if matches!(call, Call::Routes { .. }) {
            for other in self.schedule.ready().collect::<Vec<_>>() {
                let step = &steps[other];
                if step.host == first.host
                    && matches!(step.call, Call::Routes { .. })
                    && let Ok(more) = step::resolve(&step.call, &self.outputs)
                    && call.merge(more).is_ok()
                {
                    self.start(other);
                    members.push((other, step));
                }
            }
        }
        Some(Batch { members, call })
    }

    fn start(&mut self, place: usize) {
        self.schedule.begin(place);
        self.run.events.emit(&Event::StepStart { step: self.plan.steps[place].id });
    }

    fn end(&mut self, ended: Ended) {
        let id = self.plan.steps[ended.place].id;
        let outcome = ended.outcome();
        if let Ok(output) = ended.result
            && let Some(handle) = output.handle
        {
            self.outputs.insert(id, handle);
        }
        self.elapsed[ended.place] = ended.elapsed;
        self.say(ended.place, &outcome);
        for (place, because) in self.schedule.end(ended.place, outcome) {
            self.say(place, &Outcome::Skipped { because: Some(because) });
        }
    }

    fn say(&self, place: usize, outcome: &Outcome) {
        let elapsed_ms = millis(self.elapsed[place]);
        let step = self.plan.steps[place].id;
        self.run.events.emit(&Event::StepEnd { step, outcome: outcome.clone(), elapsed_ms });
    }

    /// What was under way is dropped; whether the engine has done it, only looking can tell.
    fn abort(&mut self) {
        for place in self.schedule.running() {
            let error = Error::new(ErrorKind::Cancelled, "stopped while it was under way")
                .advise("the engine may have done it all the same; the next plan looks");
            self.end(Ended { place, result: Err(error), elapsed: Duration::ZERO });
        }
    }

    /// What has not begun never will; then the last lines of the journal.
    async fn finish(mut self) -> Report {
        for place in self.schedule.left() {
            self.say(place, &Outcome::Skipped { because: None });
            self.schedule.end(place, Outcome::Skipped { because: None });
        }
        let mut report = self.report();
        if let Some(journal) = &self.run.options.journal {
            for step in &report.steps {
                let is_written = matches!(&step.outcome, Outcome::Done | Outcome::Failed { .. })
                    && !matches!(&step.outcome, Outcome::Failed { error } if error.kind == ErrorKind::Cancelled);
                if !is_written {
                    let elapsed = Duration::from_millis(step.elapsed_ms);
                    // Its answer comes with the last line's, which is waited for.
                    drop(journal.send(&step::outcome(self.run, step.step, &step.outcome, elapsed)));
                }
            }
            let count = |is: fn(&Outcome) -> bool| report.steps.iter().filter(|s| is(&s.outcome)).count();
            let end = Record::RunEnd {
                run: report.run.clone(),
                at: now(),
                done: count(|o| matches!(o, Outcome::Done)),
                failed: count(|o| matches!(o, Outcome::Failed { .. })),
                skipped: count(|o| matches!(o, Outcome::Skipped { .. })),
                cancelled: report.cancelled,
            };
            let last = journal.write(&end).await.err();
            report.halted = report.halted.or(last);
        }
        report
    }

    fn report(&self) -> Report {
        let steps = self.plan.steps.iter().enumerate().map(|(place, step)| StepReport {
            step: step.id,
            outcome: self.schedule.outcome(place).cloned().unwrap_or(Outcome::Skipped { because: None }),
            elapsed_ms: millis(self.elapsed[place]),
        });
        Report {
            run: self.run.options.run.clone(),
            steps: steps.collect(),
            cancelled: self.stop != Stop::Run,
            halted: self.halted.clone(),
        }
    }
}

fn millis(elapsed: Duration) -> u64 {
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}
