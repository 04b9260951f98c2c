//! `tenantry hook status`: which hooks are there, what is applied and what waits.

use std::path::Path;

use super::Trouble;
use crate::cli::view::table::table_of_others;
use crate::cli::{Exit, Output};
use crate::gitops::{self, Hook, HookState, Queue, Settings};
use crate::world::git::Repository;

pub(super) fn run(path: &Path, output: Output) -> Result<Exit, Trouble> {
    let repository = Repository::open(path, None)?;
    let settings = Settings::read(&repository)?;
    let mut rows = Vec::new();
    let mut fine = true;
    for hook in Hook::ALL {
        let (state, chained) = gitops::state(&repository, hook)?;
        let words = match &state {
            HookState::Ours(program) if program.exists() => format!("runs {}", program.display()),
            HookState::Ours(program) => format!("{} is gone; install again", program.display()),
            HookState::Foreign => "somebody else's; install chains it".to_owned(),
            HookState::Missing => "not installed".to_owned(),
        };
        fine &= matches!(&state, HookState::Ours(program) if program.exists());
        rows.push(vec![
            hook.name().to_owned(),
            words,
            if chained { "after one that was there" } else { "" }.to_owned(),
        ]);
    }
    let head = match repository.commit(&settings.reference()) {
        Ok(commit) => format!("{} {} ({})", commit.short(), commit.summary, commit.author),
        Err(_) => "no commit yet".to_owned(),
    };
    rows.push(vec![settings.branch.clone(), head, String::new()]);
    match settings.variables() {
        Ok(variables) => {
            let from = settings
                .environment
                .as_ref()
                .map_or_else(String::new, |file| format!(" from {}", file.display()));
            rows.push(vec!["variables".to_owned(), format!("{}{from}", variables.len()), String::new()]);
        }
        Err(why) => {
            fine = false;
            rows.push(vec!["variables".to_owned(), why, String::new()]);
        }
    }
    let queue = Queue::of(&repository.path());
    for (what, ticket) in [("applying", queue.running()?), ("waiting", queue.waiting()?)] {
        if let Some(ticket) = ticket {
            let words = format!("{} of {}, since {}", ticket.short(), ticket.by, ticket.at);
            // Nobody works at what waits for the end of a pause.
            let dead = (what == "applying" || queue.paused()?.is_none()) && queue.worker()?.is_some();
            let stopped = if dead { "its worker has stopped; the next push goes on" } else { "" };
            rows.push(vec![what.to_owned(), words, stopped.to_owned()]);
        }
    }
    for ticket in queue.missed(&repository, &settings)? {
        let words = format!("{} of {}, since {}", ticket.short(), ticket.by, ticket.at);
        let why = "its push ended before it was applied; the next push, or `apply --rev`, applies it";
        rows.push(vec!["missed".to_owned(), words, why.to_owned()]);
    }
    if let Some(paused) = queue.paused()? {
        let by = format!("by {}, since {}", paused.by, paused.at);
        rows.push(vec!["paused".to_owned(), by, paused.why]);
    }
    if let Some((commit, record)) = gitops::history(&repository, None)?.next().transpose()? {
        let short: String = commit.chars().take(7).collect();
        let words = format!("{short} {} by {}, {}", record.outcome.word(), record.by, record.began_words());
        rows.push(vec!["last".to_owned(), words, record.why]);
    }
    output.text(table_of_others(&rows));
    Ok(if fine { Exit::Done } else { Exit::Error })
}
