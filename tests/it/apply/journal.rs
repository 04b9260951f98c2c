//! The journal: on disk before and after each call, and readable whatever happened to it.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use tenantry::apply::journal::{self, Journal};
use tenantry::apply::{FailPoint, Options, Outcome, When};
use tenantry::desired::call::StepId;
use tenantry::provider::ErrorKind;
use tenantry::sandbox::Sandbox;

use super::{Heard, outcomes, plan, pull, run, step};

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
