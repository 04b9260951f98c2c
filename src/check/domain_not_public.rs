//! No public authority signs names that only exist in a private network.

use super::facts::answers;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Engine, Model};

/// Top-level names that are reserved (RFC 2606, 6761, 6762, 8375) or used as private ones. `example` is left out: it
/// stands in documentation for a real name.
const PRIVATE: [&str; 8] = ["corp", "home", "internal", "invalid", "lan", "local", "localhost", "test"];

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    let Some(certificates) = &model.fleet.certificates else { return };
    // An authority of one's own may sign anything, and a sandbox asks none.
    if certificates.acme.as_ref().is_none_or(|acme| acme.server.is_some()) {
        return;
    }
    for answer in answers(model) {
        let name = answer.key();
        let top = name.rsplit('.').next().unwrap_or_default();
        let real = answer.site.is_none_or(|id| {
            let bench = &model.benches[model.sites[id].bench.id];
            matches!(model.hosts[bench.host.id].engine.value, Engine::Docker(_))
        });
        // Of a name with a certificate of its own nothing is asked.
        let asked = certificates.file(&name).is_none();
        if real && asked && (PRIVATE.contains(&top) || name.ends_with(".home.arpa") || !name.contains('.')) {
            diagnostics.push(
                Diagnostic::warning(
                    Code::CHECK_DOMAIN_NOT_PUBLIC,
                    format!("Let's Encrypt cannot sign `{name}`: it is no public name"),
                )
                .at(answer.span, format!("{} answers at it", answer.who))
                .and(certificates.span, "certificates are asked for here")
                .help("use a public name, name an authority of your own with `server`, or a certificate that you have with `file`"),
            );
        }
    }
}
