//! `tenantry secrets`: what the built files leave out, for those who go on with them alone. The only command that gives secrets
//! away, so it says so, and does it only where it was told to.

use std::path::PathBuf;

use crate::pipeline;
use crate::provider::secrets::{self, Missing};
use crate::provider::write;

use super::fleet::Fleet;
use super::view::table::count;
use super::{Exit, Output, Setting};

/// Names of the files.
const ENV_FILE: &str = "compose.env";
const HASHES: &str = "hashes.sql";

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    fleet: Fleet,
    /// Write `compose.env` and `hashes.sql` to this directory, readable by you alone
    #[arg(long, short, value_name = "DIR")]
    out: Option<PathBuf>,
    /// What to print without `--out`
    #[arg(long, value_enum, default_value_t = Format::Env, conflicts_with = "out")]
    format: Format,
    /// Print even where people can read it: to a terminal
    #[arg(long, conflicts_with = "out")]
    show: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Secrets in clear, `NAME='value'` a line: for `docker compose --env-file` and for shells
    Env,
    /// Hashes of the accounts' passwords, `SET @name = '*hash';` a line: to be run before `tenantry.sql`
    Sql,
    /// Passwords of the sites' administrators in clear, `site<TAB>password` a line
    Administrators,
}

pub(super) fn run(args: &Args, setting: &Setting, output: Output) -> Exit {
    if args.out.is_none() && setting.terminal && !args.show {
        output.note(
            "error: this prints secrets, and standard output is a terminal\n  \
             --out DIR writes them to files that only you can read, a pipe hands them on, --show prints them here",
        );
        return Exit::Error;
    }
    let opened = match args.fleet.read(setting, false, output) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let world = opened.world.as_ref();
    let Some(compiled) = Fleet::compile(world, false, output) else { return Exit::Error };
    let desired = &compiled.desired;
    let opener = pipeline::opener(desired, world);
    if desired.key.is_none() && pipeline::only_sandboxes(desired) {
        output.note(
            "warning: this fleet has no `key`, so its derived passwords are those of the built-in demo key, which everybody \
             knows: give it one before something real runs on them",
        );
    }
    for fault in opener.key_faults() {
        output.note(format!("warning: a new fleet would be refused with this key: {fault}"));
    }
    let env = || secrets::env_file(desired, &opener);
    let sql = || secrets::hashes_sql(desired, &opener);
    let Some(out) = &args.out else {
        let text = match args.format {
            Format::Env => env(),
            Format::Sql => sql(),
            Format::Administrators => secrets::administrators(desired, &opener),
        };
        return match text {
            Ok(text) => {
                output.text(text);
                Exit::Done
            }
            Err(missing) => refuse(missing, "printed", output),
        };
    };
    let (env, sql) = match (env(), sql()) {
        (Ok(env), Ok(sql)) => (env, sql),
        (env, sql) => {
            let mut missing = env.err().unwrap_or_default();
            for (why, names) in sql.err().unwrap_or_default() {
                missing.entry(why).or_default().extend(names);
            }
            return refuse(missing, "written", output);
        }
    };
    // The first line says what the file is.
    let entries = |text: &str| text.lines().count().saturating_sub(1);
    let (secrets, hashes) = (entries(&env), entries(&sql));
    match write::write_private(out, &[(ENV_FILE, env), (HASHES, sql)], secrets::MARK) {
        Ok(()) => {
            output.line(format!(
                "{}: {} in clear in {ENV_FILE}, {} in {HASHES}",
                out.display(),
                count(secrets, "secret"),
                if hashes == 1 { "1 password hash".to_owned() } else { format!("{hashes} password hashes") },
            ));
            Exit::Done
        }
        Err(error) => {
            output.note(format!("error: {error}"));
            Exit::Error
        }
    }
}

/// Half of the secrets would bring half of the fleet up.
fn refuse(missing: Missing, done: &str, output: Output) -> Exit {
    let total: usize = missing.values().map(Vec::len).sum();
    let mut text = format!("error: {} cannot be given; nothing is {done}\n", count(total, "secret"));
    for (why, names) in missing {
        text.push_str(&format!("  {why}:\n"));
        for name in names {
            text.push_str(&format!("    {name}\n"));
        }
    }
    text.push_str(
        "  run it where they can be read: with the variables set, the files there, and the fleet's key\n",
    );
    output.raw_note(text);
    Exit::Error
}
