//! What every command about a fleet begins with.

use std::path::PathBuf;

use crate::diag::{self, Diagnostic};
use crate::pipeline::{self, Compiled};
use crate::source::SourceMap;
use crate::world::Directory;

use super::view::{Output, events_json};

/// The fleet directory.
#[derive(Debug, clap::Args)]
pub(super) struct Fleet {
    /// Directory of the fleet's files
    #[arg(value_name = "FLEET", default_value = ".")]
    pub(super) directory: PathBuf,
}

impl Fleet {
    /// The world in which it lives.
    pub(super) fn world(&self) -> Directory {
        Directory::new(&self.directory)
    }

    /// Compiles it. Warnings and errors are told; `None` means that there were errors.
    pub(super) fn compile(world: &Directory, json: bool, output: Output) -> Option<Compiled> {
        let say = |diagnostics: &[Diagnostic], sources: &SourceMap| {
            if json {
                events_json::diagnostics(diagnostics, sources, output);
            } else {
                tell(diagnostics, sources, output);
            }
        };
        match pipeline::compile(world) {
            Ok(compiled) => {
                say(&compiled.warnings, &compiled.sources);
                Some(compiled)
            }
            Err(broken) => {
                say(&broken.diagnostics, &broken.sources);
                output.note(summary(&broken.diagnostics));
                None
            }
        }
    }
}

/// Prints diagnostics to standard error.
pub(super) fn tell(diagnostics: &[Diagnostic], sources: &SourceMap, output: Output) {
    let style = diag::render::Style { color: output.color, width: 0 };
    output.raw_note(diag::render::render(diagnostics, sources, style));
}

/// `3 errors, 1 warning`.
pub(super) fn summary(diagnostics: &[Diagnostic]) -> String {
    use super::view::table::count;
    let errors = diagnostics.iter().filter(|d| d.severity == diag::Severity::Error).count();
    let warnings = diagnostics.len() - errors;
    match (errors, warnings) {
        (0, 0) => "nothing is wrong".to_owned(),
        (0, w) => count(w, "warning"),
        (e, 0) => count(e, "error"),
        (e, w) => format!("{}, {}", count(e, "error"), count(w, "warning")),
    }
}
