//! A container's own health check, run by us. The engine looks every half minute, since each look is a process in each container; who
//! waits for a container, or looks at one that has just started, asks at once.

use std::time::Duration;

use bollard::models::{ContainerInspectResponse, HealthStatusEnum};

use super::client::Engine;

/// The engine's default, in seconds.
const TIMEOUT: u64 = 30;

impl Engine {
    /// What the engine says of a container's health; where it has not looked since the start, or said no the last time, what the check says
    /// now.
    pub(super) async fn health(&self, seen: &ContainerInspectResponse) -> Option<HealthStatusEnum> {
        let state = seen.state.as_ref()?;
        let said = state.health.as_ref().and_then(|health| health.status)?;
        let unsettled = matches!(said, HealthStatusEnum::STARTING | HealthStatusEnum::UNHEALTHY);
        let runs =
            state.running == Some(true) && state.paused != Some(true) && state.restarting != Some(true);
        if unsettled && runs && self.passes(seen).await {
            Some(HealthStatusEnum::HEALTHY)
        } else {
            Some(said)
        }
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
        let limit = check.timeout.and_then(|nanoseconds| u64::try_from(nanoseconds).ok()).filter(|n| *n > 0);
        let limit = limit.map_or(Duration::from_secs(TIMEOUT), Duration::from_nanos);
        let look = self.run_words(id, words, None, None, "look at a container's health");
        matches!(tokio::time::timeout(limit, look).await, Ok(Ok(said)) if said.code == 0)
    }
}
