//! A container's own health check, run by us. The engine looks every half minute, since each look is a process in each container; who
//! waits for a container, or looks at one that has just started, asks at once.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use bollard::models::{ContainerInspectResponse, ContainerState, HealthStatusEnum};

use super::client::Engine;

/// The engine's default, for a check's time limit and for the time between two checks.
const DEFAULT: Duration = Duration::from_secs(30);

/// When a check passed that we ran, by the container and the start of its process. The engine would not have looked again before its interval
/// is over, so neither do we: a look at a whole fleet that has just been brought up is a command in each container else.
#[derive(Default)]
pub(super) struct Passed(Mutex<BTreeMap<(String, String), Instant>>);

impl Passed {
    fn note(&self, process: (String, String)) {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(process, Instant::now());
    }

    fn within(&self, interval: Duration, process: &(String, String)) -> bool {
        let passed = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        passed.get(process).is_some_and(|at| at.elapsed() < interval)
    }
}

impl Engine {
    /// What the engine says of a container's health; where it has not looked since the start, or said no the last time, what the check says
    /// now.
    pub(super) async fn health(&self, seen: &ContainerInspectResponse) -> Option<HealthStatusEnum> {
        let state = seen.state.as_ref()?;
        let said = state.health.as_ref().and_then(|health| health.status)?;
        let unsettled = matches!(said, HealthStatusEnum::STARTING | HealthStatusEnum::UNHEALTHY);
        Some(if unsettled && runs(state) && self.passes(seen).await {
            HealthStatusEnum::HEALTHY
        } else {
            said
        })
    }

    /// The same for a look at everything: a check that passed lately is not run again.
    pub(super) async fn health_of_late(&self, seen: &ContainerInspectResponse) -> Option<HealthStatusEnum> {
        let state = seen.state.as_ref()?;
        let said = state.health.as_ref().and_then(|health| health.status)?;
        let check = seen.config.as_ref().and_then(|config| config.healthcheck.as_ref());
        let interval = check.and_then(|check| duration(check.interval)).unwrap_or(DEFAULT);
        if said == HealthStatusEnum::STARTING
            && runs(state)
            && process(seen).is_some_and(|process| self.passed.within(interval, &process))
        {
            return Some(HealthStatusEnum::HEALTHY);
        }
        self.health(seen).await
    }

    /// Whether the check passes now. That it could not be run is a no.
    async fn passes(&self, seen: &ContainerInspectResponse) -> bool {
        let Some(id) = &seen.id else { return false };
        let check = seen.config.as_ref().and_then(|config| config.healthcheck.as_ref());
        let Some(check) = check else { return false };
        let test = check.test.as_deref().unwrap_or_default();
        let words: Vec<String> = match test {
            [kind, words @ ..] if kind == "CMD" => words.to_vec(),
            [kind, line] if kind == "CMD-SHELL" => ["/bin/sh", "-c", line].map(str::to_owned).to_vec(),
            _ => return false,
        };
        let limit = duration(check.timeout).unwrap_or(DEFAULT);
        let look = self.run_words(id, words, None, None, "look at a container's health");
        let passes = matches!(tokio::time::timeout(limit, look).await, Ok(Ok(said)) if said.code == 0);
        if passes && let Some(process) = process(seen) {
            self.passed.note(process);
        }
        passes
    }
}

fn runs(state: &ContainerState) -> bool {
    state.running == Some(true) && state.paused != Some(true) && state.restarting != Some(true)
}

/// What the engine writes in nanoseconds; nothing and 0 are its default.
fn duration(nanoseconds: Option<i64>) -> Option<Duration> {
    nanoseconds.and_then(|n| u64::try_from(n).ok()).filter(|n| *n > 0).map(Duration::from_nanos)
}

/// The container, and when its process began.
fn process(seen: &ContainerInspectResponse) -> Option<(String, String)> {
    Some((seen.id.clone()?, seen.state.as_ref()?.started_at.clone()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_that_passed_counts_for_its_interval_and_its_process_alone() {
        let process = |started: &str| ("id".to_owned(), started.to_owned());
        let passed = Passed::default();
        passed.note(process("1"));
        assert!(passed.within(DEFAULT, &process("1")));
        assert!(!passed.within(Duration::ZERO, &process("1")));
        assert!(!passed.within(DEFAULT, &process("2")));
    }
}
