//! The hooks in a bare repository. A hook that was there is kept and runs first.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::{Settings, file};
use crate::world::git::{GitError, Repository};

/// The hooks that are ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hook {
    /// May refuse a push.
    PreReceive,
    /// Applies what was accepted.
    PostReceive,
    /// Answers pushes to `refs/for/<branch>`.
    ProcReceive,
}

impl Hook {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::PreReceive, Self::PostReceive, Self::ProcReceive];

    /// As git calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PreReceive => "pre-receive",
            Self::PostReceive => "post-receive",
            Self::ProcReceive => "proc-receive",
        }
    }
}

/// What stands where a hook belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookState {
    /// Ours, and the program that it runs.
    Ours(PathBuf),
    /// Somebody else's.
    Foreign,
    /// None.
    Missing,
}

/// What `install` did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Installed {
    /// Hooks of others that now run before ours.
    pub chained: Vec<&'static str>,
}

/// The second line of a hook of ours.
const MARK: &str = "# Written by `tenantry hook install`; `tenantry hook uninstall` takes it away.";

/// The configuration that lets clients send `git push -o`; noted where it is ours.
const PUSH_OPTIONS: &str = "receive.advertisePushOptions";
const SET_PUSH_OPTIONS: &str = "tenantry.setPushOptions";
const PROC_RECEIVE: &str = "receive.procReceiveRefs";
const REVIEW: &str = "refs/for";

/// Why the hooks could not be installed or taken away.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// Pushes go to bare repositories.
    #[error("{0} is no bare repository; make one on the server: git init --bare fleet.git")]
    NotBare(String),
    /// Hooks of many repositories.
    #[error(
        "core.hooksPath is {0}, outside the repository; hooks that many repositories share are not touched"
    )]
    SharedHooks(String),
    /// Its protocol cannot be spoken twice.
    #[error("{0} is there already, and git runs only one; take it away first")]
    ProcReceive(String),
    /// A chained hook would be lost.
    #[error("{0} and {0}.chained are both there and neither is ours; keep one of them")]
    TwoHooks(String),
    /// A file.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// git.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl From<git2::Error> for InstallError {
    fn from(error: git2::Error) -> Self {
        Self::Git(error.into())
    }
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> InstallError {
    let path = path.display().to_string();
    move |source| InstallError::Io { path, source }
}

/// Installs the hooks, which will run `program`, and writes the settings down. Again is no difference.
///
/// # Errors
/// Before anything is changed, where a hook of others stands in the way; else when something cannot be written.
pub fn install(
    repository: &Repository,
    program: &Path,
    settings: &Settings,
) -> Result<Installed, InstallError> {
    let directory = hooks(repository)?;
    let mut chain = Vec::new();
    for hook in Hook::ALL {
        let path = directory.join(hook.name());
        if look(&path)? != HookState::Foreign {
            continue;
        }
        if hook == Hook::ProcReceive {
            return Err(InstallError::ProcReceive(path.display().to_string()));
        }
        if chained(&path).exists() {
            return Err(InstallError::TwoHooks(path.display().to_string()));
        }
        chain.push(hook);
    }
    fs::create_dir_all(&directory).map_err(failed(&directory))?;
    configure(repository, settings)?;
    for hook in Hook::ALL {
        let path = directory.join(hook.name());
        if chain.contains(&hook) {
            fs::rename(&path, chained(&path)).map_err(failed(&path))?;
        }
        let program = program.display().to_string().replace('\'', r"'\''");
        let text = format!("#!/bin/sh\n{MARK}\nexec '{program}' hook run {}\n", hook.name());
        // A push may start a hook at any moment, so it is never there in part.
        let temporary = directory.join(format!("{}.new", hook.name()));
        file::write_text(&temporary, &text)
            .and_then(|()| fs::set_permissions(&temporary, fs::Permissions::from_mode(0o755)))
            .and_then(|()| fs::rename(&temporary, &path))
            .map_err(failed(&path))?;
    }
    Ok(Installed { chained: chain.into_iter().map(Hook::name).collect() })
}

