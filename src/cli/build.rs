//! `tenantry build`: the artifacts, for reviewers and for those who want to leave.

use std::path::PathBuf;

use crate::provider::{render, write};

use super::fleet::Fleet;
use super::view::table::count;
use super::{Exit, Output};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    fleet: Fleet,
    /// Directory to write to; FLEET/generated unless given
    #[arg(long, short, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn run(args: &Args, output: Output) -> Exit {
    let Some(compiled) = Fleet::compile(&args.fleet.world(), false, output) else { return Exit::Error };
    let out = args.out.clone().unwrap_or_else(|| args.fleet.directory.join("generated"));
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
