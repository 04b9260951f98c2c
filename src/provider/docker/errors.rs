//! What the engine says, in our words: its kind, without the noise around it.

use std::error::Error as _;
use std::io;

use bollard::errors::Error as Engine;

use crate::provider::{Error, ErrorKind};

/// What to do where an engine has no subnet left.
pub const MORE_NETWORKS: &str = "give the engine more of them, in its /etc/docker/daemon.json: `\"default-address-pools\": [{\"base\": \
                                 \"10.201.0.0/16\", \"size\": 24}]` is 256 (a range that nothing else there uses), and restart it; \
                                 `docker network prune` removes networks that nobody uses";

/// An error of the engine, told with what was being done.
pub(super) fn map(what: &str, error: &Engine) -> Error {
    match error {
        Engine::DockerResponseServerError { status_code, message } => said(what, *status_code, message),
        Engine::DockerStreamError { error } | Engine::DockerContainerWaitError { error, .. } => {
            said(what, 500, error)
        }
        Engine::RequestTimeoutError => {
            Error::new(ErrorKind::Timeout, format!("{what}: the engine took too long"))
        }
        Engine::SocketNotFoundError(path) => {
            Error::new(ErrorKind::Unreachable, format!("{what}: there is no socket at {path}"))
                .advise("is dockerd running?")
        }
        other => transport(what, other),
    }
}

/// The same for a container that was told to start: whatever else the engine says means that it would not.
pub(super) fn start(what: &str, error: &Engine) -> Error {
    let mut mapped = map(what, error);
    if matches!(mapped.kind, ErrorKind::Other | ErrorKind::Invalid | ErrorKind::Conflict) {
        mapped.kind = ErrorKind::StartFailed;
    }
    mapped
}

/// Whether the engine says that there is no such thing.
pub(super) const fn is_missing(error: &Engine) -> bool {
    matches!(error, Engine::DockerResponseServerError { status_code: 404, .. })
}

/// Whether the engine says that it is in conflict with something.
pub(super) const fn is_conflict(error: &Engine) -> bool {
    matches!(error, Engine::DockerResponseServerError { status_code: 409, .. })
}

fn said(what: &str, status: u16, message: &str) -> Error {
    let text = trim(message);
    let lower = message.to_lowercase();
    let has = |part: &str| lower.contains(part);
    let error = |kind| Error::new(kind, format!("{what}: {text}"));
    if has("no space left on device") {
        return error(ErrorKind::NoSpace)
            .advise("make room on the engine's disk; `docker system df` shows where it went");
    }
    if has("port is already allocated") || has("address already in use") {
        let port = port(message).map_or_else(|| "the port".to_owned(), |port| format!("port {port}"));
        return error(ErrorKind::StartFailed).advise(format!(
            "something else on the host holds {port}: `docker ps` and `ss -ltnp` show what"
        ));
    }
    // moby says it in either way, by its version.
    if has("address pool") || has("predefined address pools") {
        return error(ErrorKind::NoSpace).advise(MORE_NETWORKS);
    }
    if has("no such image") || has("manifest unknown") || has("manifest for ") {
        return error(ErrorKind::ImageMissing);
    }
    if has("active endpoints") {
        return error(ErrorKind::Conflict).advise("a container is still attached to it");
    }
    if status == 409 && has("already in use by container") {
        return error(ErrorKind::NameTaken);
    }
    error(match status {
        400 => ErrorKind::Invalid,
        401 | 403 => ErrorKind::Denied,
        404 => ErrorKind::NotFound,
        409 => ErrorKind::Conflict,
        _ => ErrorKind::Other,
    })
}

/// The engine wraps a cause in the names of the parts it went through; the cause is what helps.
pub(super) fn trim(message: &str) -> String {
    let mut text = message.trim();
    for prefix in ["Error response from daemon: ", "invalid reference format: "] {
        text = text.strip_prefix(prefix).unwrap_or(text);
    }
    if text.contains("OCI runtime") {
        if let Some((_, cause)) = text.rsplit_once("caused: ") {
            text = cause;
        } else if let Some((_, cause)) = text.rsplit_once("unable to start container process: ") {
            text = cause;
        }
    }
    text = text.strip_suffix(": unknown").unwrap_or(text);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `Bind for 0.0.0.0:80 failed: port is already allocated` and its relatives.
fn port(message: &str) -> Option<&str> {
    let at =
        message.find("Bind for ").map(|i| i + 9).or_else(|| message.find("listen tcp").map(|i| i + 10))?;
    let rest = message.get(at..)?;
    rest.split_whitespace().find_map(|word| {
        let port = word.trim_end_matches(':').rsplit_once(':')?.1;
        (!port.is_empty() && port.bytes().all(|b| b.is_ascii_digit())).then_some(port)
    })
}

fn transport(what: &str, error: &Engine) -> Error {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = error.source();
    let mut last = error.to_string();
    let mut kind = io_kind(error);
    while let Some(inner) = cause {
        if let Some(io) = inner.downcast_ref::<io::Error>() {
            kind = Some(io.kind());
        }
        last = inner.to_string();
        cause = inner.source();
    }
    let message = format!("{what}: {last}");
    match (error, kind) {
        (_, Some(io::ErrorKind::PermissionDenied)) => Error::new(ErrorKind::Denied, message).advise(
            "the engine's socket does not let this user in: run as a member of the `docker` group, or as root",
        ),
        (
            Engine::IOError { .. } | Engine::HyperResponseError { .. } | Engine::HyperLegacyError { .. },
            _,
        ) => Error::new(ErrorKind::Unreachable, message).advise("is dockerd running?"),
        _ => Error::new(ErrorKind::Other, message),
    }
}

fn io_kind(error: &Engine) -> Option<io::ErrorKind> {
    match error {
        Engine::IOError { err } => Some(err.kind()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
