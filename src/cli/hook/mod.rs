//! `tenantry hook`: git's hooks of a bare repository, and what they run. What a hook prints goes to the pusher's terminal by
//! standard error: in `proc-receive` standard output speaks git's protocol.

mod chain;
mod install;
mod post_receive;
mod pre_receive;
mod proc_receive;
mod state;
mod work;

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::{Exit, Output, Setting};
use crate::gitops::{Child, Leave, Queue, Settings};
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
    },
}

pub(super) fn run(args: &Args, setting: &Setting, output: Output) -> Exit {
    let done = match &args.what {
        What::Install(args) => install::run(args, output),
        What::Uninstall { repository } => install::uninstall(repository, output),
        What::Status { repository } => state::run(repository, output),
        What::Run { name } => hook(name, setting),
        What::Work { repository } => work::run(repository, setting),
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
        self.leave = Leave::parse(options.iter().map(String::as_str)).map_err(|option| Trouble {
            message: format!("`-o {}` is no push option of this server", option.escape_debug()),
            help: Some(
                "there are max-destroy=N, new-fleet, anew=ADDRESS, without-host=NAME and color".to_owned(),
            ),
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
