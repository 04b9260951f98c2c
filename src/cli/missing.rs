//! Secrets that a plan needs and cannot use: those that are not to be had, and those that are not taken.

use std::collections::BTreeSet;

use crate::converge::{Missing, Why};
use crate::world::secret::SecretRef;

use super::Output;
use super::view::table::count;

/// `2 secrets that the plan needs are not to be had`.
pub(super) fn words(secrets: &Missing) -> String {
    let total: usize = secrets.values().map(BTreeSet::len).sum();
    let verb = if total == 1 { "is" } else { "are" };
    let unfit = secrets.keys().filter(|why| matches!(why, Why::Unfit(_))).count();
    let what = match (unfit, secrets.len() - unfit) {
        (0, _) => "not to be had",
        (_, 0) => "not taken where it goes",
        _ => "not to be had, or not taken where it goes",
    };
    format!("{} that the plan needs {verb} {what}", count(total, "secret"))
}

/// Each reason with its secrets, and what to do.
pub(super) fn tell(secrets: &Missing, output: Output) {
    for (why, references) in secrets {
        let derived = references.iter().filter(|one| matches!(one, SecretRef::Derived { .. })).count();
        let named = references.iter().filter(|one| !matches!(one, SecretRef::Derived { .. }));
        let mut all: Vec<String> = named.map(|one| format!("`{one}`")).collect();
        if derived > 0 {
            all.push(format!("{} made with the fleet's key", count(derived, "password")));
        }
        output.note(format!("  {why}: {}", all.join(", ")));
    }
    if secrets.keys().any(|why| matches!(why, Why::Unopened(_))) {
        output.note("help: apply where they can be read: with the variables set and the files there");
    }
    if secrets.keys().any(|why| matches!(why, Why::Unfit(_))) {
        output.note("help: give it another value; what is there now would be stored, and would be of no use");
    }
}
