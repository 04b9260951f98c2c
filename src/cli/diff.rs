//! `tenantry diff`: what a change of the files means. Two compiles and nothing else: no engine, no secret, no network.

use std::path::{Path, PathBuf};

use crate::diag;
use crate::pipeline::{self, Broken, Compiled};
use crate::review::{Review, review};
use crate::world::git::{GitError, Repository, Revision, RevisionError};
use crate::world::{Directory, World};

use super::fleet::{summary, tell};
use super::planning::complain;
use super::view::table::count;
use super::view::{review_json, review_markdown, review_text};
use super::{Exit, Output, Setting};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Ends as diff(1) does: 0 both mean the same, 1 they differ, 2 one of them does not compile; \
                        and with 5 when `apply` would refuse some of it."
)]
pub(super) struct Args {
    /// The fleet as it is: a revision (`main`), a directory, or both sides at once: `main..HEAD`; `main...HEAD` compares with where
    /// the two parted
    #[arg(value_name = "BASE")]
    base: String,
    /// The fleet as it would be: a directory or a revision; the repository's directory unless given
    #[arg(value_name = "HEAD")]
    head: Option<String>,
    /// A directory of the repository with the revisions, and the fleet's directory in them; also a bare repository
    #[arg(long, value_name = "DIR", default_value = ".")]
    repository: PathBuf,
    /// Print Markdown for a pull request, at most 60,000 bytes
    #[arg(long)]
    markdown: bool,
    /// Print in the shape of `terraform show -json`
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
}

/// Both sides, as the arguments name them.
fn sides(args: &Args, setting: &Setting) -> Result<[Box<dyn World>; 2], RevisionError> {
    let revision = |name: &str| -> Result<Box<dyn World>, RevisionError> {
        let name = if name.is_empty() { "HEAD" } else { name };
        Ok(Box::new(Revision::open(&args.repository, name, setting.quarantine.as_deref())?))
    };
    // What is written as a range is never a directory: a change under review could bring one of that name.
    let path = args.base.starts_with(['.', '/']) || args.base.contains("/..");
    if args.head.is_none() && !path {
        if let Some((base, head)) = args.base.split_once("...") {
            let repository = Repository::open(&args.repository, setting.quarantine.as_deref())?;
            let parted = repository.parted(base, head)?;
            return Ok([revision(&parted.id)?, revision(head)?]);
        }
        if let Some((base, head)) = args.base.split_once("..") {
            return Ok([revision(base)?, revision(head)?]);
        }
    }
    let side = |argument: &str| -> Result<Box<dyn World>, RevisionError> {
        if Path::new(argument).is_dir() {
            return Ok(Box::new(Directory::new(argument)));
        }
        match revision(argument) {
            // Outside git it can only be a directory, which is not there: that is said where fleets are read.
            Err(RevisionError::Git(GitError::NoRepository(_))) => Ok(Box::new(Directory::new(argument))),
            side => side,
        }
    };
    let head = match &args.head {
        Some(head) => side(head)?,
        None => Box::new(Directory::new(&args.repository)),
    };
    Ok([side(&args.base)?, head])
}

pub(super) fn run(args: &Args, setting: &Setting, output: Output) -> Exit {
    let [base, head] = match sides(args, setting) {
        Ok(sides) => sides,
        Err(error) => {
            complain(&error.to_string(), args.json, output);
            return Exit::TROUBLE;
        }
    };
    let (base, head) = rayon::join(|| pipeline::compile(&*base), || pipeline::compile(&*head));
    match (base, head) {
        (_, Err(head)) => broken(args, &head, output),
        (Err(base), Ok(head)) => nothing_to_compare(args, &base, &head, output),
        (Ok(base), Ok(head)) => compared(args, &review(base, &head), &head, output),
    }
}

fn compared(args: &Args, review: &Review, head: &Compiled, output: Output) -> Exit {
    let sources = &head.sources;
    if args.json {
        output.line(review_json::review(review, head).to_string());
    } else if args.markdown {
        output.text(review_markdown::review(review, sources));
    } else {
        tell(&review.warnings, sources, output);
        output.text(review_text::review(review, output));
        let (refused, rest) = review_text::few(&review.plan);
        tell(&refused, sources, output);
        for line in rest {
            output.note(line);
        }
        if review.plan.is_refused() {
            output.note("The whole plan would be refused: apply would do nothing of it.");
        }
    }
    if !review.plan.refusals.is_empty() {
        Exit::Refused
    } else if review.is_empty() {
        Exit::Done
    } else {
        Exit::DIFFERENT
    }
}

/// The head does not compile: what `check` says of it.
fn broken(args: &Args, head: &Broken, output: Output) -> Exit {
    if args.json {
        output.line(diag::json(&head.diagnostics, &head.sources).to_string());
    } else if args.markdown {
        let title = "The fleet does not compile";
        output.text(review_markdown::broken(title, &head.diagnostics, &head.sources));
    } else {
        tell(&head.diagnostics, &head.sources, output);
        output.note(summary(&head.diagnostics));
    }
    Exit::TROUBLE
}

/// The base does not compile: what `check` says of the head, and why there is no more.
fn nothing_to_compare(args: &Args, base: &Broken, head: &Compiled, output: Output) -> Exit {
    let model = &head.model;
    let fine = format!(
        "the head compiles: {}, {}",
        count(model.tenants.len(), "tenant"),
        count(model.sites.len(), "site")
    );
    if args.json {
        output.line(diag::json(&base.diagnostics, &base.sources).to_string());
    } else if args.markdown {
        let title = format!("Nothing to compare with: the base does not compile, {fine}");
        output.text(review_markdown::broken(&title, &base.diagnostics, &base.sources));
    } else {
        tell(&head.warnings, &head.sources, output);
        output.line(format!("No comparison: the base does not compile. But {fine}."));
        tell(&base.diagnostics, &base.sources, output);
        output.note(format!("the base: {}", summary(&base.diagnostics)));
    }
    Exit::TROUBLE
}
