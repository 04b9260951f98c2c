//! `guard/weak-key`: no fleet begins with a key that is short, or has something in it that nobody sees.

use crate::desired::observed::{Observation, Observed};
use crate::desired::{Desired, ObjectKind};
use crate::diag::{Code, Diagnostic};
use crate::plan::{Plan, Refusal};
use crate::world::secret::Opener;

/// Why the fleet does not begin; else, where it has begun already, what people should know.
pub(super) fn check(
    desired: &Desired,
    observed: &Observed,
    opener: &Opener<'_>,
) -> Result<Option<String>, Box<Diagnostic>> {
    let Some(key) = &desired.key else { return Ok(None) };
    let faults = opener.key_faults();
    let Some(first) = faults.first() else { return Ok(None) };
    if has_begun(observed) {
        return Ok(Some(format!(
            "{WARNING}`{key}`, would be refused for a new fleet: {}; keep it as it is, for another key \
             makes other passwords",
            faults.join("; ")
        )));
    }
    let message = format!("the fleet's key, `{key}`, is none to begin with: {first}");
    let diagnostic = Diagnostic::error(Code::GUARD_WEAK_KEY, message);
    let diagnostic = faults.into_iter().skip(1).fold(diagnostic, Diagnostic::note);
    Err(Box::new(
        diagnostic
            .note("of a file one line break at its end is no part of the key; everything else is, and of a variable all")
            .help("make one: `openssl rand -hex 32`; it stays the same for as long as the fleet lives"),
    ))
}

/// Refuses a plan that would give every site another password because of such a key: it is not the one that the fleet was applied with,
/// most likely by the very thing that nobody sees.
pub(in crate::plan) fn check_change(
    plan: &mut Plan,
    desired: &Desired,
    observed: &Observed,
    opener: &Opener<'_>,
) {
    let (Some(key), faults) = (&desired.key, opener.key_faults()) else { return };
    let there = observed.present().filter(|(id, _)| id.kind == ObjectKind::Account).count();
    let accounts = plan.changes.iter().filter(|change| change.id.kind == ObjectKind::Account);
    let other = accounts.filter(|change| change.fields.iter().any(|field| field.path == "password")).count();
    if faults.is_empty() || there == 0 || other < there {
        return;
    }
    plan.notes.retain(|note| !note.starts_with(WARNING));
    let message = format!(
        "the fleet's key, `{key}`, is not the one that the fleet was applied with, and none to begin with"
    );
    let diagnostic = Diagnostic::error(Code::GUARD_WEAK_KEY, message)
        .note(format!("the passwords of all {there} accounts would be others"));
    let diagnostic = faults.into_iter().fold(diagnostic, Diagnostic::note);
    let diagnostic = diagnostic.help("put the key back as it was, byte by byte; nothing was changed");
    plan.refusals.push(Refusal { diagnostic, object: None, fatal: true });
}

/// How the warning about a key begins.
const WARNING: &str = "warning: the fleet's key, ";

/// Whether something of the fleet is there, or nobody can say that nothing is. An image bears nobody's mark.
fn has_begun(observed: &Observed) -> bool {
    let mut marked = observed.objects.iter().filter(|(id, _)| id.kind != ObjectKind::Image);
    marked.any(|(_, one)| {
        matches!(
            one,
            Observation::Present(_) | Observation::Lost(_) | Observation::Unreadable { behind: None, .. }
        )
    })
}
