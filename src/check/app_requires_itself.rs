//! Apps that require one another in a circle have no order of installation.

use std::collections::BTreeSet;

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{App, Id, Model, Ref};

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    let mut told = BTreeSet::new();
    for (start, app) in model.apps.iter() {
        let Some(circle) = circle(model, start) else { continue };
        // Each member of a circle finds the same one.
        if !told.insert(circle.iter().map(|step| step.id).collect::<BTreeSet<_>>()) {
            continue;
        }
        let mut diagnostic = Diagnostic::error(
            Code::CHECK_APP_REQUIRES_ITSELF,
            format!("app `{}` requires itself", app.meta.name),
        );
        for (index, step) in circle.iter().enumerate() {
            let label = format!("requires `{}`", model.apps[step.id].meta.name);
            diagnostic =
                if index == 0 { diagnostic.at(step.span, label) } else { diagnostic.and(step.span, label) };
        }
        diagnostics.push(diagnostic.help("remove the `requires` that is not true"));
    }
}

/// The shortest way from an app back to itself.
pub(super) fn circle(model: &Model, start: Id<App>) -> Option<Vec<Ref<App>>> {
    let mut seen = BTreeSet::new();
    let mut ways: Vec<Vec<Ref<App>>> = model.apps[start].requires.iter().map(|step| vec![*step]).collect();
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in ways {
            let Some(last) = way.last() else { continue };
            if last.id == start {
                return Some(way);
            }
            if seen.insert(last.id) {
                longer.extend(model.apps[last.id].requires.iter().map(|step| {
                    let mut next = way.clone();
                    next.push(*step);
                    next
                }));
            }
        }
        ways = longer;
    }
    None
}
