//! After a push was accepted: it waits its turn and is applied by a worker of its own session; the pusher sees what happens for as
//! long as the connection lasts.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use super::adopt::{adopt, note_superseded};
use super::{Here, Trouble, chain};
use crate::cli::Exit;
use crate::diag::printable;
use crate::gitops::{End, Hook, Paused, Ticket, Update};

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
    // What came before and was left behind has its place before this one.
    adopt(&here.repository, &here.settings, &here.queue)?;
    let ticket = match here.queue.accepted_of(&update.new)? {
        Some(ticket) => ticket,
        None => here.queue.ticket(&update.new, &here.setting.pusher, here.leave.clone())?,
    };
    let queued = here.queue.enqueue(&ticket, &|commit, of| here.repository.contains(commit, of))?;
    here.queue.forget(&ticket)?;
    if let Some(superseded) = &queued.superseded {
        let by = if superseded.id == ticket.id { "a newer one" } else { ticket.short() };
        note_superseded(&here.repository, superseded, &format!("{by} came before its turn"))?;
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

/// Starts a worker; where there is one, that is all the same.
fn start_worker(here: &Here<'_>) -> Result<(), Trouble> {
    let mut worker = here.child()?.work();
    worker.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    Ok(())
}

/// Prints what the worker logs until the ticket has ended, or a pause keeps it.
fn follow(here: &Here<'_>, ticket: &Ticket) -> Result<Exit, Trouble> {
    let log = here.queue.log(ticket);
    let mut read = 0;
    for look in 0_u32.. {
        // Asked before the log is read: what was written until then is read below.
        let ended = here.queue.ended(ticket)?;
        read = print_from(here, &log, read)?;
        if let Some(ended) = ended {
            return Ok(verdict(here, ticket, &ended));
        }
        let waits = here.queue.waiting()?.is_some_and(|waiting| waiting.id == ticket.id);
        if waits && let Some(paused) = here.queue.paused()? {
            return Ok(kept(here, ticket, &paused));
        }
        if look > 0 && look.is_multiple_of(MISSED) {
            let runs = here.queue.running()?.is_some_and(|running| running.id == ticket.id);
            if !waits && !runs && here.queue.ended(ticket)?.is_none() {
                // Somebody took its files away.
                loud(
                    here,
                    &[format!("nobody knows what became of {}: it is not in the queue", ticket.short())],
                );
                return Ok(Exit::Partial);
            }
            // A worker that was killed ends no ticket; the next one does.
            if here.queue.worker()?.is_some() {
                start_worker(here)?;
            }
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
    let server =
        format!("on the server: tenantry status {} --rev {branch}", here.repository.path().display());
    match ended {
        End::Ran(Some(0)) => {
            here.output.note(format!("{short} is applied."));
            return Exit::Done;
        }
        End::Superseded(by) => {
            here.output.note(format!(
                "{short} is on {branch}; {} of {}, which contains it, is applied instead.",
                by.short(),
                by.by
            ));
            return Exit::Done;
        }
        End::Ran(Some(5)) => loud(
            here,
            &[
                format!("{short} is on {branch}; a guard refuses what is told above, the rest is applied"),
                server,
            ],
        ),
        End::Ran(Some(code)) => loud(
            here,
            &[
                format!("{short} is on {branch}, and not all of it is applied (exit code {code})"),
                again,
                server,
            ],
        ),
        End::Ran(None) | End::Interrupted => loud(
            here,
            &[
                format!(
                    "{short} is on {branch}; applying it was interrupted, and the next one goes on from what is there"
                ),
                again,
                server,
            ],
        ),
    }
    Exit::Partial
}

/// A pause keeps what was pushed.
fn kept(here: &Here<'_>, ticket: &Ticket, paused: &Paused) -> Exit {
    let server = here.repository.path();
    loud(
        here,
        &[
            format!(
                "{} is on {} and waits: pushes are {}",
                ticket.short(),
                here.settings.branch,
                printable(&paused.to_string())
            ),
            format!("it is applied after: tenantry hook resume {}", server.display()),
        ],
    );
    Exit::Partial
}

/// git ends with 0 for whatever was accepted, so what is not as the pusher may think stands where nobody looks past it: at the end, and marked.
fn loud(here: &Here<'_>, lines: &[String]) {
    let rule = here.output.paint(31, &"#".repeat(72));
    let mut text = format!("\n{rule}\n{}\n", here.output.paint(31, "##  NOT APPLIED AS PUSHED"));
    for line in lines {
        text.push_str(&format!("{}  {line}\n", here.output.paint(31, "##")));
    }
    here.output.raw_note(format!("{text}{rule}\n"));
}
