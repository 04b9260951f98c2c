//! An app that is installed before, or without, what it builds upon fails half-way and is listed as installed.

use super::app_requires_itself::circle;
use super::facts::list;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{App, Model, Ref};
use crate::source::Span;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    for (_, release) in model.releases.iter() {
        order(
            model,
            &format!("release `{}`", release.meta.name),
            release.meta.span,
            &release.apps,
            diagnostics,
        );
    }
    for (_, site) in model.sites.iter() {
        order(model, &format!("site `{}`", site.meta.name), site.meta.span, &site.apps, diagnostics);
    }
}

fn order(model: &Model, who: &str, place: Span, apps: &[Ref<App>], diagnostics: &mut Diagnostics) {
    for (index, reference) in apps.iter().enumerate() {
        let app = &model.apps[reference.id];
        for required in &app.requires {
            let name = &model.apps[required.id].meta.name;
            // In a circle no order is right: that is another rule's.
            let circle = circle(model, reference.id).unwrap_or_default();
            if name == "frappe" || circle.iter().any(|step| step.id == required.id) {
                continue;
            }
            if apps[..index].iter().any(|before| before.id == required.id) {
                continue;
            }
            let after = apps[index..].iter().find(|later| later.id == required.id);
            let fault = if after.is_some() { "later" } else { "nowhere" };
            let mut diagnostic = Diagnostic::error(
                Code::CHECK_APP_REQUIRES,
                format!("`{}` requires `{name}`, and {who} has it {fault}", app.meta.name),
            )
            .at(reference.span, format!("requires `{name}`"))
            .and(required.span, "said here");
            diagnostic = match after {
                Some(later) => diagnostic.and(later.span, "too late"),
                None => diagnostic.and(place, format!("has {}", list(names(model, apps)))),
            };
            diagnostics.push(diagnostic.help(format!("list `{name}` before `{}`", app.meta.name)));
        }
    }
}

fn names<'m>(model: &'m Model, apps: &[Ref<App>]) -> impl Iterator<Item = &'m str> {
    apps.iter().map(|app| model.apps[app.id].meta.name.as_str())
}
