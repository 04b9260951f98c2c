//! DNS cuts or refuses long names, long after the fleet was reviewed. Containers reach one another by such names too.

use super::facts::answers;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::Model;

/// A label of DNS.
const LABEL: usize = 63;
/// A whole name of DNS.
const NAME: usize = 253;
/// What stands around a bench's id in the name at which the edge reaches it.
const AROUND: usize = "-bench-".len() + "-frontend".len();

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    for answer in answers(model).iter().filter(|answer| answer.name.len() > NAME) {
        diagnostics.push(
            Diagnostic::error(
                Code::CHECK_NAME_TOO_LONG,
                format!("the name of {} has {} characters; DNS allows {NAME}", answer.who, answer.name.len()),
            )
            .at(answer.span, format!("answers at {} characters with the domain behind it", answer.name.len()))
            .help("choose a shorter name, or a shorter `sites-under`"),
        );
    }
    let fleet = &model.fleet.id;
    let room = LABEL.saturating_sub(AROUND + fleet.value.len());
    for (_, bench) in model.benches.iter() {
        let id = bench.meta.identity.id();
        if id.len() > room {
            diagnostics.push(
                Diagnostic::error(
                    Code::CHECK_NAME_TOO_LONG,
                    format!("bench `{id}` has {} characters; {room} fit behind the fleet's id", id.len()),
                )
                .at(bench.meta.span, "the edge reaches it by a name of DNS, which has 63 characters")
                .and(fleet.span, format!("{} of them", fleet.value.len()))
                .help("shorten the name"),
            );
        }
    }
}
