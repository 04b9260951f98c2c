//! `guard/name-not-free`: nobody is given a name that somebody else still has.

use super::{caused, declaration};
use crate::desired::observed::Observed;
use crate::desired::{Desired, ObjectId, ObjectKind};
use crate::diag::{Code, Diagnostic};
use crate::plan::Refusal;
use crate::plan::takings::Taking;

pub(in crate::plan) fn refuse(desired: &Desired, observed: &Observed, taking: &Taking<'_>) -> Refusal {
    let Taking { taker, holder, name } = *taking;
    let address = |of: &str| desired.first_of(of).map_or(of, declaration).to_owned();
    let (to, from) = (address(taker), address(&holder.of));
    let message = format!("`{name}` still belongs to `{from}`, and `{to}` would get it");
    let there = observed.objects.iter().any(|(id, one)| id.of == taker && one.present().is_some());
    let left = if there { "stays as it is" } else { "is not made" };
    let mut diagnostic = Diagnostic::error(Code::GUARD_NAME_NOT_FREE, message);
    if desired.first_of(&holder.of).is_some() {
        diagnostic = diagnostic
            .note(format!("`{from}` gives nothing up in this plan; until then `{to}` {left}"))
            .help(format!("look at what is refused or waits of `{from}`, and plan again"));
    } else {
        let (kind, id) = holder.of.split_once('.').unwrap_or(("declaration", &holder.of));
        diagnostic = diagnostic
            .note(format!("`{from}` left the files and is still there, with its data; `{to}` {left}"));
        // Who is there already is nobody's new name.
        if to.starts_with(&format!("{kind}.")) && !there {
            let new = to.split_once('.').map_or(to.as_str(), |(_, name)| name);
            diagnostic = diagnostic
                .help(format!("renamed: `{kind} \"{new}\" id=\"{id}\"` keeps its data and its names"));
        }
        diagnostic = diagnostic.help(format!(
            "somebody else's from now on: put `{from}` back into the files without that name, apply, and then give it away"
        ));
    }
    let object = ObjectId::new(taker, ObjectKind::Route, "");
    Refusal {
        diagnostic: match desired.first_of(taker) {
            Some(entry) => caused(diagnostic, entry, "would get it"),
            None => diagnostic,
        },
        object: Some(object),
        fatal: false,
    }
}
