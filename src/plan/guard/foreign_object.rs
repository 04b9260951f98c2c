//! `guard/foreign-object`: what does not bear our mark is never touched.

use super::caused;
use crate::desired::frappe::Site;
use crate::desired::observed::Observed;
use crate::desired::{Entry, Object, ObjectId, ObjectKind};
use crate::diag::{Code, Diagnostic};
use crate::plan::facts::physical;

pub(in crate::plan) fn refuse(id: &ObjectId, entry: &Entry, evidence: &str) -> Diagnostic {
    let name = physical(&entry.object);
    let message = format!("the {} `{name}` is there and not ours", id.kind.word());
    let diagnostic = Diagnostic::error(Code::GUARD_FOREIGN_OBJECT, message)
        .note(evidence)
        .note(format!("`{}` and what needs it are left out; nothing of it is touched", entry.address))
        .help(format!("rename or remove the other `{name}`, then plan again"))
        .help("or give this declaration another `id`, when nothing of it is there yet");
    caused(diagnostic, entry, "wants that name")
}

/// The site that is there and names a database, or an account, as its own.
pub(in crate::plan) fn site_naming<'a>(
    id: &ObjectId,
    entry: &Entry,
    observed: &'a Observed,
) -> Option<&'a Site> {
    let name = match &entry.object {
        Object::Schema(schema) => &schema.name,
        Object::Account(account) => &account.name,
        _ => return None,
    };
    let site = ObjectId::new(&id.of, ObjectKind::Site, "");
    match &observed.objects.get(&site)?.present()?.object {
        Object::Site(site) if site.database == *name => Some(&**site),
        _ => None,
    }
}

/// A database or an account that bears no mark, of a site that is there and names it as its own.
pub(in crate::plan) fn unmarked(id: &ObjectId, entry: &Entry, site: &Site) -> Diagnostic {
    let name = physical(&entry.object);
    let message = format!("the {} `{name}` has lost its mark", id.kind.word());
    let diagnostic = Diagnostic::error(Code::GUARD_FOREIGN_OBJECT, message)
        .note(format!("sites/{}/site_config.json bears this fleet's mark and names it: it has the site's data", site.directory))
        .note("nothing of it is touched, and the site keeps running; the rest can be applied")
        .help("put its mark back into tenantry.objects on the server, as docs/by-hand.md says (a mark that is lost)");
    caused(diagnostic, entry, "its site")
}
