//! `tenantry init`: a fleet to start from. Nothing that is there is overwritten, and git is not called.

mod files;
mod names;
mod place;

use std::io;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::planning::complain;
use super::view::table::count;
use super::{Exit, Output};
use crate::value::{Name, Textual as _, invisible};
use files::Content;
use place::Place;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Directory to begin in; it is made if it is not there
    #[arg(value_name = "DIR", default_value = ".")]
    directory: PathBuf,
    /// The fleet's name; the directory's unless given
    #[arg(long, value_name = "NAME", value_parser = name)]
    name: Option<Name>,
    /// What runs containers: the embedded sandbox, or the Docker Engine that runs here
    #[arg(long, value_enum, default_value_t = Host::Sandbox)]
    host: Host,
    /// Files for continuous integration, for which hosts of git; those that are not used do nothing
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Ci::Github, Ci::Gitlab, Ci::Forgejo])]
    ci: Vec<Ci>,
}

/// An engine to start with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Host {
    Sandbox,
    Docker,
}

/// A host of git whose runners do the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Ci {
    Github,
    Gitlab,
    Forgejo,
    None,
}

fn name(text: &str) -> Result<Name, String> {
    Name::parse(text).map_err(|_| format!("{}, e.g. {}", Name::FORM.accepts, Name::FORM.example))
}

pub(super) fn run(args: &Args, output: Output) -> Exit {
    if args.ci.contains(&Ci::None) && args.ci.len() > 1 {
        return complain("--ci none stands alone", false, output);
    }
    match begin(args, output) {
        Ok(exit) => exit,
        Err(error) => complain(&error.to_string(), false, output),
    }
}

fn begin(args: &Args, output: Output) -> io::Result<Exit> {
    let place = Place::at(&args.directory)?;
    let name = args.name.clone().unwrap_or_else(|| names::name(place.directory()));
    let mut ci: Vec<Ci> = args.ci.iter().copied().filter(|ci| *ci != Ci::None).collect();
    let below = place.repository().filter(|root| *root != place.directory());
    if let Some(root) = below.filter(|_| !ci.is_empty()) {
        ci.clear();
        output.note(format!(
            "No files for continuous integration: they belong to the top of the repository, {}.",
            shell(root)
        ));
    }
    let content = Content { name: &name, id: &names::id(&name), docker: args.host == Host::Docker, ci: &ci };
    let files = content.files();

    let (in_the_way, kept) = place.in_the_way(&files)?;
    if !in_the_way.is_empty() {
        let message =
            format!("{} is in use; nothing was written, because these are there:", shell(&args.directory));
        complain(&message, false, output);
        for path in in_the_way {
            output.note(format!("  {}", path.escape_debug()));
        }
        output.note("Move them away, or begin in another directory: tenantry init DIR");
        return Ok(Exit::Error);
    }
    let new: Vec<_> = files.into_iter().filter(|file| !kept.contains(&file.path)).collect();
    place.write(&new)?;

    output.line(format!(
        "Fleet {name} with the id {} (which never changes once it is applied): {} in {}",
        content.id,
        count(new.len(), "file"),
        shell(&args.directory)
    ));
    for file in &new {
        output.line(format!("  {}", file.path));
    }
    for path in &kept {
        output.line(format!("{path} was there and stays as it is{}", files::what_to_see_to(path)));
    }
    output.line("Next:");
    for line in next(args, &place, &name) {
        output.line(format!("  {line}"));
    }
    Ok(Exit::Done)
}

/// What to type now.
fn next(args: &Args, place: &Place, name: &Name) -> Vec<String> {
    let mut lines = Vec::new();
    if args.directory != Path::new(".") {
        lines.push(format!("cd {}", shell(&args.directory)));
    }
    if place.repository().is_none() {
        lines.push("git init --initial-branch=main".to_owned());
    }
    if args.host == Host::Docker {
        lines.extend(files::key(name));
    }
    lines.extend(["tenantry check", "tenantry plan", "tenantry apply"].map(str::to_owned));
    lines
}

/// A path as a shell takes it, where a terminal shows all of it.
fn shell(path: &Path) -> String {
    let text = path.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+,@".contains(c);
    if !text.is_empty() && text.chars().all(plain) && !text.starts_with('-') {
        return text.into_owned();
    }
    let text: String = text.chars().map(|c| if invisible(c) { '\u{fffd}' } else { c }).collect();
    let dash = if text.starts_with('-') { "./" } else { "" };
    format!("'{dash}{}'", text.replace('\'', r"'\''"))
}
