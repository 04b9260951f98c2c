//! What reached the branch without a `post-receive`: whoever comes next puts it into the queue.

use super::Trouble;
use crate::gitops::{self, Outcome, Queue, Record, Settings, Ticket};
use crate::world::git::Repository;

/// Puts pushes that ended early into the queue, in their order, so that what they brought is applied.
pub(super) fn adopt(repository: &Repository, settings: &Settings, queue: &Queue) -> Result<(), Trouble> {
    let ended = queue.ended_early()?;
    if ended.is_empty() {
        return Ok(());
    }
    let missed = queue.missed(repository, settings)?;
    for ticket in ended {
        if missed.contains(&ticket) {
            match applied_since(repository, &ticket)? {
                Some(newer) if newer != ticket.commit => {
                    let short: String = newer.chars().take(7).collect();
                    note_superseded(repository, &ticket, &format!("{short} was applied, which contains it"))?;
                }
                Some(_) => {}
                None => enqueue(repository, queue, &ticket)?,
            }
        }
        queue.forget(&ticket)?;
    }
    Ok(())
}

fn enqueue(repository: &Repository, queue: &Queue, ticket: &Ticket) -> Result<(), Trouble> {
    let queued = queue.enqueue(ticket, &|commit, of| repository.contains(commit, of))?;
    if let Some(superseded) = &queued.superseded {
        let by = if superseded.id == ticket.id { "a newer one" } else { ticket.short() };
        note_superseded(repository, superseded, &format!("{by} came before its turn"))?;
    }
    Ok(())
}

/// The commit that was applied and has a push in it.
fn applied_since(repository: &Repository, ticket: &Ticket) -> Result<Option<String>, Trouble> {
    for one in gitops::history(repository, None)? {
        let (commit, record) = one?;
        if record.outcome.touched_the_world() {
            return Ok(repository.contains(&commit, &ticket.commit).then_some(commit));
        }
    }
    Ok(None)
}

/// A commit that never gets its turn has a note too.
pub(super) fn note_superseded(repository: &Repository, ticket: &Ticket, why: &str) -> Result<(), Trouble> {
    let record = Record::of_push(ticket, Outcome::Superseded, why);
    Ok(gitops::write_note(repository, &ticket.commit, &record)?)
}
