//! An edge listens twice: on two ports.

use super::facts::{and_layered, place};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::Model;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    for (_, edge) in model.edges.iter() {
        let Some(https) = edge.https.as_ref().filter(|https| https.value == edge.http.value) else {
            continue;
        };
        let diagnostic = Diagnostic::error(
            Code::CHECK_PORT_CONFLICT,
            format!("edge `{}` would listen on port {} for HTTP and for HTTPS", edge.meta.name, https.value),
        )
        .at(place(https, edge.meta.span), "HTTPS");
        diagnostics.push(
            and_layered(diagnostic, &edge.http, format!("port {} for HTTP", edge.http.value))
                .help("give each its own port; 80 and 443 are what browsers try"),
        );
    }
}
