//! A `bench` command, whose words nobody sees in the host's processes.

use std::time::Duration;

use super::document::Note;
use super::failure;
use crate::provider::frappe::parts::HOME;
use crate::provider::inside::{Inside, Script};
use crate::provider::{Error, ErrorKind};

/// `bench X` is this, without a second interpreter around it.
const PROGRAM: &str = include_str!("command.py");
/// Frappe prints a traceback with every variable in it: the end is enough, and the last line is ours. What is to be written
/// once the command has done its work is written by the same shell, which outlives us as the command does.
const SCRIPT: &str = r#"cd "$1/sites" || exit
{ ../env/bin/python -c "$2" 2>&1; code=$?
if [ "$code" = 0 ] && [ -n "$3" ]; then
printf %s "$4" | (cd "$1" && exec env/bin/python -I -S -c "$3") 2>&1; code=$?
[ "$code" = 0 ] || code=$((code + 1000))
fi
echo "
exit $code"; } | tail -c 60000"#;
/// What is added to the code of a note that could not be written.
const NOTE: i64 = 1000;
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
    /// What is written once it has done its work, for whoever looks later what it did. It holds no secret.
    pub(super) note: Option<&'a Note>,
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
        let (program, order) = self.note.map_or(("", ""), Note::parts);
        let arguments = [HOME, PROGRAM, program, order].map(str::to_owned);
        let script = Script { stdin: Some(&words), within: self.within, ..Script::new(SCRIPT, &arguments) };
        let mut run = inside.exec(container, exec, script);
        let said = loop {
            tokio::select! {
                said = &mut run => break said?,
                // It is still at work; who shows that has a clock.
                () = tokio::time::sleep(TICK) => progress(""),
            }
        };
        let text = String::from_utf8_lossy(&said.stdout).into_owned();
        let (text, code) = match text.trim_end().rsplit_once("\nexit ") {
            Some((text, code)) => (text.to_owned(), code.trim().parse().unwrap_or(-1)),
            None => (format!("{text}{}", said.complaint()), if said.code == 0 { -1 } else { said.code }),
        };
        match (code, self.note) {
            (0, _) => Ok(text),
            (code, Some(note)) if code > NOTE => {
                let why = text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
                Err(note.failed(code - NOTE, why))
            }
            _ => Err(failure::explain(self.words, code, &text, self.secrets)),
        }
    }
}
