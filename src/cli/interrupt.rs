//! Ctrl-C while a run is under way.

use tokio::sync::watch;

use crate::apply::Stop;

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
