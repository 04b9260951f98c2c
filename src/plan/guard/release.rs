//! `guard/release-differs` and `guard/release-change`: sites live on the release that they were made for.

use std::collections::BTreeSet;

use super::caused;
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

/// A bench with sites would get another release.
pub(super) fn changes(entry: &Entry, from: &str, to: &str, sites: &BTreeSet<String>) -> Diagnostic {
    let count = sites.len();
    let named = sites.iter().take(3).map(|site| format!("`{site}`")).collect::<Vec<_>>().join(", ");
    let more = if count > 3 { format!(" and {} more", count - 3) } else { String::new() };
    let message = format!("`{}` would change its release under {named}{more}", entry.address);
    let diagnostic = Diagnostic::error(Code::GUARD_RELEASE_CHANGE, message)
        .note(format!("from `{from}` to `{to}`"))
        .note("the databases of its sites must be migrated with it, which this version cannot do")
        .note("the bench keeps running on what it has; the rest can be applied")
        .help("put the release back")
        .help("or declare a new bench with the new release for new sites");
    caused(diagnostic, entry, "this bench")
}
