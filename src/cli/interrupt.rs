//! Somebody asks to stop while a run is under way: Ctrl-C, `kill`, a machine that goes down, a terminal that closes.

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::apply::Stop;

/// Once: finish what is under way. Twice: leave. A terminal that closes is told by its shell as well, so that its signal often
/// comes twice and nobody meant the second: it never makes a run leave.
pub(super) fn interrupts(outlives_terminal: bool) -> watch::Receiver<Stop> {
    let (sender, receiver) = watch::channel(Stop::Run);
    let open = |kind| signal(kind).ok();
    let mut ctrl_c = open(SignalKind::interrupt());
    let mut terminate = open(SignalKind::terminate());
    let mut hangup = if outlives_terminal { None } else { open(SignalKind::hangup()) };
    tokio::spawn(async move {
        let mut told = Stop::Run;
        while told != Stop::Abort {
            let leaves = tokio::select! {
                () = comes(&mut ctrl_c) => true,
                () = comes(&mut terminate) => true,
                () = comes(&mut hangup) => false,
            };
            told = if told == Stop::Stop && leaves { Stop::Abort } else { Stop::Stop };
            if sender.send(told).is_err() {
                return;
            }
        }
    });
    receiver
}

/// Until a signal comes; for ever where there is none to wait for.
async fn comes(signal: &mut Option<Signal>) {
    if let Some(one) = signal
        && one.recv().await.is_some()
    {
        return;
    }
    std::future::pending().await
}
