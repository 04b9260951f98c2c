//! Where a run takes place: all that is read of the environment, once, in `main`.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

/// The surroundings of a run.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Arguments, the program's name first.
    pub arguments: Vec<OsString>,
    /// Colours on standard output.
    pub color: bool,
    /// Standard output is a terminal: whoever stands by reads it.
    pub terminal: bool,
    /// Standard error is a terminal: progress may redraw.
    pub live: bool,
    /// Standard input is a terminal: questions may be asked.
    pub interactive: bool,
    /// Where sandboxes and journals are kept: `$XDG_STATE_HOME/tenantry`, else `~/.local/state/tenantry`; else why nowhere.
    pub state: Result<PathBuf, String>,
    /// The end of the terminal does not end the run.
    pub outlives_terminal: bool,
    /// `DOCKER_HOST`.
    pub docker_host: Option<String>,
    /// `user@machine`.
    pub who: String,
    /// This boot of this machine: two processes that have the same one can see each other's process ids.
    pub boot: String,
    /// What the commands that a hook runs may see of the hook's own variables: `PATH`, `HOME` and the like.
    pub kept: BTreeMap<String, String>,
    /// Who pushes, as git's server says: `REMOTE_USER` (HTTP), `GL_USER` (gitolite), else the user of this process.
    pub pusher: String,
    /// `git push -o`: `GIT_PUSH_OPTION_0` and so on.
    pub push_options: Vec<String>,
    /// `GIT_QUARANTINE_PATH`: where git keeps what is being pushed while a hook may still refuse it.
    pub quarantine: Option<PathBuf>,
    /// `TENANTRY_TEST_KILL`: the crash tests' place to die, e.g. `before:s-3`.
    pub kill: Option<String>,
}
