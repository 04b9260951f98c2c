//! Where a run takes place: all that is read of the environment, once, in `main`.

use std::ffi::OsString;
use std::path::PathBuf;

/// The surroundings of a run.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Arguments, the program's name first.
    pub arguments: Vec<OsString>,
    /// Colours on standard output.
    pub color: bool,
    /// Standard error is a terminal: progress may redraw.
    pub live: bool,
    /// Standard input is a terminal: questions may be asked.
    pub interactive: bool,
    /// Where sandboxes and journals are kept: `$XDG_STATE_HOME/tenantry`, else `~/.local/state/tenantry`.
    pub state: PathBuf,
    /// `DOCKER_HOST`.
    pub docker_host: Option<String>,
    /// `user@machine`.
    pub who: String,
    /// This boot of this machine: two processes that have the same one can see each other's process ids.
    pub boot: String,
    /// `TENANTRY_TEST_KILL`: the crash tests' place to die, e.g. `before:s-3`.
    pub kill: Option<String>,
}
