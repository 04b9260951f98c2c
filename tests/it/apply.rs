//! The runner: failures stay where they are, what is written before and after each call, stopping, locks.

mod calls;
mod failures;
mod journal;
mod locks;
mod stopping;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tenantry::apply::{self, Event, Events, Options, Outcome, Report};
use tenantry::desired::call::{Call, StepId};
use tenantry::desired::change::Step;
use tenantry::desired::fields::Consequence;
use tenantry::desired::observed::Observed;
use tenantry::desired::{Desired, ObjectId, ObjectKind};
use tenantry::plan::Plan;
use tenantry::provider::host::{Cx, Held, Login};
use tenantry::provider::{BoxFuture, Error, ErrorKind, Host, LockInfo, Output};
use tenantry::world::Memory;
use tenantry::world::secret::Opener;

type Answer = dyn Fn(&Call, StepId) -> Result<Output, Error> + Send + Sync;

/// How long a call takes.
const CALL: Duration = Duration::from_millis(400);

/// A host that answers as a test says, each call taking its time.
struct Scripted {
    answer: Box<Answer>,
    log: Mutex<Vec<(StepId, Call)>>,
    under_way: Mutex<(usize, usize)>,
}

impl Scripted {
    fn new(answer: impl Fn(&Call, StepId) -> Result<Output, Error> + Send + Sync + 'static) -> Arc<Self> {
        let under_way = Mutex::default();
        Arc::new(Self { answer: Box::new(answer), log: Mutex::default(), under_way })
    }

    fn called(&self) -> Vec<u32> {
        self.log.lock().unwrap().iter().map(|(step, _)| step.0).collect()
    }
}

impl Host for Scripted {
    fn observe<'a>(&'a self, _: &'a str, _: &'a Desired, _: &'a Opener<'a>) -> BoxFuture<'a, Observed> {
        Box::pin(async { Observed::default() })
    }

    fn call<'a>(&'a self, call: &'a Call, cx: Cx<'a>) -> BoxFuture<'a, Result<Output, Error>> {
        Box::pin(async move {
            self.log.lock().unwrap().push((cx.step, call.clone()));
            {
                let mut under_way = self.under_way.lock().unwrap();
                under_way.0 += 1;
                under_way.1 = under_way.1.max(under_way.0);
            }
            tokio::time::sleep(CALL).await;
            self.under_way.lock().unwrap().0 -= 1;
            (self.answer)(call, cx.step)
        })
    }

    fn lock<'a>(&'a self, _: &'a str, _: &'a LockInfo) -> BoxFuture<'a, Result<Box<dyn Held>, Error>> {
        Box::pin(async { Err(Error::new(ErrorKind::Other, "it has none")) })
    }

    fn holder<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Option<LockInfo>, Error>> {
        Box::pin(async { Ok(None) })
    }

    fn login<'a>(&'a self, _: &'a str, _: &'a Login) -> BoxFuture<'a, Result<String, Error>> {
        Box::pin(async { Err(Error::new(ErrorKind::Other, "it has no sites")) })
    }
}

#[derive(Default)]
struct Heard(Mutex<Vec<Event>>);

impl Events for Heard {
    fn emit(&self, event: &Event) {
        self.0.lock().unwrap().push(event.clone());
    }
}

fn pull(reference: &str) -> Call {
    Call::PullImage { reference: reference.to_owned() }
}

fn step(id: u32, call: Call, after: &[u32]) -> Step {
    Step {
        id: StepId(id),
        object: ObjectId::new("bench.a", ObjectKind::Image, format!("i{id}")),
        host: "h".to_owned(),
        call,
        after: after.iter().map(|id| StepId(*id)).collect(),
        consequence: Consequence::None,
        reason: "a test".to_owned(),
        at_once: 1,
    }
}

fn plan(steps: Vec<Step>) -> Plan {
    Plan { fleet: "f".to_owned(), steps, ..Plan::default() }
}

fn hosts(host: Arc<dyn Host>) -> BTreeMap<String, Arc<dyn Host>> {
    [("h".to_owned(), host)].into()
}

async fn run(plan: &Plan, host: Arc<dyn Host>, options: &Options, heard: &Heard) -> Report {
    let world = Memory::default();
    let opener = Opener::new(&world, "f", None);
    apply::run(plan, &hosts(host), &opener, options, heard).await
}

fn outcomes(report: &Report) -> Vec<String> {
    let word = |outcome: &Outcome| match outcome {
        Outcome::Done => "done".to_owned(),
        Outcome::Failed { error } => format!("failed {:?}", error.kind),
        Outcome::Skipped { because: Some(step) } => format!("skipped by {step}"),
        Outcome::Skipped { because: None } => "skipped".to_owned(),
    };
    report.steps.iter().map(|s| word(&s.outcome)).collect()
}

fn failing(bad: &'static [u32], kind: ErrorKind) -> Arc<Scripted> {
    Scripted::new(
        move |_, step| {
            if bad.contains(&step.0) { Err(Error::new(kind, "no")) } else { Ok(Output::default()) }
        },
    )
}
