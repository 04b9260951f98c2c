//! One name, two things that answer at it: the edge could send a request to only one of them.

use std::collections::BTreeMap;

use super::facts::{Answer, answers};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::Model;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    let mut by_name: BTreeMap<String, Vec<Answer<'_>>> = BTreeMap::new();
    for answer in answers(model) {
        by_name.entry(answer.key()).or_default().push(answer);
    }
    for (name, parties) in by_name {
        let Some((first, rest)) = parties.split_first() else { continue };
        for party in rest {
            let same = party.site.is_some() && party.site == first.site;
            diagnostics.push(if same {
                Diagnostic::error(
                    Code::CHECK_DOMAIN_CONFLICT,
                    format!("{} has the name `{name}` twice", party.who),
                )
                .at(party.span, "again here")
                .and(first.span, if first.custom { "already here" } else { "its own name already" })
                .help("remove one of them")
            } else {
                Diagnostic::error(
                    Code::CHECK_DOMAIN_CONFLICT,
                    format!("{} and {} both answer at `{name}`", first.who, party.who),
                )
                .at(party.span, format!("{} answers at `{name}`", party.who))
                .and(first.span, format!("so does {}", first.who))
                .help("give the name to one of them; case makes no difference in DNS")
            });
        }
    }
}
