//! `guard/weak-key`: no fleet begins with a key that is short, or has something in it that nobody sees.

use crate::desired::observed::{Observation, Observed};
use crate::desired::{Desired, ObjectKind};
use crate::diag::{Code, Diagnostic};
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
            "warning: the fleet's key, `{key}`, would be refused for a new fleet: {}; keep it as it is, for another key \
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
