//! `guard/older-server`: a server never runs on what a newer one has opened.

use super::{caused, declaration};
use crate::desired::Entry;
use crate::diag::{Code, Diagnostic};
use crate::provider::forward::Way;

pub(super) fn refuse(entry: &Entry, way: &Way) -> Diagnostic {
    let Way { server, from, to } = way;
    let name = server.name;
    let of = declaration(entry);
    let message = format!("`{of}` would run {name} {to} on the data of {name} {from}");
    let mut diagnostic = Diagnostic::error(Code::GUARD_OLDER_SERVER, message)
        .note(format!(
            "{name} {to} does not read what {from} has written, and the server that does would be gone"
        ))
        .note("it keeps running as it is; the rest can be applied");
    diagnostic = if of.starts_with("database.") {
        diagnostic.help(format!("put `mariadb \"{from}\"` back, and its `image` where it has one")).help(format!(
            "or declare a new database with {name} {to} and a bench on it, and move each site by hand as Frappe does it \
             (backup, new site, restore)"
        ))
    } else {
        diagnostic.help("put its `redis-image` back")
    };
    caused(diagnostic, entry, "declared here")
}
