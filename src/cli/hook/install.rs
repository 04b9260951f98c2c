//! `tenantry hook install` and `uninstall`.

use std::path::{Path, PathBuf};

use super::Trouble;
use crate::cli::{Exit, Output};
use crate::gitops::{self, Settings};
use crate::world::git::Repository;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The bare repository that people push to
    #[arg(value_name = "REPO")]
    repository: PathBuf,
    /// The branch that deploys; the repository's HEAD unless given
    #[arg(long, value_name = "NAME")]
    branch: Option<String>,
    /// Directory of the fleet in it; the top unless given
    #[arg(long, value_name = "DIR")]
    directory: Option<String>,
    /// File with NAME=value lines for secrets and `DOCKER_HOST`, which only its owner and group may read
    #[arg(long, value_name = "FILE")]
    environment: Option<PathBuf>,
    /// Colours in what a pusher sees
    #[arg(long)]
    color: bool,
}

pub(super) fn run(args: &Args, output: Output) -> Result<Exit, Trouble> {
    let repository = Repository::open(&args.repository, None)?;
    let mut settings = Settings::read(&repository)?;
    if let Some(branch) = &args.branch {
        branch.trim_start_matches("refs/heads/").clone_into(&mut settings.branch);
    }
    if !git2::Reference::is_valid_name(&settings.reference()) {
        return Err(format!("`{}` is no name of a branch", settings.branch.escape_debug()).into());
    }
    if let Some(directory) = &args.directory {
        directory.trim_matches('/').clone_into(&mut settings.directory);
    }
    if let Some(file) = &args.environment {
        settings.environment = Some(file.canonicalize().map_err(|e| format!("{}: {e}", file.display()))?);
    }
    settings.color |= args.color;
    let variables = settings.variables()?;
    let program = std::env::current_exe()?;
    let installed = gitops::install(&repository, &program, &settings)?;
    output.line(format!(
        "A push to {} of {} is now checked, shown and applied by {}.",
        settings.branch,
        repository.path().display(),
        program.display()
    ));
    for name in installed.chained {
        output.line(format!("{name} was there; it is kept and runs first."));
    }
    match &settings.environment {
        Some(file) => output.line(format!("Variables: {} from {}.", variables.len(), file.display())),
        None => output.line("No variables: secrets come from files alone, and the engine is the local one (--environment FILE)."),
    }
    if let Some(paused) = gitops::Queue::of(&repository.path()).paused()? {
        output.line(format!("Pushes are {paused}; `tenantry hook resume` goes on."));
    }
    output.line(format!(
        "To see a plan without deploying it: git push origin HEAD:refs/for/{}",
        settings.branch
    ));
    Ok(Exit::Done)
}

pub(super) fn uninstall(path: &Path, output: Output) -> Result<Exit, Trouble> {
    let repository = Repository::open(path, None)?;
    let gone = gitops::uninstall(&repository)?;
    if gone.is_empty() {
        output.line("No hook here is ours; nothing was changed.");
        return Ok(Exit::Done);
    }
    output.line(format!(
        "Gone: {}. A push deploys nothing any more; what runs keeps running.",
        gone.join(", ")
    ));
    output.line(format!(
        "Kept: the notes ({}), and journals and logs in {}.",
        gitops::NOTES,
        repository.path().join("tenantry").display()
    ));
    Ok(Exit::Done)
}
