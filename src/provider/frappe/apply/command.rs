//! A `bench` command, whose words nobody sees in the host's processes.

use std::time::Duration;

use tokio::time::Instant;

use super::failure;
use crate::provider::frappe::parts::HOME;
use crate::provider::inside::{Inside, Script};
use crate::provider::{Error, ErrorKind};

/// `bench X` is this, without a second interpreter around it.
const PROGRAM: &str = include_str!("command.py");
/// Frappe prints a traceback with every variable in it: the end is enough, and the last line is ours.
const SCRIPT: &str = r#"cd "$1/sites" || exit
{ ../env/bin/python -c "$2" 2>&1; echo "
exit $?"; } | tail -c 60000"#;
/// Between two words on how long it takes.
const TICK: Duration = Duration::from_secs(5);

/// A command and how long it may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Command<'a> {
    /// The words after `bench`.
    pub(super) words: &'a [&'a str],
    /// Those that must not be repeated.
    pub(super) secrets: &'a [&'a str],
    /// Seconds.
    pub(super) within: u64,
}

impl Command<'_> {
    /// Runs it to its end; what it printed last.
    pub(super) async fn run(
        self,
        inside: &dyn Inside,
        container: &str,
        exec: &str,
        progress: &(dyn Fn(&str) + Send + Sync),
    ) -> Result<String, Error> {
        let words = serde_json::to_vec(self.words)
            .map_err(|error| Error::new(ErrorKind::Invalid, error.to_string()))?;
        let arguments = [HOME, PROGRAM].map(str::to_owned);
        let script = Script { stdin: Some(&words), within: self.within, ..Script::new(SCRIPT, &arguments) };
        let began = Instant::now();
        let mut run = inside.exec(container, exec, script);
        let said = loop {
            tokio::select! {
                said = &mut run => break said?,
                () = tokio::time::sleep(TICK) => progress(&format!("{} s", began.elapsed().as_secs())),
            }
        };
        let text = String::from_utf8_lossy(&said.stdout).into_owned();
        let (text, code) = match text.trim_end().rsplit_once("\nexit ") {
            Some((text, code)) => (text.to_owned(), code.trim().parse().unwrap_or(-1)),
            None => (format!("{text}{}", said.complaint()), if said.code == 0 { -1 } else { said.code }),
        };
        if code == 0 { Ok(text) } else { Err(failure::explain(self.words, code, &text, self.secrets)) }
    }
}
