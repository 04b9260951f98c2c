//! `tenantry graph`: the order in which things are made, for Graphviz or Mermaid.

use clap::ValueEnum;

use crate::desired::graph;

use super::fleet::Fleet;
use super::{Exit, Output, Setting};

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Dot,
    Mermaid,
}

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    fleet: Fleet,
    /// Language of the drawing
    #[arg(long, value_enum, default_value = "dot")]
    format: Format,
}

pub(super) fn run(args: &Args, setting: &Setting, output: Output) -> Exit {
    let opened = match args.fleet.read(setting, false, output) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let Some(compiled) = Fleet::compile_quietly(opened.world.as_ref(), false, output) else {
        return Exit::Error;
    };
    output.text(match args.format {
        Format::Dot => graph::dot(&compiled.desired),
        Format::Mermaid => graph::mermaid(&compiled.desired),
    });
    Exit::Done
}
