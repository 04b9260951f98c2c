//! The worker: applies what waits, one after the other, until nothing does. Its session is its own, so that it goes on when the pusher's
//! connection ends.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use super::Trouble;
use super::adopt::adopt;
use crate::cli::{Exit, Setting};
use crate::gitops::{self, Child, Outcome, Process, Queue, Record, Settings, Ticket, Worker, share};
use crate::world::git::Repository;

/// How often it is asked whether a push goes on.
const LOOK: Duration = Duration::from_millis(20);

pub(super) fn run(path: &Path, after: Option<(u32, &str)>, setting: &Setting) -> Result<Exit, Trouble> {
    // Where it is started by hand it may lead its group already, and then stays in its session.
    let _ = rustix::process::setsid();
    let repository = Repository::open(path, None)?;
    share(&repository)?;
    let queue = Queue::of(&repository.path());
    if let Some((git, ticket)) = after
        && is_followed_up(&queue, git, ticket)
    {
        return Ok(Exit::Done);
    }
    adopt(&repository, &Settings::read(&repository)?, &queue)?;
    // What comes between the last look and the end of the lock is found by the look after it.
    while (queue.waiting()?.is_some() && queue.paused()?.is_none()) || queue.running()?.is_some() {
        let Some(worker) = become_worker(&queue)? else { return Ok(Exit::Done) };
        let mut died = worker.interrupted()?;
        if let Some(died) = &died {
            note(&repository, died, Outcome::Interrupted, "the machine or the worker stopped")?;
        }
        while let Some(ticket) = worker.take()? {
            apply(&repository, &worker, &ticket, died.take().as_ref(), &queue, setting)?;
        }
    }
    Ok(Exit::Done)
}

/// Whether the `post-receive` of a push came. Until that is known, standard input is the file that says of the push that it is on its way.
fn is_followed_up(queue: &Queue, git: u32, ticket: &str) -> bool {
    let git = Process::of(git);
    while queue.is_accepted(ticket) {
        if !git.lives() {
            // Where this cannot be given back, it is when this process ends.
            let _ = rustix::fs::flock(std::io::stdin(), rustix::fs::FlockOperation::Unlock);
            return false;
        }
        std::thread::sleep(LOOK);
    }
    true
}

/// Who only asks whether there is a worker holds its lock for a moment: a lock that lasts is a worker's.
fn become_worker(queue: &Queue) -> std::io::Result<Option<Worker<'_>>> {
    for _ in 0..10 {
        if let Some(worker) = queue.worker()? {
            return Ok(Some(worker));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(None)
}

fn apply(
    repository: &Repository,
    worker: &Worker<'_>,
    ticket: &Ticket,
    died: Option<&Ticket>,
    queue: &Queue,
    setting: &Setting,
) -> Result<(), Trouble> {
    let mut log = File::create(queue.log(ticket))?;
    if let Some(died) = died {
        writeln!(log, "{}", died.interrupted())?;
    }
    let settings = Settings::read(repository)?;
    let program = std::env::current_exe()?;
    let before = gitops::notes_of(repository, &ticket.commit)?.len();
    let ran = Child::new(&program, &repository.path(), &settings, &setting.kept, ticket.leave.color)
        .map_err(std::io::Error::other)
        .and_then(|child| {
            child
                .apply(&ticket.commit, &ticket.by, &ticket.leave)
                .stdin(Stdio::null())
                .stdout(log.try_clone()?)
                .stderr(log.try_clone()?)
                .status()
        });
    let code = match &ran {
        Ok(status) => status.code(),
        Err(error) => {
            writeln!(log, "error: apply could not be started: {error}")?;
            Some(1)
        }
    };
    // `apply` writes the note itself, unless it could not.
    if gitops::notes_of(repository, &ticket.commit)?.len() == before {
        match code {
            None => note(repository, ticket, Outcome::Interrupted, "apply was killed")?,
            Some(code) => note(repository, ticket, Outcome::Refused, &format!("apply ended with {code}"))?,
        }
    }
    log.sync_all()?;
    worker.finish(ticket, code)?;
    Ok(())
}

fn note(repository: &Repository, ticket: &Ticket, outcome: Outcome, why: &str) -> Result<(), Trouble> {
    Ok(gitops::write_note(repository, &ticket.commit, &Record::of_push(ticket, outcome, why))?)
}
