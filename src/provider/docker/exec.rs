//! Commands in containers. They outlive us when we are killed, so each carries the mark of its step in its arguments,
//! where the engine shows it.

use std::time::Duration;

use bollard::container::LogOutput;
use bollard::exec::StartExecResults;
use bollard::models::{ExecConfig, ExecInspectResponse};
use futures_util::StreamExt as _;
use tokio::io::AsyncWriteExt as _;

use super::archive::short;
use super::client::{ANSWER, Engine, within};
use super::errors;
use crate::desired::call::StepId;
use crate::provider::inside::{Said, Script};
use crate::provider::{Error, ErrorKind, Output};

/// The most that is kept of a stream: what a server says of thousands of databases, with room.
const KEPT: usize = 64 * 1024 * 1024;
/// Between two looks at an exec.
const LOOK: Duration = Duration::from_millis(500);

/// The mark of a step's execs.
#[must_use]
pub fn mark(run: &str, step: StepId) -> String {
    format!("tenantry:{run}:{step}")
}

/// The mark in an exec's arguments.
pub(super) fn marked(exec: &ExecInspectResponse) -> Option<&str> {
    let process = exec.process_config.as_ref()?;
    process.arguments.iter().flatten().map(String::as_str).find(|word| word.starts_with("tenantry"))
}

impl Engine {
    /// Runs a script and waits for its end.
    pub(super) async fn run(&self, container: &str, mark: &str, script: Script<'_>) -> Result<Said, Error> {
        let what = format!("run a command in {}", short(container));
        let limit = |error: Error| match error.kind {
            ErrorKind::Timeout => Error::new(
                ErrorKind::Timeout,
                format!("{what}: it did not end within {} s and goes on", script.within),
            ),
            _ => error,
        };
        within(script.within, &what, self.run_unlimited(container, mark, script, &what))
            .await
            .map_err(limit)?
    }

    async fn run_unlimited(
        &self,
        container: &str,
        mark: &str,
        script: Script<'_>,
        what: &str,
    ) -> Result<Said, Error> {
        let words = ["sh", "-c", script.text, mark].into_iter().map(str::to_owned);
        let words = words.chain(script.arguments.iter().cloned()).collect();
        self.run_words(container, words, script.user, script.stdin, what).await
    }

    /// Runs a program and waits for its end, however long that takes.
    pub(super) async fn run_words(
        &self,
        container: &str,
        words: Vec<String>,
        user: Option<&str>,
        stdin: Option<&[u8]>,
        what: &str,
    ) -> Result<Said, Error> {
        let config = ExecConfig {
            cmd: Some(words),
            attach_stdin: Some(stdin.is_some()),
            attach_stdout: Some(true),
            attach_stderr: Some(true),
            user: user.map(str::to_owned),
            ..ExecConfig::default()
        };
        let id = self.within(ANSWER, what, self.docker.create_exec(container, config)).await?.id;
        let started = within(ANSWER, what, self.docker.start_exec(&id, None)).await?;
        let mut said = Said { code: 0, stdout: Vec::new(), stderr: Vec::new() };
        match started.map_err(|error| failed(what, &error))? {
            StartExecResults::Detached => {}
            StartExecResults::Attached { mut output, mut input } => {
                let write = async {
                    // A command that ends without reading all of it closes the connection: its exit code tells.
                    let _ = input.write_all(stdin.unwrap_or_default()).await;
                    let _ = input.shutdown().await;
                };
                let read = async {
                    while let Some(piece) = output.next().await {
                        match piece.map_err(|error| errors::map(what, &error))? {
                            LogOutput::StdErr { message } => keep(&mut said.stderr, &message, what)?,
                            LogOutput::StdOut { message } | LogOutput::Console { message } => {
                                keep(&mut said.stdout, &message, what)?;
                            }
                            LogOutput::StdIn { .. } => {}
                        }
                    }
                    Ok::<(), Error>(())
                };
                tokio::join!(write, read).1?;
            }
        }
        // The streams may close a moment before the engine has the exit code.
        loop {
            let exec = self.within(ANSWER, what, self.docker.inspect_exec(&id)).await?;
            if let (Some(code), false) = (exec.exit_code, exec.running.unwrap_or(false)) {
                said.code = code;
                return Ok(said);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Marks of the execs that still run in a container, the lock's among them.
    pub(super) async fn running_marks(&self, exec_ids: &[String]) -> Result<Vec<String>, Error> {
        let mut marks = Vec::new();
        for id in exec_ids {
            match within(ANSWER, "look at a command", self.docker.inspect_exec(id)).await? {
                Ok(exec) if exec.running == Some(true) => marks.extend(marked(&exec).map(str::to_owned)),
                Ok(_) => {}
                // It ended in between.
                Err(error) if errors::is_missing(&error) => {}
                Err(error) => return Err(errors::map("look at a command", &error)),
            }
        }
        Ok(marks)
    }

    /// Waits until no exec with the mark runs in a container.
    pub(super) async fn await_exec(
        &self,
        container: &str,
        mark: &str,
        seconds: u64,
    ) -> Result<Output, Error> {
        let what = format!("wait for a command of an earlier run in {}", short(container));
        let wait = async {
            loop {
                let seen = match within(ANSWER, &what, self.docker.inspect_container(container, None)).await?
                {
                    Ok(seen) => seen,
                    // Its container is gone, and it with it.
                    Err(error) if errors::is_missing(&error) => return Ok(Output::default()),
                    Err(error) => return Err(errors::map(&what, &error)),
                };
                if !self.running_marks(&seen.exec_ids.unwrap_or_default()).await?.iter().any(|m| m == mark) {
                    return Ok(Output::default());
                }
                tokio::time::sleep(LOOK).await;
            }
        };
        within(seconds, &what, wait).await?
    }
}

/// Half of an answer is none: it could read as if the rest were not there.
fn keep(kept: &mut Vec<u8>, piece: &[u8], what: &str) -> Result<(), Error> {
    if kept.len().saturating_add(piece.len()) > KEPT {
        let why = format!("{what}: it says more than {} MiB", KEPT >> 20);
        return Err(Error::new(ErrorKind::ExecFailed, why));
    }
    kept.extend_from_slice(piece);
    Ok(())
}

/// A shell that is not there is a failed command; everything else keeps its kind.
fn failed(what: &str, error: &bollard::errors::Error) -> Error {
    let mut mapped = errors::map(what, error);
    if matches!(mapped.kind, ErrorKind::Invalid | ErrorKind::Other) {
        mapped.kind = ErrorKind::ExecFailed;
    }
    mapped
}
