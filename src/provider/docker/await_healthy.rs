//! Waiting until a container is healthy, or runs and stays where no health is looked at; with its last words when not.

use std::ops::RangeInclusive;
use std::time::Duration;

use bollard::models::{ContainerInspectResponse, ContainerState, HealthStatusEnum};
use bollard::query_parameters::LogsOptions;
use futures_util::StreamExt as _;
use tokio::time::Instant;

use super::client::{ANSWER, Engine, within};
use crate::provider::{Error, ErrorKind, Output};

/// Between two looks, at first and at most. A look is a process in the container, which would rather use the processor to get ready: who
/// has waited long looks less often.
const LOOK: RangeInclusive<Duration> = Duration::from_millis(300)..=Duration::from_secs(3);
/// How long a container without a health check must have stayed up.
const STAYED: Duration = Duration::from_secs(1);
/// Restarts while we wait after which there is no hope.
const RESTARTS: i64 = 3;

/// What was seen since we began.
struct Watch {
    /// Since when it runs as the same process.
    running: Option<(Instant, String)>,
    /// Restarts at the first look.
    restarts: i64,
    /// Failed looks at the first look, when it was unhealthy already: it may be about to recover.
    unhealthy: Option<i64>,
    said: String,
}

enum Verdict {
    Ready,
    Lost(String),
    Wait(String),
}

impl Engine {
    /// Waits. `within` is in seconds.
    pub(super) async fn await_healthy(
        &self,
        fleet: &str,
        container: &str,
        seconds: u64,
        progress: &(dyn Fn(&str) + Send + Sync),
    ) -> Result<Output, Error> {
        let what = "wait for a container";
        let began = Instant::now();
        let end = began + Duration::from_secs(seconds);
        let mut watch: Option<Watch> = None;
        loop {
            let mut seen = self.our_container(container, fleet, what).await?;
            let health = self.health(&seen).await;
            if let Some(known) = seen.state.as_mut().and_then(|state| state.health.as_mut()) {
                known.status = health;
            }
            let watch = watch.get_or_insert_with(|| Watch::begin(&seen));
            let now = watch.look(&seen);
            let reason = match now {
                Verdict::Ready => return Ok(Output::default()),
                Verdict::Lost(reason) => reason,
                Verdict::Wait(state) if Instant::now() < end => {
                    if watch.said != state {
                        progress(&state);
                        watch.said = state;
                    }
                    tokio::time::sleep_until(end.min(Instant::now() + pause(began.elapsed()))).await;
                    continue;
                }
                Verdict::Wait(state) => format!("is still {state} after {seconds} s"),
            };
            return Err(self.unhealthy(container, &seen, &reason).await);
        }
    }

    async fn unhealthy(&self, container: &str, seen: &ContainerInspectResponse, reason: &str) -> Error {
        let name = seen.name.as_deref().unwrap_or(container).trim_start_matches('/');
        let mut message = format!("{name} {reason}");
        if let Some(words) = last_check(seen) {
            message.push_str(&format!("; its health check says: {words}"));
        }
        let lines = self.last_lines(container).await;
        if !lines.is_empty() {
            message.push_str(&format!("\nits log ends with:\n{lines}"));
        }
        Error::new(ErrorKind::Unhealthy, message).advise(format!("`docker logs {name}` has the rest"))
    }

    /// The end of a container's log; nothing where it cannot be read, for it only adorns an error.
    async fn last_lines(&self, container: &str) -> String {
        let text = self.log_end(container, 8).await.unwrap_or_default();
        let lines = text.lines().map(|line| line.trim_end().chars().take(300).collect::<String>());
        lines.filter(|line| !line.is_empty()).map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
    }
}

