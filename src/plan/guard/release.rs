//! `guard/release-differs` and `guard/release-change`: sites live on the release that they were made for.

use std::collections::BTreeSet;

use super::{caused, declaration, listed};
use crate::desired::Entry;
use crate::diag::{Code, Diagnostic};

/// What is in the image is not what the release says.
pub(super) fn differs(entry: &Entry, differences: &[String]) -> Diagnostic {
    let message = format!("the image of `{}` is not what its release says", entry.address);
    let mut diagnostic = Diagnostic::error(Code::GUARD_RELEASE_DIFFERS, message);
    for difference in differences {
        diagnostic = diagnostic.note(difference);
    }
    diagnostic = diagnostic
        .note("no site of the bench is made or changed; what runs is untouched")
        .help("correct the release's `frappe` and `apps`, or point its `image` at the image that has them");
    caused(diagnostic, entry, "this bench")
}

/// A bench with sites would have none.
pub(super) fn gone(entry: &Entry, from: &str, sites: &BTreeSet<String>) -> Diagnostic {
    let message = match sites.len() {
        0 => format!(
            "`{}` would lose its release, and nobody can say which sites are on it",
            declaration(entry)
        ),
        _ => format!("`{}` would lose its release under {}", declaration(entry), listed(sites)),
    };
    let mut diagnostic = Diagnostic::error(Code::GUARD_RELEASE_CHANGE, message);
    if !from.is_empty() {
        diagnostic = diagnostic.note(format!("they were made for `{from}`"));
    }
    diagnostic = diagnostic
        .note("the bench keeps running on what it has; the rest can be applied")
        .help("put the release back");
    caused(diagnostic, entry, "this bench")
}

/// A bench with sites would get another release.
pub(super) fn changes(entry: &Entry, from: &str, to: &str, sites: &BTreeSet<String>) -> Diagnostic {
    let message = format!("`{}` would change its release under {}", declaration(entry), listed(sites));
    let diagnostic = Diagnostic::error(Code::GUARD_RELEASE_CHANGE, message)
        .note(format!("from `{from}` to `{to}`"))
        .note("the databases of its sites must be migrated with it, which this version cannot do")
        .note("the bench keeps running on what it has; the rest can be applied")
        .help("put the release back")
        .help("or declare a new bench with the new release for new sites");
    caused(diagnostic, entry, "this bench")
}
