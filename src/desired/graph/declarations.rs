//! Cycles among declarations.

use super::shortest;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{App, Id, Model};

/// Reports apps that require each other, each reference at its place. They could never be installed.
pub fn declarations(model: &Model, diagnostics: &mut Diagnostics) {
    let mut seen: Vec<Id<App>> = Vec::new();
    for (id, _) in model.apps.iter() {
        if seen.contains(&id) {
            continue;
        }
        let next = |app: Id<App>| {
            let mut next: Vec<Id<App>> =
                model.apps[app].requires.iter().map(|required| required.id).collect();
            next.sort();
            next
        };
        let Some(cycle) = shortest(id, next) else { continue };
        diagnostics.push(describe(model, &cycle));
        seen.extend(cycle);
    }
}

fn describe(model: &Model, cycle: &[Id<App>]) -> Diagnostic {
    let name = |id: Id<App>| model.apps[id].meta.name.as_str();
    let names: Vec<String> = cycle.iter().chain(cycle.first()).map(|id| format!("`{}`", name(*id))).collect();
    let mut diagnostic =
        Diagnostic::error(Code::GRAPH_CYCLE, format!("apps require each other: {}", names.join(" → ")));
    for (index, id) in cycle.iter().enumerate() {
        let next = cycle[(index + 1) % cycle.len()];
        let Some(reference) = model.apps[*id].requires.iter().find(|required| required.id == next) else {
            continue;
        };
        let text = format!("`{}` requires `{}`", name(*id), name(next));
        diagnostic = if diagnostic.primary.is_none() {
            diagnostic.at(reference.span, text)
        } else {
            diagnostic.and(reference.span, text)
        };
    }
    diagnostic.help("remove one of these references")
}