impl Engine {
    /// The last lines of a container's log, as far as they can be read.
    pub(in crate::provider) async fn log_end(&self, container: &str, lines: u32) -> Result<String, Error> {
        let options =
            LogsOptions { stdout: true, stderr: true, tail: lines.to_string(), ..LogsOptions::default() };
        let read = async {
            let mut text = String::new();
            let mut stream = std::pin::pin!(self.docker.logs(container, Some(options)));
            while let Some(Ok(piece)) = stream.next().await {
                text.push_str(&String::from_utf8_lossy(piece.as_ref()));
            }
            text
        };
        within(ANSWER / 6, "read a log", read).await
    }
}

/// Until the next look, after this long a wait: a third of it.
fn pause(waited: Duration) -> Duration {
    (waited / 3).clamp(*LOOK.start(), *LOOK.end())
}

impl Watch {
    fn begin(seen: &ContainerInspectResponse) -> Self {
        let health = seen.state.as_ref().and_then(|s| s.health.as_ref());
        let unhealthy = health.filter(|h| h.status == Some(HealthStatusEnum::UNHEALTHY));
        Self {
            running: None,
            restarts: seen.restart_count.unwrap_or(0),
            unhealthy: unhealthy.map(|h| h.failing_streak.unwrap_or(0)),
            said: String::new(),
        }
    }

    fn look(&mut self, seen: &ContainerInspectResponse) -> Verdict {
        let state = seen.state.clone().unwrap_or_default();
        let restarts = seen.restart_count.unwrap_or(0) - self.restarts;
        if restarts >= RESTARTS {
            return Verdict::Lost(format!("{}, again and again ({restarts} restarts)", ended(&state)));
        }
        if state.restarting == Some(true) {
            self.running = None;
            return Verdict::Wait("restarting".to_owned());
        }
        if state.running != Some(true) {
            return Verdict::Lost(ended(&state));
        }
        if state.paused == Some(true) {
            return Verdict::Wait("paused".to_owned());
        }
        match state.health.as_ref().and_then(|health| health.status) {
            None | Some(HealthStatusEnum::EMPTY | HealthStatusEnum::NONE) => self.stayed(&state),
            Some(HealthStatusEnum::HEALTHY) => Verdict::Ready,
            Some(HealthStatusEnum::STARTING) => Verdict::Wait("starting".to_owned()),
            Some(HealthStatusEnum::UNHEALTHY) => {
                let streak = state.health.and_then(|health| health.failing_streak).unwrap_or(0);
                if self.unhealthy.is_some_and(|before| streak == before) {
                    Verdict::Wait("unhealthy".to_owned())
                } else {
                    Verdict::Lost("is unhealthy".to_owned())
                }
            }
        }
    }

    fn stayed(&mut self, state: &ContainerState) -> Verdict {
        let started = state.started_at.clone().unwrap_or_default();
        match &self.running {
            Some((since, process)) if *process == started && since.elapsed() >= STAYED => Verdict::Ready,
            Some((_, process)) if *process == started => Verdict::Wait("running".to_owned()),
            _ => {
                self.running = Some((Instant::now(), started));
                Verdict::Wait("running".to_owned())
            }
        }
    }
}

fn ended(state: &ContainerState) -> String {
    let code = state.exit_code.unwrap_or(0);
    if state.oom_killed == Some(true) {
        return format!("ended with code {code}: it ran out of memory");
    }
    match state.error.as_deref() {
        Some(error) if !error.is_empty() => format!("ended with code {code}: {}", super::errors::trim(error)),
        _ if state.started_at.as_deref().is_none_or(|at| at.starts_with("0001-")) => {
            "was never started".to_owned()
        }
        _ => format!("ended with code {code}"),
    }
}

fn last_check(seen: &ContainerInspectResponse) -> Option<String> {
    let last = seen.state.as_ref()?.health.as_ref()?.log.as_ref()?.last()?;
    let words = last.output.as_deref()?.split_whitespace().collect::<Vec<_>>().join(" ");
    (!words.is_empty()).then(|| words.chars().take(300).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_long_looks_less_often() {
        let pauses = [0, 1, 2, 6, 30, 300].map(|s| pause(Duration::from_secs(s)).as_millis());
        assert_eq!(pauses, [300, 333, 666, 2000, 3000, 3000]);
    }
}
