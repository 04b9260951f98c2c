//! `guard/data-moves`: what holds data stays where it is.

use std::collections::BTreeSet;

use super::{caused, declaration, listed};
use crate::desired::{Desired, Entry, ObjectId};
use crate::diag::{Code, Diagnostic};

/// A server or a bench is declared on another host than its data is on.
pub(in crate::plan) fn host(
    entry: &Entry,
    desired: &Desired,
    (from, is_silent): (&str, bool),
    with: &BTreeSet<String>,
) -> Diagnostic {
    let name = |host: &str| desired.hosts.get(host).map_or_else(|| host.to_owned(), |host| host.name.clone());
    let of = declaration(entry);
    let message = format!("`{of}` would have to move to another host, and its data with it");
    let (old, new) = (name(from), name(&entry.host));
    let mut diagnostic = Diagnostic::error(Code::GUARD_DATA_MOVES, message).note(if is_silent {
        format!(
            "it was on host `{old}` when the fleet was applied before, and is wanted on host `{new}`; `{old}` does not \
             answer now"
        )
    } else {
        format!("it is on host `{old}`, and wanted on host `{new}`")
    });
    if !with.is_empty() {
        diagnostic = diagnostic.note(format!("with it would go {}", listed(with)));
    }
    let kind = of.split_once('.').map_or("one", |(kind, _)| kind);
    diagnostic = if is_silent {
        diagnostic
            .note("nothing of it is made on the other host: it would be empty; the rest can be applied")
            .leave(format!("without-host={old}"), super::gone_for_good(&old))
    } else {
        diagnostic.note("everything of it stays where it is and keeps running; the rest can be applied")
    };
    diagnostic = diagnostic
        .help(format!("put `host` back to `{old}`"))
        .help(format!(
            "or declare a new {kind} on that host, and move each site by hand as Frappe does it (backup, new site, \
             restore)"
        ));
    caused(diagnostic, entry, "declared here")
}

/// A bench with sites is declared with another database than the one that has their data.
pub(in crate::plan) fn database(
    entry: &Entry,
    desired: &Desired,
    (from, to): (&str, &str),
    sites: &BTreeSet<String>,
) -> Diagnostic {
    let of = declaration(entry);
    let message = format!("`{of}` would be taken off the database of its sites");
    let called = |of: &str| desired.first_of(of).map_or(of, declaration).to_owned();
    let (from, to) = ((from, called(from)), (to, called(to)));
    let mut diagnostic = Diagnostic::error(Code::GUARD_DATA_MOVES, message)
        .note(format!("the data of {} is in `{}`, and `{}` is declared", listed(sites), from.1, to.1))
        .note("no container of the bench is touched, and its sites keep running; the rest can be applied");
    let (id, new) = (name(from.0), name(&to.1));
    diagnostic = if desired.first_of(from.0).is_some() {
        diagnostic.help(format!("put the bench's `database` back to `{}`", name(&from.1)))
    } else {
        diagnostic
            .help(format!("renamed: give the database `{new}` `id \"{id}\"`, and its data stays its own"))
            .help(format!("or put the declaration of database `{id}` back"))
    };
    diagnostic = diagnostic.help(
        "or declare a new bench with the other database, and move each site by hand as Frappe does it (backup, new site, \
         restore)",
    );
    caused(diagnostic, entry, "this bench")
}

/// An edge is to take the place of one through which sites that stay are reached.
pub(in crate::plan) fn edge(entry: &Entry, old: &ObjectId, sites: &BTreeSet<String>) -> Diagnostic {
    let message = format!("`{}` cannot take the place of `{}` yet", declaration(entry), old.of);
    let stay = if sites.len() == 1 { "stays as it is, and is" } else { "stay as they are, and are" };
    let diagnostic = Diagnostic::error(Code::GUARD_DATA_MOVES, message)
        .note(format!("{} {stay} reached through `{}`", listed(sites), old.of))
        .note("the edge that serves keeps its ports and its routes; the rest can be applied")
        .help(format!("decide first what becomes of {}", listed(sites)))
        .help(format!("or put the declaration of `{}` back", old.of));
    caused(diagnostic, entry, "this edge")
}

fn name(of: &str) -> &str {
    of.split_once('.').map_or(of, |(_, name)| name)
}
