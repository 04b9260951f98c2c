//! `tenantry show`: a saved plan.

use std::path::PathBuf;

use crate::plan::file;

use super::view::{plan_json, plan_text};
use super::{Exit, Output};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The file that `plan --out` wrote
    #[arg(value_name = "PLAN")]
    path: PathBuf,
    /// Print in the shape of `terraform show -json`
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args, output: Output) -> Exit {
    match file::load(&args.path) {
        Ok(mut saved) if args.json => {
            let resources = std::mem::take(&mut saved.resources);
            output.line(plan_json::plan(&saved.into_plan(), &resources).to_string());
            Exit::Done
        }
        Ok(saved) => {
            output.text(plan_text::plan(&saved.into_plan(), output));
            Exit::Done
        }
        Err(error) => {
            output.note(format!("error: {}: {error}", args.path.display()));
            Exit::Error
        }
    }
}
