//! Runs a case as far as its sections ask.

use tenantry::check::{Checked, check};
use tenantry::diag::render::{Style, render};
use tenantry::diag::{Diagnostic, Diagnostics};
use tenantry::source::SourceMap;
use tenantry::world::World;
use tenantry::{load, resolve, spec};

use super::case::Case;

/// What the front half made of a fleet.
pub struct Front {
    /// Its files.
    pub sources: SourceMap,
    /// Everything that was found.
    pub diagnostics: Vec<Diagnostic>,
    /// The model, unless something is wrong with it.
    pub checked: Option<Checked>,
}

/// Files to Checked, or as far as the case's folder says: files that show what `load` reports need not be a fleet.
pub fn front(case: &Case) -> Front {
    front_of(&case.world(), case.phase())
}

/// The same for a world that is not a case's own.
pub fn front_of(world: &dyn World, phase: &str) -> Front {
    let mut diagnostics = Diagnostics::default();
    let mut sources = load::read(world, &mut diagnostics);
    let documents = load::parse(&sources, &mut diagnostics);
    if phase == "load" {
        drop(documents);
        return Front { sources, diagnostics: diagnostics.sorted(), checked: None };
    }
    let mut spec = spec::bind(&documents, &mut diagnostics);
    drop(documents);
    spec::attach::attach(&mut spec, world, &mut sources, &mut diagnostics);
    let checked = resolve::resolve(&spec, &mut diagnostics).and_then(|model| check(model, &mut diagnostics));
    Front { sources, diagnostics: diagnostics.sorted(), checked }
}

/// What came out under the name of a section; an error when nothing can come out.
pub fn section(case: &Case, front: &Front, name: &str) -> Result<String, String> {
    match name {
        "diagnostics" => {
            let text = render(&front.diagnostics, &front.sources, Style::default());
            let text = text.trim_end();
            Ok(if text.is_empty() { String::new() } else { format!("{text}\n") })
        }
        _ if front.checked.is_none() => Err(format!(
            "`{name}` needs a fleet that compiles:\n{}",
            render(&front.diagnostics, &front.sources, Style::default())
        )),
        _ => Err(format!("{}: nothing makes a section `{name}` yet", case.path)),
    }
}
