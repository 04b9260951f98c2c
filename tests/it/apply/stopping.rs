//! Stopping once, and twice.

use std::time::Duration;

use tenantry::apply::{Event, Options, Stop};
use tenantry::provider::ErrorKind;
use tokio::sync::watch;

use super::{Heard, failing, outcomes, plan, pull, run, step};

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
