//! `tenantry hook`: git's hooks of a bare repository, and what they run. What a hook prints goes to the pusher's terminal by
//! standard error: in `proc-receive` standard output speaks git's protocol.

mod adopt;
mod chain;
mod install;
mod pause;
mod post_receive;
mod pre_receive;
mod proc_receive;
mod state;
mod work;

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::{Exit, Output, Setting};
use crate::gitops::{BadOption, Child, Leave, Queue, Refused, Settings, share};
use crate::world::git::Repository;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Install the hooks: a push to the branch that deploys is checked, shown and applied
    Install(install::Args),
    /// Take the hooks away; hooks that were there before come back
    Uninstall {
        /// The bare repository
        #[arg(value_name = "REPO")]
        repository: PathBuf,
    },
    /// Show which hooks are there, what is applied and what waits
    Status {
        /// The bare repository
        #[arg(value_name = "REPO", default_value = ".")]
        repository: PathBuf,
    },
    /// Take pushes and apply nothing until `resume`; what is being applied goes on to its end
    Pause {
        /// Why, for whoever pushes meanwhile
        why: String,
        /// The bare repository
        #[arg(value_name = "REPO", default_value = ".")]
        repository: PathBuf,
    },
    /// End a pause, and apply what was pushed meanwhile
    Resume {
        /// The bare repository
        #[arg(value_name = "REPO", default_value = ".")]
        repository: PathBuf,
    },
    /// What git calls, in the repository
    #[command(hide = true)]
    Run {
        /// The hook's name
        name: String,
    },
    /// Apply what waits
    #[command(hide = true)]
    Work {
        /// The bare repository
        repository: PathBuf,
        /// Once this process has ended
        #[arg(long, requires = "ticket")]
        after: Option<u32>,
        /// Unless this push is in the queue by then
        #[arg(long)]
        ticket: Option<String>,
    },
}

pub(super) fn run(args: &Args, setting: &Setting, output: Output) -> Exit {
    let done = match &args.what {
        What::Install(args) => install::run(args, output),
        What::Uninstall { repository } => install::uninstall(repository, output),
        What::Status { repository } => state::run(repository, output),
        What::Run { name } => hook(name, setting),
        What::Pause { why, repository } => pause::pause(repository, why, setting, output),
        What::Resume { repository } => pause::resume(repository, setting, output),
        What::Work { repository, after, ticket } => {
            work::run(repository, after.zip(ticket.as_deref()), setting)
        }
    };
    done.unwrap_or_else(|trouble| {
        output.note(format!("{}: {}", output.paint(31, "error"), trouble.message));
        if let Some(help) = &trouble.help {
            output.note(format!("help: {help}"));
        }
        Exit::Error
    })
}

/// What keeps a hook from going on.
struct Trouble {
    message: String,
    help: Option<String>,
}

impl<E: std::fmt::Display> From<E> for Trouble {
    fn from(error: E) -> Self {
        Self { message: error.to_string(), help: None }
    }
}

impl Trouble {
    fn from_refused(refused: Refused) -> Self {
        Self { message: refused.message, help: Some(refused.help) }
    }
}

/// What every hook begins with.
struct Here<'a> {
    repository: Repository,
    settings: Settings,
    queue: Queue,
    leave: Leave,
    setting: &'a Setting,
    output: Output,
}

fn hook(name: &str, setting: &Setting) -> Result<Exit, Trouble> {
    // git starts hooks in the repository.
    let repository = Repository::open(Path::new("."), setting.quarantine.as_deref())?;
    share(&repository)?;
    let settings = Settings::read(&repository)?;
    let output = Output { color: settings.color };
    let queue = Queue::of(&repository.path());
    let mut here = Here { repository, settings, queue, leave: Leave::default(), setting, output };
    here.asked(&setting.push_options)?;
    match name {
        "pre-receive" => pre_receive::run(&here),
        "post-receive" => post_receive::run(&here),
        "proc-receive" => proc_receive::run(here),
        _ => Err(Trouble { message: format!("there is no hook `{}`", name.escape_debug()), help: None }),
    }
}

impl Here<'_> {
    /// Takes the pusher's options.
    fn asked(&mut self, options: &[String]) -> Result<(), Trouble> {
        self.leave = Leave::parse(options.iter().map(String::as_str)).map_err(|bad| match bad {
            BadOption::Unknown(option) => Trouble {
                message: format!("`-o {}` is no push option of this server", option.escape_debug()),
                help: Some(
                    "there are max-destroy=N, new-fleet, anew=ADDRESS, without-host=NAME and color"
                        .to_owned(),
                ),
            },
            BadOption::Value { option, wants } => Trouble {
                message: format!("`-o {}` has a bad value", option.escape_debug()),
                help: Some(format!("it takes {wants}")),
            },
        })?;
        self.output.color = self.settings.color || self.leave.color;
        Ok(())
    }

    fn child(&self) -> Result<Child, Trouble> {
        let program = std::env::current_exe()?;
        Ok(Child::new(
            &program,
            &self.repository.path(),
            &self.settings,
            &self.setting.kept,
            self.output.color,
        )?)
    }

    /// What is being applied now, if a worker lives.
    fn running(&self) -> Result<Option<crate::gitops::Ticket>, Trouble> {
        let Some(running) = self.queue.running()? else { return Ok(None) };
        // A worker that died left its ticket and not its lock.
        Ok(self.queue.worker()?.is_none().then_some(running))
    }
}