/// Takes the hooks away, and puts back those that were there. Journals, logs and notes stay. The names of the hooks that went.
///
/// # Errors
/// When something cannot be written.
pub fn uninstall(repository: &Repository) -> Result<Vec<&'static str>, InstallError> {
    let directory = hooks(repository)?;
    let mut gone = Vec::new();
    for hook in Hook::ALL {
        let path = directory.join(hook.name());
        if !matches!(look(&path)?, HookState::Ours(_)) {
            continue;
        }
        let before = chained(&path);
        let moved = if before.exists() { fs::rename(&before, &path) } else { file::remove(&path) };
        moved.map_err(failed(&path))?;
        gone.push(hook.name());
    }
    let mut config = local(repository)?;
    if config.get_bool(SET_PUSH_OPTIONS).unwrap_or(false) {
        absent(config.remove(PUSH_OPTIONS))?;
    }
    absent(config.remove_multivar(PROC_RECEIVE, "^refs/for$"))?;
    for key in ["branch", "directory", "environment", "color", "setPushOptions"] {
        absent(config.remove(&format!("tenantry.{key}")))?;
    }
    Ok(gone)
}

/// What stands where a hook belongs, and whether another one runs before it.
///
/// # Errors
/// When it cannot be read.
pub fn state(repository: &Repository, hook: Hook) -> Result<(HookState, bool), InstallError> {
    let path = hooks(repository)?.join(hook.name());
    Ok((look(&path)?, chained(&path).exists()))
}

/// Starts the hook that was there before ours, where there is one.
///
/// # Errors
/// When it cannot be started.
pub fn start_chained(repository: &Repository, hook: Hook) -> Result<Option<Child>, InstallError> {
    let path = chained(&hooks(repository)?.join(hook.name()));
    if !path.exists() {
        return Ok(None);
    }
    Command::new(&path).stdin(Stdio::piped()).spawn().map(Some).map_err(failed(&path))
}

fn chained(path: &Path) -> PathBuf {
    path.with_extension("chained")
}

fn look(path: &Path) -> Result<HookState, InstallError> {
    let text = match file::read_text(path) {
        Ok(Some(text)) => text,
        Ok(None) => return Ok(HookState::Missing),
        // A program.
        Err(error) if error.kind() == io::ErrorKind::InvalidData => return Ok(HookState::Foreign),
        Err(error) => return Err(failed(path)(error)),
    };
    if text.lines().nth(1) != Some(MARK) {
        return Ok(HookState::Foreign);
    }
    let program =
        text.lines().nth(2).and_then(|line| line.strip_prefix("exec '")?.rsplit_once("' hook run "));
    Ok(HookState::Ours(PathBuf::from(
        program.map(|(path, _)| path.replace(r"'\''", "'")).unwrap_or_default(),
    )))
}

fn hooks(repository: &Repository) -> Result<PathBuf, InstallError> {
    let git = repository.git();
    let own = repository.path();
    if !git.is_bare() {
        return Err(InstallError::NotBare(own.display().to_string()));
    }
    match git.config()?.get_path("core.hooksPath") {
        Ok(path) if !own.join(&path).starts_with(&own) => {
            Err(InstallError::SharedHooks(path.display().to_string()))
        }
        Ok(path) => Ok(own.join(path)),
        Err(_) => Ok(own.join("hooks")),
    }
}

fn local(repository: &Repository) -> Result<git2::Config, git2::Error> {
    repository.git().config()?.open_level(git2::ConfigLevel::Local)
}

fn configure(repository: &Repository, settings: &Settings) -> Result<(), InstallError> {
    let mut config = local(repository)?;
    config.set_str("tenantry.branch", &settings.branch)?;
    let mut set = |key: &str, value: Option<String>| match value {
        Some(value) => config.set_str(key, &value),
        None => absent(config.remove(key)),
    };
    set("tenantry.directory", (!settings.directory.is_empty()).then(|| settings.directory.clone()))?;
    set("tenantry.environment", settings.environment.as_ref().map(|path| path.display().to_string()))?;
    set("tenantry.color", settings.color.then(|| "true".to_owned()))?;
    if !config.get_bool(PUSH_OPTIONS).unwrap_or(false) {
        config.set_bool(PUSH_OPTIONS, true)?;
        config.set_bool(SET_PUSH_OPTIONS, true)?;
    }
    config.set_multivar(PROC_RECEIVE, "^refs/for$", REVIEW)?;
    Ok(())
}

fn absent(result: Result<(), git2::Error>) -> Result<(), git2::Error> {
    match result {
        Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(()),
        result => result,
    }
}
