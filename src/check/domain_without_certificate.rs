//! Where no authority is asked, each name needs a certificate that somebody else got.

use super::facts::answers;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::Model;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    let Some(certificates) = &model.fleet.certificates else { return };
    if certificates.acme.is_some() {
        return;
    }
    for answer in answers(model) {
        let name = answer.key();
        if certificates.file(&name).is_none() {
            diagnostics.push(
                Diagnostic::error(
                    Code::CHECK_DOMAIN_WITHOUT_CERTIFICATE,
                    format!("no certificate is for `{name}`"),
                )
                .at(answer.span, format!("{} answers at it", answer.who))
                .and(certificates.span, "no `file` here is for it, and no authority is asked for one")
                .help("name a certificate for it with `file`; a wildcard stands for one label: `*.example.com` is not for `a.b.example.com`")
                .help("or name an authority that signs for it: `acme email=\"it@globex.example\"`"),
            );
        }
    }
}
