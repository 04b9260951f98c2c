//! `tenantry hook pause` and `resume`: pushes are taken and told, and nothing of them is applied in between.

use std::path::Path;
use std::process::Stdio;

use super::Trouble;
use crate::cli::{Exit, Output, Setting};
use crate::gitops::{Child, Paused, Queue, Settings, share};
use crate::world::git::Repository;

/// The longest reason, in characters.
const LONGEST: usize = 500;

pub(super) fn pause(path: &Path, why: &str, setting: &Setting, output: Output) -> Result<Exit, Trouble> {
    let (repository, queue) = open(path)?;
    let why: String = why.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if why.trim().is_empty() {
        return Err(Trouble {
            message: "a pause without a reason helps nobody who pushes meanwhile".to_owned(),
            help: Some("tenantry hook pause \"the database moves, until 18:00\" fleet.git".to_owned()),
        });
    }
    if why.chars().count() > LONGEST {
        return Err(format!(
            "a reason has {LONGEST} characters at most: everybody who pushes meanwhile reads it"
        )
        .into());
    }
    let at = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let paused = Paused { why: why.trim().to_owned(), by: setting.who.clone(), at };
    if let Some(there) = queue.pause(&paused)? {
        return Err(Trouble {
            message: format!("pushes are {there} already; nothing was changed"),
            help: Some("`tenantry hook resume` ends that pause".to_owned()),
        });
    }
    output.line(format!(
        "Pushes to {} are checked, taken and told, and nothing of them is applied until `tenantry hook resume`.",
        Settings::read(&repository)?.branch
    ));
    if let Some(running) = queue.running()? {
        output.line(format!(
            "{} of {} is being applied and goes on to its end.",
            running.short(),
            running.by
        ));
    }
    Ok(Exit::Done)
}

pub(super) fn resume(path: &Path, setting: &Setting, output: Output) -> Result<Exit, Trouble> {
    let (repository, queue) = open(path)?;
    let Some(paused) = queue.resume()? else {
        output.line("Pushes are not paused; nothing was changed.");
        return Ok(Exit::Done);
    };
    output.line(format!("Goes on; pushes were {paused}."));
    let waiting = queue.waiting()?;
    let settings = Settings::read(&repository)?;
    let program = std::env::current_exe()?;
    let mut worker = Child::new(&program, &repository.path(), &settings, &setting.kept, false)?.work();
    worker.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    output.line(match waiting {
        Some(ticket) => format!(
            "{} of {} is applied now: `tenantry hook status` and `tenantry log` say how it goes.",
            ticket.short(),
            ticket.by
        ),
        None => "Nothing waits.".to_owned(),
    });
    Ok(Exit::Done)
}

fn open(path: &Path) -> Result<(Repository, Queue), Trouble> {
    let repository = Repository::open(path, None)?;
    if !repository.git().is_bare() {
        return Err(format!("{} is no bare repository, and has no queue of pushes", path.display()).into());
    }
    share(&repository)?;
    let queue = Queue::of(&repository.path());
    Ok((repository, queue))
}
