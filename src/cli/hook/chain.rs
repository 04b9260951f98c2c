//! The hook that was there before ours: it runs first, with what git says, and may refuse.

use std::io::Write as _;

use super::{Here, Trouble};
use crate::gitops::{Hook, start_chained};

/// Runs it. `false` when it refuses.
pub(super) fn first(here: &Here<'_>, hook: Hook, input: &[u8]) -> Result<bool, Trouble> {
    let Some(mut child) = start_chained(&here.repository, hook)? else { return Ok(true) };
    if let Some(mut stdin) = child.stdin.take() {
        // One that reads nothing is welcome to.
        let _ = stdin.write_all(input);
    }
    let status = child.wait()?;
    if !status.success() {
        here.output.note(format!("the {} hook that was there before refuses ({status})", hook.name()));
    }
    Ok(status.success())
}
