//! What one live test brought up and left as it found it, for the next one: a bring-up costs more processor time than most tests do.
//!
//! Nobody waits for anybody: a test that finds nothing here brings up its own, so there are never more than run at once. What a
//! test has left in another state, or failed on, does not come back.

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, Once, PoisonError};

/// Things of one kind that are free.
pub struct Pool<T> {
    free: Mutex<Vec<T>>,
    /// How many tests take one altogether, and how many have: what is idle after the last one is taken away.
    tests: usize,
    taken: AtomicUsize,
}

impl<T> Pool<T> {
    pub const fn new(tests: usize) -> Self {
        Self { free: Mutex::new(Vec::new()), tests, taken: AtomicUsize::new(0) }
    }

    /// One that is free, or a new one.
    pub fn take(&self, make: impl FnOnce() -> T) -> T {
        self.taken.fetch_add(1, Ordering::Relaxed);
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        free.unwrap_or_else(make)
    }

    /// Puts one back that is as it was. After the last test all of them are dropped.
    pub fn put(&self, thing: T) {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        free.push(thing);
        if self.taken.load(Ordering::Relaxed) >= self.tests {
            free.clear();
        } else {
            clean_up_at_the_end();
        }
    }
}

/// What is still free when this process ends, since a filter left the last test out or one failed, is taken away then. Nothing that
/// is static is ever dropped, so another process waits for the end of this one: `tests/bed/leftovers.sh` knows what was noted.
fn clean_up_at_the_end() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let root = env!("CARGO_MANIFEST_DIR");
        // The end of its input is the end of this process, however that came; then somebody has to collect it.
        let wait = "cat; for _ in $(seq 100); do [ -e \"/proc/$1\" ] || break; sleep 0.1; done
                    exec flock \"$2/target/bed/lock\" bash \"$2/tests/bed/leftovers.sh\"";
        let keeper = Command::new("setsid")
            .args(["sh", "-c", wait, "sh", &std::process::id().to_string(), root])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        // Its input stays open as long as this process has it.
        std::mem::forget(keeper.expect("setsid starts"));
    });
}
