//! The world said no.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What kind of no. The sandbox and the real parts agree on it call by call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorKind {
    /// The engine does not answer.
    Unreachable,
    /// It speaks an API older than we need.
    TooOld,
    /// It answers, and does not let us in.
    Denied,
    /// The thing is not there.
    NotFound,
    /// The name is taken by something else.
    NameTaken,
    /// It is in use, or in the wrong state for the call.
    Conflict,
    /// The engine calls the request invalid.
    Invalid,
    /// The image is not there and could not be pulled.
    ImageMissing,
    /// Created, and would not start.
    StartFailed,
    /// It ran, and did not become healthy in time.
    Unhealthy,
    /// A command in a container failed.
    ExecFailed,
    /// A database server does not take our password.
    WrongPassword,
    /// A database server, or an account, has no connection left.
    TooManyConnections,
    /// Somebody else holds a lock for too long.
    LockTimeout,
    /// A database server went away under the call.
    ServerGone,
    /// The image is not what the release says.
    ReleaseDiffers,
    /// A secret could not be opened.
    SecretUnopened,
    /// It took too long.
    Timeout,
    /// Another apply holds the host, or took it over.
    Locked,
    /// Stopped by the user.
    Cancelled,
    /// Out of space.
    NoSpace,
    /// Anything else.
    Other,
}

/// Why a call failed: the call, what the world said, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Error {
    /// What kind.
    pub kind: ErrorKind,
    /// What was said, without secrets.
    pub message: String,
    /// What to do about it, where that is known.
    pub advice: Option<String>,
}

impl Error {
    /// An error.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), advice: None }
    }

    /// Says what to do.
    #[must_use]
    pub fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// Whether the same call may succeed a moment later: a server that died starts again, and sessions end.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self.kind, ErrorKind::Unreachable | ErrorKind::ServerGone | ErrorKind::TooManyConnections)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
