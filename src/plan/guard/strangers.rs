//! `guard/strangers-on-network`: a network is not made anew under containers that are not ours.

use std::collections::BTreeSet;

use super::caused;
use crate::desired::Entry;
use crate::diag::{Code, Diagnostic};

pub(super) fn refuse(entry: &Entry, handles: &BTreeSet<String>) -> Diagnostic {
    let message =
        format!("`{}` is not as declared, and containers that are not ours are on it", entry.address);
    let short: Vec<String> = handles.iter().map(|handle| handle.chars().take(12).collect()).collect();
    let diagnostic = Diagnostic::error(Code::GUARD_STRANGERS_ON_NETWORK, message)
        .note(format!("they are {}", short.join(", ")))
        .note("the engine changes nothing of a network: it would be removed under them; it stays as it is")
        .help("take them off it with `docker network disconnect`, apply, and put them back");
    caused(diagnostic, entry, "declared here")
}
