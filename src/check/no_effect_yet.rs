//! What a file declares and nothing acts on: said at every check, once for the fleet, so that nobody relies on it.

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Layered, Limits, Model};
use crate::source::Span;

/// A field that nothing acts on: its name, what does not come of it, and where it is written first.
type Idle = (&'static str, &'static str, Option<Span>);

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    let plans = || model.plans.iter().map(|(_, plan)| plan);
    let hosts = || model.hosts.iter().map(|(_, host)| host);
    let apps = || model.apps.iter().map(|(_, app)| app);
    let tenants = model.tenants.iter().map(|(_, tenant)| tenant);
    let idle: [Idle; 8] = [
        ("backup", "no backup is made", first(plans().map(|plan| Some(plan.backup.as_ref()?.every.span)))),
        ("users", "nobody counts users", limit(model, |limits| limits.users.as_ref())),
        ("database-size", "no database is measured", limit(model, |limits| limits.database_size.as_ref())),
        ("files-size", "no files are measured", limit(model, |limits| limits.files_size.as_ref())),
        ("region", "no host is chosen by it", first(hosts().map(|host| Some(host.region.as_ref()?.span)))),
        (
            "repository",
            "no image is built from it",
            first(apps().map(|app| Some(app.repository.as_ref()?.span))),
        ),
        ("branch", "no image is built from it", first(apps().map(|app| Some(app.branch.as_ref()?.span)))),
        ("contact", "nobody is written to", first(tenants.map(|one| Some(one.contact.as_ref()?.span)))),
    ];
    let mut found: Vec<(&str, &str, Span)> =
        idle.into_iter().filter_map(|(name, lacks, span)| Some((name, lacks, span?))).collect();
    let names: Vec<String> = found.iter().map(|(name, ..)| format!("`{name}`")).collect();
    // In the order of the files: a snippet a file.
    found.sort_by_key(|(.., span)| *span);
    let mut found = found.into_iter();
    let Some((_, lacks, span)) = found.next() else { return };
    let (message, help) = match names.as_slice() {
        [one] => (
            format!("{one} stands in the files and nothing acts on it yet"),
            "keep it as a word for people, and see to it by other means until then",
        ),
        more => (
            format!("{} stand in the files and nothing acts on them yet", listed(more)),
            "keep them as words for people, and see to them by other means until then",
        ),
    };
    let diagnostic = Diagnostic::warning(Code::CHECK_NO_EFFECT_YET, message).at(span, lacks);
    let diagnostic = found.fold(diagnostic, |diagnostic, (_, lacks, span)| diagnostic.and(span, lacks));
    diagnostics.push(diagnostic.help(help));
}

fn first(spans: impl Iterator<Item = Option<Span>>) -> Option<Span> {
    spans.flatten().min()
}

/// Where a limit is written first, in whatever layer.
fn limit(model: &Model, of: fn(&Limits) -> Option<&Layered<u64>>) -> Option<Span> {
    let fleet = std::iter::once(&model.fleet.limits);
    let plans = model.plans.iter().map(|(_, plan)| &plan.limits);
    let tenants = model.tenants.iter().map(|(_, tenant)| &tenant.limits);
    let sites = model.sites.iter().map(|(_, site)| &site.limits);
    first(fleet.chain(plans).chain(tenants).chain(sites).map(|limits| of(limits)?.span))
}

/// `a`, `b` and `c`.
fn listed(names: &[String]) -> String {
    match names {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        names => names.join(", "),
    }
}
