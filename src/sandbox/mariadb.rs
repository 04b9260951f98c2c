//! Servers on the model of a host.

use super::observe::{Look, Objects};
use super::state::State;
use crate::desired::ObjectId;
use crate::desired::call::Call;
use crate::desired::observed::{Observed, Present};
use crate::provider::host::{Cx, Output};
use crate::provider::{Error, ErrorKind};

/// Does one call.
pub(super) fn interpret(
    _state: &mut State,
    _container: &str,
    _call: &Call,
    _cx: Cx<'_>,
) -> Result<Output, Error> {
    Err(Error::new(ErrorKind::Other, "not yet"))
}

/// Looks at it.
pub(super) fn observe(_look: &Look<'_>, _seen: &Observed) -> Objects {
    Objects::new()
}

/// Puts what was seen of a real host into the model.
pub(super) fn restore(_state: &mut State, _fleet: &str, _id: &ObjectId, _seen: &Present) {}
