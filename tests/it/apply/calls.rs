//! What becomes of a call on its way: routes of one file go together, arguments are filled in.

use std::collections::BTreeSet;

use serde_json::json;
use tenantry::apply::Options;
use tenantry::desired::call::{Arg, Call, StepId};
use tenantry::desired::change::Step;
use tenantry::desired::{ObjectId, ObjectKind};
use tenantry::provider::{Error, ErrorKind, Output};

use super::{Heard, Scripted, failing, outcomes, plan, pull, run, step};

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
async fn a_file_is_written_by_one_call_at_a_time() {
    let to = || Arg::Handle("t".to_owned());
    let plan = plan(vec![
        step(0, routes("a.yml", "site-a", to()), &[]),
        step(1, pull("x"), &[]),
        step(2, routes("a.yml", "site-b", to()), &[1]),
        step(3, routes("b.yml", "site-c", to()), &[]),
    ]);
    let host = Scripted::new(|call, _| match call {
        Call::Routes { set, .. } if set.keys().any(|k| k.ends_with("site-a")) => {
            Err(Error::new(ErrorKind::Invalid, "Traefik refuses it"))
        }
        _ => Ok(Output::default()),
    });
    let report = run(&plan, host.clone(), &Options::default(), &Heard::default()).await;
    assert_eq!(outcomes(&report), ["failed Invalid", "done", "done", "done"]);
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
