//! Ctrl-C while a run is under way.

use tokio::sync::watch;

use crate::apply::Stop;

/// What work comes to, unless a run is told to stop before it ends.
pub(super) async fn unless<T>(
    stop: Stop,
    cancel: &watch::Receiver<Stop>,
    work: impl Future<Output = T>,
) -> Option<T> {
    let mut cancel = cancel.clone();
    tokio::select! {
        done = work => Some(done),
        Ok(_) = cancel.wait_for(|told| *told >= stop) => None,
    }
}

/// Ctrl-C once: finish what is under way. Twice: leave.
pub(super) fn interrupts() -> watch::Receiver<Stop> {
    let (sender, receiver) = watch::channel(Stop::Run);
    tokio::spawn(async move {
        for stop in [Stop::Stop, Stop::Abort] {
            if tokio::signal::ctrl_c().await.is_err() || sender.send(stop).is_err() {
                return;
            }
        }
    });
    receiver
}
