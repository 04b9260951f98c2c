//! The way to an engine: a Unix socket, plain TCP or ssh; its version; and a time limit on every call.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bollard::{API_DEFAULT_VERSION, Docker};

use super::errors;
use super::probe::Passed;
use super::ssh::Tunnel;
use crate::provider::{Error, ErrorKind};

/// Where the engine listens unless it is told otherwise.
const SOCKET: &str = "unix:///var/run/docker.sock";
/// Seconds for the first answer.
const CONNECT: u64 = 5;
/// Seconds for an answer that does no lasting work.
pub(super) const ANSWER: u64 = 60;
/// The oldest API that we speak: Docker 19.03.
const OLDEST: (u32, u32) = (1, 40);

/// An engine that answered, with an API that is new enough.
#[derive(Clone)]
pub struct Engine {
    pub(super) docker: Docker,
    version: String,
    tunnel: Option<Arc<Tunnel>>,
    pub(super) passed: Arc<Passed>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("version", &self.version)
            .field("tunnel", &self.tunnel)
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// Reaches the engine at `at` (`unix:///path`, `tcp://host:port`, `ssh://user@host`), or the local one.
    ///
    /// # Errors
    /// When the address is none of these, nothing answers in time, it does not let us in, or it is too old.
    pub async fn connect(at: Option<&str>) -> Result<Self, Error> {
        let at = at.filter(|at| !at.is_empty()).unwrap_or(SOCKET);
        let what = format!("reach the Docker Engine at {at}");
        let (docker, tunnel) = open(at, &what)?;
        let mut engine = Self { docker, version: String::new(), tunnel, passed: Arc::default() };
        let answer = engine.within(
            CONNECT * if engine.tunnel.is_some() { 4 } else { 1 },
            &what,
            engine.docker.version(),
        );
        let version = match answer.await {
            Ok(version) => version,
            Err(error) if error.kind == ErrorKind::Timeout => {
                return Err(Error::new(ErrorKind::Unreachable, format!("{what}: it does not answer"))
                    .advise("is dockerd running, and not stuck?"));
            }
            // What ssh itself said is the reason, where it said something.
            Err(error) => {
                return Err(engine.tunnel.as_deref().and_then(|t| t.complaint(&what)).unwrap_or(error));
            }
        };
        engine.version = version.version.unwrap_or_default();
        let api = version.api_version.unwrap_or_default();
        new_enough(&api, &engine.version)?;
        Ok(engine)
    }

    /// `Docker 28.5.0`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("Docker {}", self.version)
    }

    /// The same engine, patient for as long as a call of `seconds` may take before its first answer.
    pub(super) fn patient(&self, seconds: u64) -> Docker {
        self.docker.clone().with_timeout(Duration::from_secs(seconds.saturating_add(ANSWER)))
    }

    /// An answer, whole, within so many seconds.
    pub(super) async fn within<T>(
        &self,
        seconds: u64,
        what: &str,
        call: impl Future<Output = Result<T, bollard::errors::Error>> + Send,
    ) -> Result<T, Error> {
        within(seconds, what, call).await?.map_err(|error| errors::map(what, &error))
    }
}

/// A time limit around anything; the inner result is the caller's.
pub(super) async fn within<T>(
    seconds: u64,
    what: &str,
    call: impl Future<Output = T> + Send,
) -> Result<T, Error> {
    tokio::time::timeout(Duration::from_secs(seconds), call)
        .await
        .map_err(|_| Error::new(ErrorKind::Timeout, format!("{what}: no answer within {seconds} s")))
}

fn open(at: &str, what: &str) -> Result<(Docker, Option<Arc<Tunnel>>), Error> {
    let map = |error: bollard::errors::Error| errors::map(what, &error);
    if at.starts_with("unix://") {
        return Ok((Docker::connect_with_unix(at, ANSWER, API_DEFAULT_VERSION).map_err(map)?, None));
    }
    if at.starts_with("tcp://") || at.starts_with("http://") {
        return Ok((Docker::connect_with_http(at, ANSWER, API_DEFAULT_VERSION).map_err(map)?, None));
    }
    if at.starts_with("ssh://") {
        let tunnel = Tunnel::open(at, "ssh")?;
        let docker =
            Docker::connect_with_unix(&tunnel.address(), ANSWER, API_DEFAULT_VERSION).map_err(map)?;
        return Ok((docker, Some(Arc::new(tunnel))));
    }
    let error = Error::new(ErrorKind::Invalid, format!("{what}: this is no address that we can use"));
    Err(error
        .advise("`unix:///path`, `tcp://host:port` and `ssh://user@host` work; for TLS, go by ssh instead"))
}

fn new_enough(api: &str, engine: &str) -> Result<(), Error> {
    let number =
        api.split_once('.').and_then(|(a, b)| Some((a.parse::<u32>().ok()?, b.parse::<u32>().ok()?)));
    if number.is_some_and(|number| number >= OLDEST) {
        return Ok(());
    }
    let (major, minor) = OLDEST;
    let message = format!(
        "Docker {engine} speaks API {api}; Tenantry needs API {major}.{minor} (Docker 19.03) or newer"
    );
    Err(Error::new(ErrorKind::TooOld, message).advise("upgrade the Docker Engine on that host"))
}

#[cfg(test)]
mod tests;
