//! `tenantry check`: everything that is wrong with the files, nothing else.

use std::time::Instant;

use crate::diag;
use crate::pipeline;

use super::fleet::{Fleet, summary, tell};
use super::view::table::{count, elapsed, since};
use super::{Exit, Output, Setting};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    fleet: Fleet,
    /// Print the diagnostics as JSON, in the shape of `terraform validate -json`
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args, setting: &Setting, output: Output) -> Exit {
    let began = Instant::now();
    let opened = match args.fleet.read(setting, args.json, output) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let (sources, diagnostics, compiled) = match pipeline::compile(opened.world.as_ref()) {
        Ok(mut compiled) => {
            let sources = std::mem::take(&mut compiled.sources);
            (sources, std::mem::take(&mut compiled.warnings), Some(compiled))
        }
        Err(broken) => (broken.sources, broken.diagnostics, None),
    };
    if args.json {
        output.line(diag::json(&diagnostics, &sources).to_string());
    } else {
        tell(&diagnostics, &sources, output);
        match &compiled {
            Some(compiled) => output.line(format!(
                "{}: {}, {}, {} in {} ({})",
                compiled.model.fleet.meta.name,
                count(compiled.model.tenants.len(), "tenant"),
                count(compiled.model.sites.len(), "site"),
                count(compiled.model.benches.len(), "bench"),
                elapsed(since(began)),
                summary(&diagnostics),
            )),
            None => output.note(summary(&diagnostics)),
        }
    }
    if compiled.is_some() { Exit::Done } else { Exit::Error }
}
