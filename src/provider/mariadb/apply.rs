//! Calls on a server: SQL through the client in its container.

use crate::desired::call::Call;
use crate::provider::host::Cx;
use crate::provider::inside::Inside;
use crate::provider::{Error, ErrorKind, Output};

/// Executes a call in a container of ours; `mark` marks execs.
///
/// # Errors
/// What the world said.
pub async fn call(
    _inside: &dyn Inside,
    _container: &str,
    _mark: &str,
    _call: &Call,
    _cx: Cx<'_>,
) -> Result<Output, Error> {
    Err(Error::new(ErrorKind::Other, "not yet"))
}
