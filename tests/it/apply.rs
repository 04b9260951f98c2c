//! The runner: failures stay where they are, what is written before and after each call, stopping, locks.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use tenantry::apply::journal::{self, Journal};
use tenantry::apply::{self, Event, Events, FailPoint, Options, Outcome, Report, Stop, When, lock};
use tenantry::desired::call::{Arg, Call, StepId};
use tenantry::desired::change::Step;
use tenantry::desired::fields::Consequence;
use tenantry::desired::observed::Observed;
use tenantry::desired::{Desired, ObjectId, ObjectKind};
use tenantry::plan::Plan;
use tenantry::provider::host::{Cx, Held};
use tenantry::provider::{BoxFuture, Error, ErrorKind, Host, LockInfo, Output};
use tenantry::sandbox::Sandbox;
use tenantry::world::Memory;
use tenantry::world::secret::Opener;
use tokio::sync::watch;

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

#[tokio::test]
async fn a_failure_stops_only_what_waits_for_it_and_names_itself() {
    let plan = plan(vec![
        step(0, pull("a"), &[]),
        step(1, pull("b"), &[0]),
        step(2, pull("c"), &[1]),
        step(3, pull("d"), &[]),
        step(4, pull("e"), &[3]),
    ]);
    let host = failing(&[0], ErrorKind::Invalid);
    let report = run(&plan, host.clone(), &Options::default(), &Heard::default()).await;
    let expected = ["failed Invalid", "skipped by s-0", "skipped by s-0", "done", "done"];
    assert_eq!(outcomes(&report), expected);
    assert_eq!(host.called(), [0, 3, 4]);
    assert!(!report.cancelled && report.halted.is_none());
}

#[tokio::test]
async fn steps_wait_for_every_step_before_them_and_hosts_get_no_more_than_their_share() {
    let mut steps: Vec<Step> = (0..9).map(|i| step(i, pull("a"), &[])).collect();
    steps.push(step(9, pull("b"), &[0, 8]));
    let host = failing(&[], ErrorKind::Other);
    let report = run(&plan(steps), host.clone(), &Options::default(), &Heard::default()).await;
    assert!(outcomes(&report).iter().all(|o| o == "done"));
    assert_eq!(host.under_way.lock().unwrap().1, 4);
    assert_eq!(host.called().last(), Some(&9));
}

#[tokio::test]
async fn an_unreachable_engine_is_asked_again_a_few_times_and_each_is_told() {
    let host = Scripted::new(|_, _| Err(Error::new(ErrorKind::Unreachable, "no socket")));
    let heard = Heard::default();
    let report = run(&plan(vec![step(0, pull("a"), &[])]), host.clone(), &Options::default(), &heard).await;
    assert_eq!(outcomes(&report), ["failed Unreachable"]);
    assert_eq!(host.called().len(), 4);
    let retries = heard.0.lock().unwrap().iter().filter(|e| matches!(e, Event::StepRetry { .. })).count();
    assert_eq!(retries, 3);
}

#[tokio::test]
async fn a_refusal_is_not_asked_again() {
    let host = failing(&[0], ErrorKind::Conflict);
    run(&plan(vec![step(0, pull("a"), &[])]), host.clone(), &Options::default(), &Heard::default()).await;
    assert_eq!(host.called(), [0]);
}

/// Sends each wish so many milliseconds after the one before it.
fn wishes(wishes: &'static [(u64, Stop)]) -> Options {
    let (sender, cancel) = watch::channel(Stop::Run);
    tokio::spawn(async move {
        for (at, stop) in wishes {
            tokio::time::sleep(Duration::from_millis(*at)).await;
            sender.send(*stop).unwrap();
        }
        std::future::pending::<()>().await;
    });
    Options { cancel, ..Options::default() }
}

