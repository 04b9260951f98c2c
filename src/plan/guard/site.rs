//! `guard/site-moves`: a site's directory, bench and database stay what they are.

use super::caused;
use crate::desired::Entry;
use crate::diag::{Code, Diagnostic};

pub(in crate::plan) fn refuse(entry: &Entry, differences: &[String]) -> Diagnostic {
    let message = format!("`{}` would have to move, and its data with it", entry.address);
    let mut diagnostic = Diagnostic::error(Code::GUARD_SITE_MOVES, message);
    for difference in differences {
        diagnostic = diagnostic.note(difference);
    }
    diagnostic = diagnostic
        .note("the site stays where it is and keeps running; the rest can be applied")
        .help("put back what was changed: its bench, its name, or the `sites-under` that its name ends with")
        .help("or move it by hand as Frappe does it (backup, new site, restore), and plan again");
    caused(diagnostic, entry, "this site")
}
