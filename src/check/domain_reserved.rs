//! Names below `sites-under` belong to the sites that are called so: a domain there takes another's future name.

use super::facts::answers;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::Model;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    let Some(under) = &model.fleet.sites_under else { return };
    let zone = under.value.to_ascii_lowercase();
    // A name that something else has already is a conflict, and said so by that rule.
    let own: Vec<_> = answers(model).into_iter().filter(|a| !a.custom).map(|a| a.key()).collect();
    for answer in answers(model).iter().filter(|answer| answer.custom) {
        let name = answer.key();
        let below = name == zone || name.strip_suffix(&zone).is_some_and(|rest| rest.ends_with('.'));
        if below && !own.contains(&name) {
            diagnostics.push(
                Diagnostic::error(
                    Code::CHECK_DOMAIN_RESERVED,
                    if name == zone {
                        format!("`{name}` is the domain of every site, not of one")
                    } else {
                        format!("`{name}` lies in `{zone}`, where names come from the names of sites")
                    },
                )
                .at(answer.span, format!("{} asks for it as a domain", answer.who))
                .and(under.span, "every site answers below this domain")
                .help("rename the site, or use a domain of the tenant's own"),
            );
        }
    }
}
