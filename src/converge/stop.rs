//! Somebody asks to stop while we wait.

use tokio::sync::watch;

use crate::apply::Stop;

/// What work comes to, unless a run is told to stop before it ends.
pub async fn unless<T>(
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