#[tokio::test]
async fn stopping_once_finishes_what_is_under_way_and_begins_nothing() {
    let plan = plan(vec![step(0, pull("a"), &[]), step(1, pull("b"), &[0])]);
    let host = failing(&[], ErrorKind::Other);
    let heard = Heard::default();
    let report = run(&plan, host.clone(), &wishes(&[(200, Stop::Stop)]), &heard).await;
    assert_eq!(outcomes(&report), ["done", "skipped"]);
    assert!(report.cancelled);
    assert!(heard.0.lock().unwrap().contains(&Event::Stopping));
}

#[tokio::test]
async fn stopping_twice_drops_what_is_under_way() {
    let plan = plan(vec![step(0, pull("a"), &[]), step(1, pull("b"), &[0]), step(2, pull("c"), &[])]);
    let host = failing(&[], ErrorKind::Other);
    let options = wishes(&[(100, Stop::Stop), (100, Stop::Abort)]);
    let report = run(&plan, host.clone(), &options, &Heard::default()).await;
    assert_eq!(outcomes(&report), ["failed Cancelled", "skipped by s-0", "failed Cancelled"]);
    assert_eq!(host.under_way.lock().unwrap().0, 2, "neither call came back");
}

fn routes(file: &str, key: &str, after: Arg) -> Call {
    Call::Routes {
        container: after,
        file: file.to_owned(),
        set: [(format!("http.routers.{key}"), json!({"rule": "Host(`a`)"}))].into(),
        remove: BTreeSet::new(),
    }
}

#[tokio::test]
async fn routes_of_one_file_go_in_one_call_and_each_step_is_reported() {
    let to = || Arg::Handle("t".to_owned());
    let plan = plan(vec![
        step(0, routes("a.yml", "site-a", to()), &[]),
        step(1, routes("b.yml", "site-b", to()), &[]),
        step(2, routes("a.yml", "site-c", to()), &[]),
    ]);
    let host = failing(&[], ErrorKind::Other);
    let report = run(&plan, host.clone(), &Options::default(), &Heard::default()).await;
    assert_eq!(outcomes(&report), ["done", "done", "done"]);
    assert_eq!(host.called(), [0, 1]);
    let log = host.log.lock().unwrap();
    assert!(matches!(&log[0].1, Call::Routes { set, .. } if set.len() == 2));
}

#[tokio::test]
async fn a_bad_route_harms_nobody_but_its_owner() {
    let to = || Arg::Handle("t".to_owned());
    let keys = ["site-a", "site-bad", "site-c"];
    let steps =
        keys.iter().zip(0..).map(|(key, i)| step(i, routes("a.yml", key, to()), &[])).collect::<Vec<_>>();
    let host = Scripted::new(|call, _| match call {
        Call::Routes { set, .. } if set.keys().any(|k| k.contains("bad")) => {
            Err(Error::new(ErrorKind::Invalid, "Traefik refuses it"))
        }
        _ => Ok(Output::default()),
    });
    let report = run(&plan(steps), host, &Options::default(), &Heard::default()).await;
    assert_eq!(outcomes(&report), ["done", "failed Invalid", "done"]);
}

#[tokio::test]
async fn what_an_earlier_step_made_is_used_and_what_it_did_not_make_is_an_error() {
    let made = |_: &Call, step: StepId| Ok(Output { handle: (step.0 == 0).then(|| "abc".to_owned()) });
    let start = |of: u32| Call::StartContainer { container: Arg::Output(StepId(of)) };
    let object = ObjectId::new("bench.a", ObjectKind::Container, "x");
    let plan = plan(vec![
        step(0, pull("a"), &[]),
        step(1, start(0), &[0]),
        step(2, start(1), &[1]),
        step(3, Call::StartContainer { container: Arg::Object(object) }, &[]),
        step(4, pull("x"), &[77]),
        Step { host: "elsewhere".to_owned(), ..step(5, pull("x"), &[]) },
    ]);
    let host = Scripted::new(made);
    let report = run(&plan, host.clone(), &Options::default(), &Heard::default()).await;
    let bad = "failed Other";
    assert_eq!(outcomes(&report), ["done", "done", bad, bad, bad, bad]);
    let started = Call::StartContainer { container: Arg::Handle("abc".to_owned()) };
    assert_eq!(host.log.lock().unwrap()[1].1, started);
}

