//! Another process of this machine, to know when it has ended.

use std::path::Path;

use super::file;

/// A process, told from a later one with the same number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    pid: u32,
    started: Option<String>,
}

impl Process {
    /// The process with a number.
    #[must_use]
    pub fn of(pid: u32) -> Self {
        Self { pid, started: started(pid) }
    }

    /// Whether it goes on.
    #[must_use]
    pub fn lives(&self) -> bool {
        self.started.is_some() && started(self.pid) == self.started
    }
}

/// When a process began, as the kernel counts; `None` for one that has ended, whether its parent has taken notice or not.
fn started(pid: u32) -> Option<String> {
    let stat = file::read_text(Path::new(&format!("/proc/{pid}/stat"))).ok()??;
    // The name stands in parentheses and may hold anything.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?;
    if matches!(state, "Z" | "X") {
        return None;
    }
    fields.nth(18).map(str::to_owned)
}
