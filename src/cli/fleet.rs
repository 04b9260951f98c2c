//! What every command about a fleet begins with.

use std::path::PathBuf;

use crate::diag::{self, Diagnostic};
use crate::gitops::{Queue, share};
use crate::pipeline::{self, Compiled, Hosts};
use crate::source::SourceMap;
use crate::value::is_in_clear;
use crate::world::git::{Commit, Repository, Revision};
use crate::world::{Directory, World};

use super::planning::complain;
use super::view::{Output, events_json};
use super::{Exit, Setting};

/// The fleet, in a directory or at a revision.
#[derive(Debug, clap::Args)]
pub(super) struct Fleet {
    /// Directory of the fleet's files; with --rev also a bare repository
    #[arg(value_name = "FLEET", default_value = ".")]
    pub(super) directory: PathBuf,
    #[command(flatten)]
    pub(super) at: At,
}

/// When.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct At {
    /// Read the fleet as it is at a revision of its git repository: `main`, `HEAD~1`, `4f2a9c1`, `main:deploy/fleet`
    #[arg(long, value_name = "REV")]
    pub(super) rev: Option<String>,
}

/// Where a fleet is read from.
pub(super) struct Opened {
    /// Its files, and what the machine has.
    pub(super) world: Box<dyn World>,
    /// The commit, where it is read from one.
    pub(super) commit: Option<Commit>,
    /// Where journals and sandboxes are: a repository with hooks keeps its own.
    pub(super) state: PathBuf,
}

/// The files alone.
pub(super) struct Files {
    /// The world that they are in.
    pub(super) world: Box<dyn World>,
    /// The commit, where they are read from one.
    commit: Option<Commit>,
    /// Where its repository keeps the state, if it keeps its own.
    state: Option<PathBuf>,
}

impl Fleet {
    /// The world in which it lives, and where its state is. What keeps one from them is told; then nothing comes back.
    pub(super) fn open(&self, setting: &Setting, json: bool, output: Output) -> Result<Opened, Exit> {
        let Files { world, commit, state } = self.read(setting, json, output)?;
        let state = match state {
            Some(own) => own,
            None => setting.state.clone().map_err(|why| complain(&why, json, output))?,
        };
        Ok(Opened { world, commit, state })
    }

    /// The world in which it lives, for who needs no more. A revision that cannot be read is told; then nothing comes back.
    pub(super) fn read(&self, setting: &Setting, json: bool, output: Output) -> Result<Files, Exit> {
        let Some(rev) = &self.at.rev else {
            let world = Box::new(Directory::new(&self.directory));
            return Ok(Files { world, commit: None, state: None });
        };
        match Revision::open(&self.directory, rev, setting.quarantine.as_deref()) {
            Ok(revision) => {
                let commit = Some(revision.commit().clone());
                let own = Queue::of(&revision.repository()).state().join("tenantry");
                let is_own = own.is_dir();
                if let (true, Ok(repository)) = (is_own, Repository::open(&self.directory, None)) {
                    // Other accounts go on from what is written there. Without an answer it is as it always is.
                    let _ = share(&repository);
                }
                Ok(Files { world: Box::new(revision), commit, state: is_own.then_some(own) })
            }
            Err(error) => Err(complain(&error.to_string(), json, output)),
        }
    }

    /// Opens the way to its hosts. An engine that only the environment names has no place in the files to be warned at.
    pub(super) fn connect(setting: &Setting, compiled: &Compiled, opened: &Opened, output: Output) -> Hosts {
        let at = setting.docker_host.as_deref();
        let local = compiled.desired.hosts.values().any(|host| host.docker == Some(None));
        if let Some(at) = at.filter(|at| local && is_in_clear(at)) {
            output.note(format!(
                "{}: DOCKER_HOST reaches the engine over plain TCP ({at}): passwords go there in clear; use ssh://",
                output.paint(33, "warning")
            ));
        }
        pipeline::connect(&compiled.desired, at, &opened.state)
    }

    /// Compiles it. Warnings and errors are told; `None` means that there were errors.
    pub(super) fn compile(world: &dyn World, json: bool, output: Output) -> Option<Compiled> {
        Self::compiled(world, json, true, output)
    }

    /// Compiles it for a command that is not about the files, or where their warnings were told a moment ago: errors alone are told.
    pub(super) fn compile_quietly(world: &dyn World, json: bool, output: Output) -> Option<Compiled> {
        Self::compiled(world, json, false, output)
    }

    fn compiled(world: &dyn World, json: bool, warn: bool, output: Output) -> Option<Compiled> {
        let say = |diagnostics: &[Diagnostic], sources: &SourceMap| {
            if json {
                events_json::diagnostics(diagnostics, sources, output);
            } else {
                tell(diagnostics, sources, output);
            }
        };
        match pipeline::compile(world) {
            Ok(compiled) => {
                if warn {
                    say(&compiled.warnings, &compiled.sources);
                }
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
    let of = |severity| {
        let all = diagnostics.iter().filter(|d| d.severity == severity);
        all.map(|d| 1 + d.more).sum::<usize>()
    };
    let (errors, warnings) = (of(diag::Severity::Error), of(diag::Severity::Warning));
    match (errors, warnings) {
        (0, 0) => "nothing is wrong".to_owned(),
        (0, w) => count(w, "warning"),
        (e, 0) => count(e, "error"),
        (e, w) => format!("{}, {}", count(e, "error"), count(w, "warning")),
    }
}
