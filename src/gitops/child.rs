//! Tenantry's own commands as the hooks run them: in an environment of the server's, with nothing of the pusher's.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Leave, Queue, Settings};

/// How the hooks of a repository run commands.
#[derive(Debug, Clone)]
pub struct Child {
    program: PathBuf,
    repository: PathBuf,
    kept: BTreeMap<String, String>,
    quarantine: Option<PathBuf>,
    settings: Settings,
    color: bool,
}

impl Child {
    /// `kept` are the variables that a command may see of those that the hook was started with.
    ///
    /// # Errors
    /// When the server's file of variables cannot be read.
    pub fn new(
        program: &Path,
        repository: &Path,
        settings: &Settings,
        kept: &BTreeMap<String, String>,
        color: bool,
    ) -> Result<Self, String> {
        let mut kept = kept.clone();
        kept.extend(settings.variables()?);
        Ok(Self {
            program: program.to_owned(),
            repository: repository.to_owned(),
            kept,
            quarantine: None,
            settings: settings.clone(),
            color: color || settings.color,
        })
    }

    /// With the objects of a push that is not accepted yet.
    #[must_use]
    pub fn quarantined(mut self, quarantine: Option<&Path>) -> Self {
        self.quarantine = quarantine.map(Path::to_owned);
        self
    }

    /// `tenantry plan` of a commit. What is refused of the commit `before` it as well is told, and keeps nothing back.
    #[must_use]
    pub fn plan(&self, commit: &str, before: Option<&str>, leave: &Leave) -> Command {
        let mut command = self.command("plan", leave);
        command.arg("--pushed");
        if let Some(before) = before {
            command.arg("--before").arg(self.settings.rev(before));
        }
        // What is accepted is applied here, with the same variables and files.
        command.arg("--with-secrets");
        command.arg("--rev").arg(self.settings.rev(commit)).arg(&self.repository);
        command
    }

    /// `tenantry diff` of two commits.
    #[must_use]
    pub fn diff(&self, base: &str, head: &str) -> Command {
        let mut command = self.command("diff", &Leave::default());
        command.arg(self.settings.rev(base)).arg(self.settings.rev(head));
        command.arg("--repository").arg(&self.repository);
        command
    }

    /// `tenantry apply` of a commit, on behalf of somebody.
    #[must_use]
    pub fn apply(&self, commit: &str, by: &str, leave: &Leave) -> Command {
        let mut command = self.command("apply", leave);
        command.args(["--pushed", "--auto-approve", "--lock-timeout", "1h", "--by", by, "--rev"]);
        command.arg(self.settings.rev(commit)).arg(&self.repository);
        command
    }

    /// The worker of the queue.
    #[must_use]
    pub fn work(&self) -> Command {
        let mut command = self.command("hook", &Leave::default());
        command.arg("work").arg(&self.repository);
        command
    }

    /// The worker once a push has ended, should its `post-receive` not have come: the process of git that serves the push, and the id of its ticket.
    #[must_use]
    pub fn work_after(&self, pid: u32, ticket: &str) -> Command {
        let mut command = self.work();
        command.arg(format!("--after={pid}")).arg(format!("--ticket={ticket}"));
        command
    }

    fn command(&self, name: &str, leave: &Leave) -> Command {
        let mut command = Command::new(&self.program);
        command.env_clear().envs(&self.kept).current_dir(&self.repository).arg(name);
        command.env("XDG_STATE_HOME", Queue::of(&self.repository).state());
        command.env(if self.color { "FORCE_COLOR" } else { "NO_COLOR" }, "1");
        if let Some(quarantine) = &self.quarantine {
            command.env("GIT_QUARANTINE_PATH", quarantine);
        }
        if let Some(n) = leave.max_destroy {
            command.arg("--max-destroy").arg(n.to_string());
        }
        if leave.new_fleet {
            command.arg("--new-fleet");
        }
        command.args(leave.without_host.iter().map(|name| format!("--without-host={name}")));
        for address in &leave.anew {
            command.arg(format!("--anew={address}"));
        }
        command
    }
}