fn info(id: &str) -> LockInfo {
    LockInfo {
        id: id.to_owned(),
        who: format!("{id}@ci"),
        pid: 7,
        machine: "m".to_owned(),
        operation: "apply".to_owned(),
        created: "2026-11-22T20:00:00Z".to_owned(),
    }
}

#[tokio::test]
async fn a_lost_lock_begins_nothing_more() {
    let sandbox = Arc::new(Sandbox::default());
    let all = hosts(sandbox.clone());
    let heard = Heard::default();
    let locks = lock::acquire(&all, "f", &info("one"), lock::TIMEOUT, &heard).await.unwrap();
    let thief = sandbox.clone();
    let hook = move |point: FailPoint| {
        if point.step == StepId(1) && point.when == When::BeforeCall {
            thief.break_lock();
        }
        ControlFlow::Continue(())
    };
    let options =
        Options { locks: Some(Arc::new(locks)), fail_point: Some(Arc::new(hook)), ..Options::default() };
    let steps = vec![step(0, pull("a"), &[]), step(1, pull("b"), &[0]), step(2, pull("c"), &[0, 1])];
    let steps = steps.into_iter().chain([step(3, pull("d"), &[0])]).collect();
    let options = Options { parallelism: 1, ..options };
    let report = run(&plan(steps), sandbox.clone(), &options, &heard).await;
    assert_eq!(outcomes(&report), ["done", "failed Locked", "skipped by s-1", "skipped"]);
    assert_eq!(report.halted.unwrap().kind, ErrorKind::Locked);
    assert_eq!(sandbox.state().unwrap().images.len(), 1);
}

#[tokio::test]
async fn a_held_host_is_waited_for_and_its_holder_is_named() {
    let sandbox: Arc<dyn Host> = Arc::new(Sandbox::default());
    let all: BTreeMap<_, _> =
        [("a".to_owned(), Arc::new(Sandbox::default()) as Arc<dyn Host>), ("b".to_owned(), sandbox.clone())]
            .into();
    let heard = Heard::default();
    let only_b = hosts(sandbox);
    let first = lock::acquire(&only_b, "f", &info("first"), Duration::ZERO, &heard).await.unwrap();
    let error =
        lock::acquire(&all, "f", &info("second"), Duration::from_millis(700), &heard).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Locked);
    for part in ["host `b`", "first@ci", "Lock Info:", "ID:        first", "Operation: apply", "Created:"] {
        assert!(error.message.contains(part), "{part} is not in {}", error.message);
    }
    let waits = heard.0.lock().unwrap().iter().filter(|e| matches!(e, Event::LockWaiting { .. })).count();
    assert_eq!(waits, 1, "the same holder is told once");
    assert!(first.release().await.is_empty());
    // What was taken before the failure was given back.
    lock::acquire(&all, "f", &info("third"), Duration::ZERO, &heard).await.unwrap();
}

fn directory() -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().to_owned();
    (directory, path)
}

fn written(state: &Path) -> journal::History {
    journal::read(&journal::path(state, "f")).unwrap()
}

