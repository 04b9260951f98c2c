//! After a push was accepted: it waits its turn and is applied by a worker of its own session; the pusher sees what happens for as
//! long as the connection lasts.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use super::{Here, Trouble, chain};
use crate::cli::Exit;
use crate::gitops::{self, End, Hook, Outcome, Record, Ticket, Update};

/// How often the worker's log is looked at.
const LOOK: Duration = Duration::from_millis(50);
/// After how many looks it is asked whether there is a worker at all.
const MISSED: u32 = 40;

pub(super) fn run(here: &Here<'_>) -> Result<Exit, Trouble> {
    let mut input = Vec::new();
    std::io::stdin().read_to_end(&mut input)?;
    chain::first(here, Hook::PostReceive, &input)?;
    let text = String::from_utf8_lossy(&input);
    let reference = here.settings.reference();
    let Some(update) = text.lines().filter_map(Update::parse).find(|update| update.reference == reference)
    else {
        return Ok(Exit::Done);
    };
    let ticket = Ticket::new(&update.new, &here.setting.pusher, here.leave.clone());
    let descends = |commit: &str, of: &str| {
        let ids = (git2::Oid::from_str(commit), git2::Oid::from_str(of));
        matches!(ids, (Ok(commit), Ok(of)) if here.repository.git().graph_descendant_of(commit, of).unwrap_or(false))
    };
    let queued = here.queue.enqueue(&ticket, &descends)?;
    if let Some(superseded) = &queued.superseded {
        note_superseded(
            here,
            superseded,
            if superseded.id == ticket.id { "a newer one" } else { ticket.short() },
        )?;
    }
    start_worker(here)?;
    if let Some(running) = &queued.running {
        here.output.note(format!(
            "{} of {} is being applied; {} waits its turn and goes on without you, if you leave",
            running.short(),
            running.by,
            ticket.short()
        ));
    }
    follow(here, &ticket)
}

/// A commit that never gets its turn has a note too.
fn note_superseded(here: &Here<'_>, ticket: &Ticket, by: &str) -> Result<(), Trouble> {
    let why = format!("{by} came before its turn");
    let record = Record::of_push(ticket, Outcome::Superseded, why);
    Ok(gitops::write_note(&here.repository, &ticket.commit, &record)?)
}

/// Starts a worker; where there is one, that is all the same.
fn start_worker(here: &Here<'_>) -> Result<(), Trouble> {
    let mut worker = here.child()?.work();
    worker.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    Ok(())
}

/// Prints what the worker logs until the ticket has ended.
fn follow(here: &Here<'_>, ticket: &Ticket) -> Result<Exit, Trouble> {
    let log = here.queue.log(ticket);
    let mut read = 0;
    for look in 1_u32.. {
        // A worker that was killed ends no ticket; the next one does.
        if look.is_multiple_of(MISSED) && here.queue.worker()?.is_some() {
            start_worker(here)?;
        }
        // Asked before the log is read: what was written until then is read below.
        let ended = here.queue.ended(ticket)?;
        read = print_from(here, &log, read)?;
        if let Some(ended) = ended {
            return Ok(verdict(here, ticket, &ended));
        }
        std::thread::sleep(LOOK);
    }
    // Nobody waits for six years.
    Ok(Exit::Error)
}

fn print_from(here: &Here<'_>, log: &Path, from: u64) -> Result<u64, Trouble> {
    let Ok(mut file) = File::open(log) else { return Ok(from) };
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    // Whole lines: two writers must not meet in the middle of one.
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    bytes.truncate(whole);
    here.output.raw_note(String::from_utf8_lossy(&bytes));
    Ok(from + whole as u64)
}

fn verdict(here: &Here<'_>, ticket: &Ticket, ended: &End) -> Exit {
    let short = ticket.short();
    let branch = &here.settings.branch;
    let again = format!("to try the same again: git commit --allow-empty, and push to {branch}");
    match ended {
        End::Ran(Some(0)) => {
            here.output.note(format!("{short} is applied."));
            return Exit::Done;
        }
        End::Ran(Some(5)) => here.output.note(format!(
            "{short} is on {branch}; a guard refuses what is told above, the rest is applied."
        )),
        End::Ran(Some(code)) => here.output.note(format!(
            "{short} is on {branch}, and not all of it is applied (exit code {code}); {again}"
        )),
        End::Ran(None) | End::Interrupted => here.output.note(format!(
            "{short} is on {branch}; applying it was interrupted, and the next one goes on from what is there; {again}"
        )),
        End::Superseded(by) => {
            here.output.note(format!("{short} is on {branch}; {} of {}, which contains it, is applied instead.", by.short(), by.by));
            return Exit::Done;
        }
    }
    Exit::Partial
}
