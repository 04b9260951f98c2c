//! Terraform's single-dash long flags: `-auto-approve` is `--auto-approve`.

use std::collections::BTreeSet;
use std::ffi::OsString;

use clap::Command;

/// Gives the second dash to every `-flag` that is the long name of one; what follows `--` is left alone.
pub(super) fn long_flags(arguments: Vec<OsString>, command: &Command) -> Vec<OsString> {
    let mut known = BTreeSet::from(["help".to_owned(), "version".to_owned()]);
    collect(command, &mut known);
    let mut verbatim = false;
    arguments
        .into_iter()
        .map(|argument| {
            let Some(text) = argument.to_str() else { return argument };
            verbatim |= text == "--";
            let name = text.strip_prefix('-').unwrap_or_default();
            let name = name.split('=').next().unwrap_or_default();
            if !verbatim && name.len() > 1 && known.contains(name) {
                format!("-{text}").into()
            } else {
                argument
            }
        })
        .collect()
}

fn collect(command: &Command, known: &mut BTreeSet<String>) {
    known.extend(command.get_arguments().filter_map(|a| a.get_long().map(str::to_owned)));
    for sub in command.get_subcommands() {
        collect(sub, known);
    }
}
