//! Locks: waited for, lost, given back.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use tenantry::apply::{Event, FailPoint, Options, When, lock};
use tenantry::desired::call::StepId;
use tenantry::provider::{ErrorKind, Host, LockInfo, Output};
use tenantry::sandbox::Sandbox;
use tenantry::world::Memory;
use tenantry::world::secret::Opener;

use super::{Heard, Scripted, hosts, outcomes, plan, pull, run, step};

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
    let (locks, _) = lock::acquire(&all, "f", &info("one"), lock::TIMEOUT, &heard).await.unwrap();
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
    let (first, _) = lock::acquire(&only_b, "f", &info("first"), Duration::ZERO, &heard).await.unwrap();
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

#[tokio::test]
async fn a_host_without_a_lock_stops_itself_and_nothing_is_called_on_it() {
    let dead = Scripted::new(|_, _| Ok(Output::default()));
    let alive = Arc::new(Sandbox::default());
    let all: BTreeMap<String, Arc<dyn Host>> =
        [("h".to_owned(), dead.clone() as Arc<dyn Host>), ("k".to_owned(), alive.clone() as Arc<dyn Host>)]
            .into();
    let heard = Heard::default();
    let (locks, without) = lock::acquire(&all, "f", &info("one"), Duration::ZERO, &heard).await.unwrap();
    assert!(locks.holds("k") && !locks.holds("h"));
    assert_eq!(without.keys().collect::<Vec<_>>(), ["h"]);
    // It answers a moment later, and a plan has steps on it: none of them is made.
    let options = Options { locks: Some(Arc::new(locks)), ..Options::default() };
    let mut there = step(1, pull("b"), &[]);
    there.host = "k".to_owned();
    let plan = plan(vec![step(0, pull("a"), &[]), there]);
    let options = Options { parallelism: 1, ..options };
    let world = Memory::default();
    let opener = Opener::new(&world, "f", None);
    let report = tenantry::apply::run(&plan, &all, &opener, &options, &heard).await;
    assert!(dead.called().is_empty());
    assert_eq!(outcomes(&report)[0], "failed Locked");
    assert!(report.halted.unwrap().message.contains("the lock of host `h` was never taken"));
}
