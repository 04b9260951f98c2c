//! `tenantry build`: the artifacts, for reviewers and for those who want to leave.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::provider::{render, write};
use crate::world::{Directory, World as _};

use super::fleet::Fleet;
use super::planning::complain;
use super::view::table::count;
use super::{Exit, Output, Setting};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    fleet: Fleet,
    /// Directory to write to; FLEET/generated unless given (with --rev it has to be)
    #[arg(long, short, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn run(args: &Args, setting: &Setting, output: Output) -> Exit {
    let out = match (&args.out, &args.fleet.at.rev) {
        (Some(out), _) => out.clone(),
        (None, None) => args.fleet.directory.join("generated"),
        // What lies in the directory is of another revision, and a bare repository has none.
        (None, Some(_)) => {
            return complain(
                "a revision has no directory of its own; name one to write to: -o DIR",
                false,
                output,
            );
        }
    };
    let opened = match args.fleet.read(setting, false, output) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let Some(compiled) = Fleet::compile(opened.world.as_ref(), false, output) else { return Exit::Error };
    if let Some(own) = hides(&out, &args.fleet.directory) {
        complain(
            &format!(
                "`{}` holds files of the fleet (`{}`): no command reads a directory that `build` writes to, so they would \
                 be missing from the fleet; nothing was written",
                out.display(),
                own.display()
            ),
            false,
            output,
        );
        output.note("help: name a directory that holds nothing else: `-o generated`");
        return Exit::Error;
    }
    match write::write(&out, &render::render(&compiled.desired)) {
        Ok(written) => {
            output.line(format!(
                "{}: {} created, {} changed, {} removed, {} unchanged",
                out.display(),
                count(written.created.len(), "file"),
                written.changed.len(),
                written.removed.len(),
                written.unchanged
            ));
            Exit::Done
        }
        Err(error) => {
            output.note(format!("error: {error}"));
            Exit::Error
        }
    }
}

/// A file of the fleet that lies below a directory. A bare repository has none beside its revisions.
fn hides(out: &Path, fleet: &Path) -> Option<PathBuf> {
    let out = out.canonicalize().ok()?;
    let files: Vec<PathBuf> =
        Directory::new(fleet).files().ok()?.iter().map(|file| fleet.join(file)).collect();
    // Where a file lies counts, not where it leads if it is a link.
    let folders: BTreeSet<&Path> = files.iter().filter_map(|file| file.parent()).collect();
    let below = |folder: &Path| folder.canonicalize().is_ok_and(|folder| folder.starts_with(&out));
    let folder = folders.into_iter().find(|folder| below(folder))?;
    files.iter().find(|file| file.parent() == Some(folder)).cloned()
}
