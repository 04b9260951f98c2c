//! The way of lines to the disk: those that come while a trip is under way share the next one.

use std::fs::File;
use std::io;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, OnceLock};

use tokio::sync::oneshot;

/// The thread that syncs; it begins with the first line and ends with its sandbox.
#[derive(Debug, Default)]
pub(super) struct Disk {
    trips: OnceLock<Sender<Trip>>,
}

struct Trip {
    file: Arc<File>,
    done: oneshot::Sender<io::Result<()>>,
}

impl Disk {
    /// Returns when everything that was written to a file is on the disk.
    ///
    /// # Errors
    /// What the system said.
    pub(super) async fn sync(&self, file: Arc<File>) -> io::Result<()> {
        let (done, answer) = oneshot::channel();
        let sent = self.trips.get_or_init(begin).send(Trip { file: Arc::clone(&file), done });
        match answer.await {
            Ok(result) if sent.is_ok() => result,
            // There is no thread to be had: then without one.
            _ => file.sync_data(),
        }
    }
}

fn begin() -> Sender<Trip> {
    let (sender, inbox) = mpsc::channel();
    // Where it does not begin its inbox is gone, and every sender learns that.
    let _ = std::thread::Builder::new().name("sandbox".to_owned()).spawn(move || run(&inbox));
    sender
}

fn run(inbox: &Receiver<Trip>) {
    while let Ok(first) = inbox.recv() {
        let mut trips = vec![first];
        trips.extend(inbox.try_iter());
        while let Some(file) = trips.first().map(|trip| Arc::clone(&trip.file)) {
            let result = file.sync_data();
            let (same, others) = trips.into_iter().partition(|trip| Arc::ptr_eq(&trip.file, &file));
            trips = others;
            let same: Vec<Trip> = same;
            for trip in same {
                let told = result.as_ref().copied().map_err(|e| io::Error::new(e.kind(), e.to_string()));
                // Who has stopped waiting needs no answer.
                let _ = trip.done.send(told);
            }
        }
    }
}