#[tokio::test]
async fn the_journal_has_each_intent_before_its_call_and_each_outcome_after_it() {
    let (_keep, state) = directory();
    let sandbox = Arc::new(Sandbox::default());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (told, looked) = (seen.clone(), state.clone());
    let hook = move |point: FailPoint| {
        let history = written(&looked);
        let step = history.runs[0].step(point.step).cloned().expect("the intent is on disk");
        told.lock().unwrap().push((point.when, step.intent.is_some(), step.outcome.is_some()));
        ControlFlow::Continue(())
    };
    let options = Options {
        journal: Some(Arc::new(Journal::open(&state, "f").unwrap())),
        fail_point: Some(Arc::new(hook)),
        ..Options::default()
    };
    let steps =
        vec![step(0, pull("a"), &[]), step(1, pull("missing.invalid/b"), &[0]), step(2, pull("c"), &[1])];
    let report = run(&plan(steps), sandbox, &options, &Heard::default()).await;
    assert_eq!(outcomes(&report), ["done", "failed ImageMissing", "skipped by s-1"]);
    let expected = [(When::BeforeCall, false), (When::AfterCall, false), (When::AfterJournal, true)];
    let expected: Vec<_> =
        expected.iter().chain(&expected).map(|(w, outcome)| (*w, true, *outcome)).collect();
    assert_eq!(*seen.lock().unwrap(), expected);
    let history = written(&state);
    let logged = history.run(&report.run[..6]).unwrap();
    assert_eq!(logged.tally(), (1, 1, 1));
    assert!(logged.ended.is_some());
    let failed = logged.step(StepId(1)).unwrap();
    assert_eq!(failed.intent.as_ref().unwrap().call, "pull-image");
    assert!(
        matches!(&failed.outcome, Some(Outcome::Failed { error }) if error.message.contains("manifest unknown"))
    );
}

#[tokio::test]
async fn a_full_disk_under_the_journal_stops_everything_before_the_call() {
    let options = Options {
        journal: Some(Arc::new(Journal::at(PathBuf::from("/dev/full")).unwrap())),
        ..Options::default()
    };
    let sandbox = Arc::new(Sandbox::default());
    let report =
        run(&plan(vec![step(0, pull("a"), &[])]), sandbox.clone(), &options, &Heard::default()).await;
    assert_eq!(outcomes(&report), ["skipped"]);
    assert_eq!(report.halted.unwrap().kind, ErrorKind::NoSpace);
    assert!(sandbox.state().unwrap().images.is_empty());
}

#[tokio::test]
async fn a_torn_line_in_the_journal_costs_that_line_only() {
    let (_keep, state) = directory();
    let path = journal::path(&state, "f");
    for torn in [false, true] {
        if torn {
            use std::io::Write as _;
            let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
            file.write_all(b"{\"type\":\"inte").unwrap();
        }
        let options =
            Options { journal: Some(Arc::new(Journal::open(&state, "f").unwrap())), ..Options::default() };
        run(&plan(vec![step(0, pull("a"), &[])]), Arc::new(Sandbox::default()), &options, &Heard::default())
            .await;
    }
    let history = written(&state);
    assert_eq!((history.runs.len(), history.unreadable_lines), (2, 1));
    assert!(history.runs.iter().all(|r| r.tally() == (1, 0, 0) && r.ended.is_some()));
}

#[tokio::test]
async fn a_large_journal_is_moved_aside_and_still_read() {
    let (_keep, state) = directory();
    let path = journal::path(&state, "f");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let file = std::fs::File::create(&path).unwrap();
    file.set_len(journal::LIMIT + 1).unwrap();
    let options =
        Options { journal: Some(Arc::new(Journal::open(&state, "f").unwrap())), ..Options::default() };
    run(&plan(vec![step(0, pull("a"), &[])]), Arc::new(Sandbox::default()), &options, &Heard::default())
        .await;
    assert!(journal::old_path(&path).exists());
    assert!(std::fs::metadata(&path).unwrap().len() < 10_000);
    assert_eq!(written(&state).runs.len(), 1);
}

#[tokio::test]
async fn a_run_that_died_leaves_an_intent_without_an_outcome() {
    let (_keep, state) = directory();
    let hook = |point: FailPoint| {
        if point.when == When::AfterCall { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let options = Options {
        journal: Some(Arc::new(Journal::open(&state, "f").unwrap())),
        fail_point: Some(Arc::new(hook)),
        ..Options::default()
    };
    let steps = vec![step(0, pull("a"), &[]), step(1, pull("b"), &[0])];
    run(&plan(steps), Arc::new(Sandbox::default()), &options, &Heard::default()).await;
    let history = written(&state);
    assert_eq!(history.runs[0].ended, None);
    assert_eq!(history.runs[0].steps.len(), 1);
    assert_eq!(history.runs[0].steps[0].outcome, None);
}
