//! Which process a pid is, so that a later one with the same number is not taken for it. The only file here that reads
//! this machine.

use serde::{Deserialize, Serialize};

/// A process of one machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Process {
    /// When it began, in the kernel's ticks since boot.
    started: u64,
    /// The namespace in which its pid means it: two containers share a kernel and have their own pids.
    pids: String,
}

/// The process that a pid is now, where this system tells.
pub(super) fn of(pid: u32) -> Option<Process> {
    Some(Process { started: started(pid)?, pids: namespace()? })
}

/// Whether a process is surely gone: its kernel and namespace are ours, and there is no such process. `None` is: not
/// for us to say.
pub(super) fn is_gone(machine: &str, pid: u32, process: Option<&Process>) -> Option<bool> {
    let process = process?;
    if machine.is_empty() || boot()? != machine || namespace()? != process.pids {
        return None;
    }
    Some(started(pid) != Some(process.started))
}

fn namespace() -> Option<String> {
    Some(std::fs::read_link("/proc/self/ns/pid").ok()?.to_string_lossy().into_owned())
}

fn boot() -> Option<String> {
    Some(text("/proc/sys/kernel/random/boot_id")?.trim().to_owned())
}

fn started(pid: u32) -> Option<u64> {
    let stat = text(&format!("/proc/{pid}/stat"))?;
    // The second field is the name in parentheses, which may hold anything.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    // A zombie has ended; only its parent has not noticed.
    fields.next().filter(|state| !matches!(*state, "Z" | "X"))?;
    fields.nth(18)?.parse().ok()
}

#[expect(clippy::disallowed_methods, reason = "what the kernel says of processes is no file of the fleet")]
fn text(path: &str) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

#[cfg(test)]
mod tests;
