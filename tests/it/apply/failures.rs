//! A failure stays where it is: what waits for it is skipped, all else goes on.

use tenantry::apply::{Event, Options};
use tenantry::desired::call::{Arg, Call};
use tenantry::desired::change::Step;
use tenantry::desired::{ObjectId, ObjectKind};
use tenantry::provider::{Error, ErrorKind};

use super::{Heard, Scripted, failing, outcomes, plan, pull, run, step};

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
async fn a_bench_runs_as_many_commands_at_a_time_as_it_may_and_another_bench_others() {
    let enable = |id: u32, bench: &str, at_once: u64| {
        let container = Arg::Handle(bench.to_owned());
        let call = Call::EnableScheduler { container, directory: format!("s{id}") };
        Step { at_once, ..step(id, call, &[]) }
    };
    let of_one = plan((0..4).map(|id| enable(id, "bench.a", 1)).collect());
    let of_two = plan(vec![enable(0, "bench.a", 1), enable(1, "bench.a", 1), enable(2, "bench.b", 1)]);
    // More than a host has places for other work, of which they take none.
    let many = (0..12).map(|id| enable(id, "bench.a", 6)).chain((12..20).map(|id| step(id, pull("a"), &[])));
    for (plan, most) in [(of_one, 1), (of_two, 2), (plan(many.collect()), 10)] {
        let host = failing(&[], ErrorKind::Other);
        let report = run(&plan, host.clone(), &Options::default(), &Heard::default()).await;
        assert!(outcomes(&report).iter().all(|o| o == "done"));
        assert_eq!(host.under_way.lock().unwrap().1, most);
    }
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
async fn what_leaves_half_a_site_behind_is_not_done_again() {
    let install = Call::InstallApp {
        container: Arg::Handle("backend".to_owned()),
        id: ObjectId::new("site.a", ObjectKind::Site, ""),
        directory: "a.example.org".to_owned(),
        app: "erpnext".to_owned(),
        force: false,
    };
    let host = failing(&[0], ErrorKind::ServerGone);
    let report =
        run(&plan(vec![step(0, install, &[])]), host.clone(), &Options::default(), &Heard::default()).await;
    assert_eq!((outcomes(&report), host.called()), (vec!["failed ServerGone".to_owned()], vec![0]));
}

#[tokio::test]
async fn a_refusal_is_not_asked_again() {
    let host = failing(&[0], ErrorKind::Conflict);
    run(&plan(vec![step(0, pull("a"), &[])]), host.clone(), &Options::default(), &Heard::default()).await;
    assert_eq!(host.called(), [0]);
}
