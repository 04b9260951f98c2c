//! The hook that was there before ours: it runs first, with what git says, and may refuse.

use std::io::Write as _;
use std::process::{Command, Stdio};

use super::{Here, Trouble};
use crate::gitops::{Hook, chained_hook};

/// Runs it. `false` when it refuses.
pub(super) fn first(here: &Here<'_>, hook: Hook, input: &[u8]) -> Result<bool, Trouble> {
    let Some(path) = chained_hook(&here.repository, hook)? else { return Ok(true) };
    let mut child = Command::new(&path).stdin(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // One that reads nothing is welcome to.
        let _ = stdin.write_all(input);
    }
    let status = child.wait()?;
    if !status.success() {
        here.output.note(format!("{} refuses ({status})", path.display()));
    }
    Ok(status.success())
}
