//! `tenantry explain`: the page of a code, or where the values of a declaration come from.

use crate::diag::{Diagnostics, TABLE, printable, suggest};
use crate::{load, resolve, spec};

use super::fleet::{Fleet, tell};
use super::view::table::table;
use super::{Exit, Output, Setting};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A code (`check/domain-conflict`) or an address (`site.globex`)
    #[arg(value_name = "CODE|ADDRESS")]
    what: String,
    #[command(flatten)]
    fleet: Fleet,
}

pub(super) fn run(args: &Args, setting: &Setting, output: Output) -> Exit {
    // The part after the phase is enough: no two codes share it but in different phases, and then the first is shown.
    let named =
        |code: &str| code == args.what || code.split_once('/').is_some_and(|(_, slug)| slug == args.what);
    if let Some(page) = TABLE.iter().find(|page| named(page.code.as_str())) {
        output.text(page.text);
        return Exit::Done;
    }
    // Objects are called after their declaration: bench.main/container/backend.
    let (what, object) = args.what.split_once('/').map_or((args.what.as_str(), false), |(of, _)| (of, true));
    if object && !what.contains('.') {
        let near = suggest(&args.what, TABLE.iter().map(|page| page.code.as_str()));
        let hint = near.map_or_else(
            || "every code: docs/errors/README.md".to_owned(),
            |n| format!("did you mean `{n}`?"),
        );
        output.note(format!("error: there is no code `{}`; {hint}", args.what.escape_debug()));
        return Exit::Error;
    }
    let opened = match args.fleet.read(setting, false, output) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let mut diagnostics = Diagnostics::default();
    let mut sources = load::read(opened.world.as_ref(), &mut diagnostics);
    let mut spec = spec::bind(&load::parse(&sources, &mut diagnostics), &mut diagnostics);
    spec::attach::attach(&mut spec, opened.world.as_ref(), &mut sources, &mut diagnostics);
    let Some(fields) = resolve::explain(&spec, what, &mut diagnostics) else {
        tell(&diagnostics.sorted(), &sources, output);
        return Exit::Error;
    };
    for field in fields {
        output.line(output.paint(1, &field.name));
        let rows: Vec<Vec<String>> = field
            .chain
            .iter()
            .map(|link| {
                let place =
                    link.span.map_or_else(|| "built in".to_owned(), |span| printable(&sources.place(span)));
                let mark = if link.wins { "▸" } else { " " };
                vec![format!("  {mark} {}", link.layer), printable(&link.value), place]
            })
            .collect();
        output.text(table(&rows));
    }
    Exit::Done
}
