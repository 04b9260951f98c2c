//! An engine that answers on plain TCP lets in everybody who reaches the port, as root, and all passwords go there in clear.

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Engine, Model};
use crate::value::is_in_clear;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    for (_, host) in model.hosts.iter() {
        let Engine::Docker(Some(at)) = &host.engine.value else { continue };
        if !is_in_clear(at) {
            continue;
        }
        diagnostics.push(
            Diagnostic::warning(
                Code::CHECK_ENGINE_IN_CLEAR,
                format!("the engine of host `{}` is reached over plain TCP", host.meta.name),
            )
            .at(host.engine.span, format!("`{at}`: without TLS, and not this machine"))
            .note("every password of the fleet goes there in clear, and whoever reaches the port is root on that machine")
            .help("use `ssh://user@host`, which needs no port of the engine's own"),
        );
    }
}
