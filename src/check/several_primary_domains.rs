//! Links and e-mails carry one name.

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::Model;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    for (_, site) in model.sites.iter() {
        let mut primary = site.domains.iter().filter(|domain| domain.primary);
        let Some(first) = primary.next() else { continue };
        for further in primary {
            diagnostics.push(
                Diagnostic::error(
                    Code::CHECK_SEVERAL_PRIMARY_DOMAINS,
                    format!("site `{}` has more than one primary domain", site.meta.name),
                )
                .at(further.name.span, "primary too")
                .and(first.name.span, "already primary")
                .help(format!(
                    "leave `{}` at the domain that links and e-mails shall show",
                    further.name.span.syntax().pick("primary=#true", "primary: true")
                )),
            );
        }
    }
}
