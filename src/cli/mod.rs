//! 10. The command line: one file a command, `view/` prints.

mod applied;
mod apply;
mod args;
mod before;
mod blaming;
mod build;
mod check;
mod diff;
mod exit;
mod explain;
mod fleet;
mod graph;
mod hook;
mod init;
mod interrupt;
mod log;
mod login;
mod missing;
mod plan;
mod planning;
mod remembered;
mod schema;
mod screen;
mod secrets;
mod setting;
mod show;
mod status;
pub mod view;
mod working;

use clap::{Parser, Subcommand};

pub use exit::Exit;
pub use setting::Setting;
use view::Output;

/// Declarative infrastructure for multi-tenant Frappe and ERPNext hosting.
#[derive(Debug, Parser)]
#[command(name = "tenantry", version, about, max_term_width = 110, subcommand_required = true)]
#[command(
    after_help = "Exit codes: 0 done, 1 error, 2 changes (plan --detailed-exitcode), 3 locked, 4 denied, \
                        5 refused by a guard, 6 stale plan, 7 applied in part, 8 cancelled."
)]
struct Args {
    /// No colours (also: `NO_COLOR`)
    #[arg(long, global = true)]
    no_color: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write a fleet to start from, and files for continuous integration
    Init(init::Args),
    /// Read the fleet and say everything that is wrong with it
    Check(check::Args),
    /// Write the compose files, Traefik files and SQL of the fleet
    Build(build::Args),
    /// Write the secrets that the built files leave out: to go on without Tenantry
    Secrets(secrets::Args),
    /// Show what would change, and change nothing
    Plan(plan::Args),
    /// Show what a change of the files means, without looking at any host
    Diff(diff::Args),
    /// Make the world what the fleet says
    Apply(apply::Args),
    /// Show what runs and where it answers
    Status(status::Args),
    /// Show a saved plan
    Show(show::Args),
    /// Draw the order in which things are made
    Graph(graph::Args),
    /// Explain a diagnostic's code, or where a declaration's values come from
    Explain(explain::Args),
    /// Show what earlier runs did
    Log(log::Args),
    /// Print a link that logs in to a site once, without a password
    Login(login::Args),
    /// Make `git push` to a bare repository the deployment
    Hook(hook::Args),
    /// Print the JSON Schema of fleet files in YAML, for editors
    Schema,
}

/// Runs one command line. What could not be printed was asked for and is not there, so that is no success.
pub async fn run(setting: &Setting) -> Exit {
    let exit = command(setting).await;
    let output = Output { color: setting.color };
    let Some(why) = output.unwritten() else { return exit };
    output.note(format!("{}: standard output cannot be written: {why}", output.paint(31, "error")));
    output.note("help: what the command does besides printing, it has done; give it an output with room and run it again");
    match exit {
        _ if setting.arguments.get(1).is_some_and(|verb| verb == "diff") => Exit::TROUBLE,
        Exit::Done | Exit::Changes => Exit::Error,
        other => other,
    }
}

async fn command(setting: &Setting) -> Exit {
    let arguments = args::long_flags(setting.arguments.clone(), &<Args as clap::CommandFactory>::command());
    let trouble =
        if arguments.get(1).is_some_and(|verb| verb == "diff") { Exit::TROUBLE } else { Exit::Error };
    let args = match Args::try_parse_from(arguments) {
        Ok(args) => args,
        Err(error) => {
            let output = Output { color: false };
            let text =
                if setting.color { error.render().ansi().to_string() } else { error.render().to_string() };
            if error.use_stderr() {
                output.raw_note(text);
                return trouble;
            }
            output.text(text);
            return Exit::Done;
        }
    };
    let output = Output { color: setting.color && !args.no_color };
    match args.command {
        Command::Init(args) => init::run(&args, output),
        Command::Check(args) => check::run(&args, setting, output),
        Command::Build(args) => build::run(&args, setting, output),
        Command::Secrets(args) => secrets::run(&args, setting, output),
        Command::Plan(args) => plan::run(&args, setting, output).await,
        Command::Diff(args) => diff::run(&args, setting, output),
        Command::Apply(args) => apply::run(&args, setting, output).await,
        Command::Status(args) => status::run(&args, setting, output).await,
        Command::Show(args) => show::run(&args, output),
        Command::Graph(args) => graph::run(&args, setting, output),
        Command::Explain(args) => explain::run(&args, setting, output),
        Command::Log(args) => log::run(&args, setting, output).await,
        Command::Login(args) => login::run(&args, setting, output).await,
        Command::Hook(args) => hook::run(&args, setting, output),
        Command::Schema => schema::run(output),
    }
}
