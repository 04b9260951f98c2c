//! `guard/app-removed`: an app is not taken off a site, and its data with it.

use std::collections::BTreeSet;

use super::caused;
use crate::desired::Entry;
use crate::diag::{Code, Diagnostic};

pub(super) fn refuse(entry: &Entry, apps: &BTreeSet<String>) -> Diagnostic {
    let names: Vec<String> = apps.iter().map(|app| format!("`{app}`")).collect();
    let message = format!("{} would be removed from `{}`", names.join(", "), entry.address);
    let diagnostic = Diagnostic::error(Code::GUARD_APP_REMOVED, message)
        .note("removing an app drops its tables and everything that people entered into them")
        .note("the site keeps its apps and its configuration, and runs on; the rest can be applied")
        .help("put the app back into the declaration")
        .help("or back the site up, remove the app by hand (`bench uninstall-app`), and plan again");
    caused(diagnostic, entry, "no longer lists it")
}
