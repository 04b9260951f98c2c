//! `guard/site-moves`: a site's directory, bench and database stay what they are.

use std::collections::BTreeSet;

use super::{caused, listed};
use crate::desired::{Desired, Entry, HostTarget};
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

/// A site that was on a host that does not answer now, and is wanted on another one.
pub(in crate::plan) fn silent(entry: &Entry, desired: &Desired, from: &str) -> Diagnostic {
    let name = |host: &str| desired.hosts.get(host).map_or_else(|| host.to_owned(), |host| host.name.clone());
    let message = format!("`{}` would have to move, and its data with it", super::declaration(entry));
    let diagnostic = Diagnostic::error(Code::GUARD_SITE_MOVES, message)
        .note(format!(
            "it was on host `{0}` when the fleet was applied before, and is wanted on host `{1}`; `{0}` does not answer now",
            name(from),
            name(&entry.host)
        ))
        .note("nothing of it is made on the other host: it would be empty; the rest can be applied")
        .help(format!("make host `{}` answer, or put the site's bench back", name(from)))
        .leave(format!("without-host={}", name(from)), super::gone_for_good(&name(from)));
    caused(diagnostic, entry, "this site")
}

/// Sites that may be on a host that does not answer, where nobody knows what was on it.
pub(in crate::plan) fn unknown(entry: &Entry, host: &HostTarget, sites: &BTreeSet<String>) -> Diagnostic {
    let (host, first) = (&host.name, sites.first().map_or("", String::as_str));
    let message = format!("host `{host}` could not be read, and {} may be there", listed(sites));
    let diagnostic = Diagnostic::error(Code::GUARD_SITE_MOVES, message)
        .note("it never answered here before, so nothing is known of what is on it")
        .note("until it answers, no site is made anywhere else: it could be the second of its name; the rest can be applied")
        .help(format!("make host `{host}` answer and plan again"))
        .leave(format!("anew={first}"), format!("a site is new, and nowhere else: `--anew {first}`"));
    caused(diagnostic, entry, "not made")
}
