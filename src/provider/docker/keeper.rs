//! Keeps a command open in a container for as long as the lock is held: it ends with our connection, and so shows other
//! machines that we are there.

use std::time::Duration;

use bollard::exec::StartExecResults;
use bollard::models::ExecConfig;
use futures_util::StreamExt as _;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::client::{ANSWER, Engine};
use super::stale;
use crate::provider::{Error, ErrorKind};

/// Between two tries: well below what a contender waits between its looks.
const PAUSE: Duration = Duration::from_millis(700);
/// How long taking the lock waits for the first try.
const FIRST: Duration = Duration::from_secs(5);

/// The mark of a holder's command.
pub(super) fn mark(id: &str) -> String {
    format!("tenantry-lock:{id}")
}

/// The task that keeps the command open. Dropping it closes the connection.
pub(super) struct Keeper(JoinHandle<()>);

impl Keeper {
    /// Starts keeping; returns when the first try was made.
    pub(super) async fn start(engine: &Engine, fleet: &str, id: &str) -> Self {
        let (tell, told) = oneshot::channel();
        let task = tokio::spawn(keep(engine.clone(), fleet.to_owned(), mark(id), tell));
        // Not having one yet is no failure: the volume is the lock.
        let _ = tokio::time::timeout(FIRST, told).await;
        Self(task)
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn keep(engine: Engine, fleet: String, mark: String, tell: oneshot::Sender<()>) {
    let mut tell = Some(tell);
    loop {
        for container in stale::running(&engine, &fleet).await.unwrap_or_default() {
            // One without a shell, or just stopping, is passed over.
            if let Ok(opened) = open(&engine, &container, &mark).await {
                tell.take().map(|tell| tell.send(()));
                opened.until_closed().await;
                break;
            }
        }
        tell.take().map(|tell| tell.send(()));
        tokio::time::sleep(PAUSE).await;
    }
}

struct Open {
    output: std::pin::Pin<
        Box<
            dyn futures_util::Stream<Item = Result<bollard::container::LogOutput, bollard::errors::Error>>
                + Send,
        >,
    >,
    // Held, never written to: the command reads it until it is closed.
    _input: std::pin::Pin<Box<dyn tokio::io::AsyncWrite + Send>>,
}

impl Open {
    async fn until_closed(mut self) {
        while self.output.next().await.is_some_and(|piece| piece.is_ok()) {}
    }
}

async fn open(engine: &Engine, container: &str, mark: &str) -> Result<Open, Error> {
    let what = "hold the lock in a container";
    let config = ExecConfig {
        cmd: Some(["sh", "-c", "cat >/dev/null", mark].map(str::to_owned).to_vec()),
        attach_stdin: Some(true),
        attach_stdout: Some(true),
        ..ExecConfig::default()
    };
    let id = engine.within(ANSWER, what, engine.docker.create_exec(container, config)).await?.id;
    match engine.within(ANSWER, what, engine.docker.start_exec(&id, None)).await? {
        StartExecResults::Attached { output, input } => Ok(Open { output, _input: input }),
        StartExecResults::Detached => Err(Error::new(ErrorKind::ExecFailed, what)),
    }
}
