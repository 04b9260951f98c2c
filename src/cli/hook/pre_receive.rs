//! Before a push is accepted: a fleet that does not compile and a plan that a guard refuses are not.

use std::io::Read as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{Here, Trouble, chain};
use crate::cli::{Exit, Output};
use crate::gitops::{self, Accepted, Child, Hook, Stands, Update};
use crate::world::git::Repository;

/// How often the branch is looked at while another push is about to move it.
const LOOK: Duration = Duration::from_millis(20);
/// How many times.
const PATIENCE: u32 = 1500;

pub(super) fn run(here: &Here<'_>) -> Result<Exit, Trouble> {
    let mut input = Vec::new();
    std::io::stdin().read_to_end(&mut input)?;
    if !chain::first(here, Hook::PreReceive, &input)? {
        return Ok(Exit::Error);
    }
    let text = String::from_utf8_lossy(&input);
    let applied = last_applied(&here.repository)?;
    let updates = gitops::updates(&text).map_err(Trouble::from_refused)?;
    let mut deploying = None;
    for update in updates {
        let judged = gitops::judge(&here.repository, &here.settings, applied.as_deref(), &update)?;
        if let Some(commit) = judged.map_err(Trouble::from_refused)? {
            deploying = Some((commit, update));
        }
    }
    let Some((commit, update)) = deploying else { return Ok(Exit::Done) };
    still(here, &update)?;
    let is_new = update.old.bytes().all(|byte| byte == b'0');
    let before = if is_new { applied.as_deref() } else { Some(update.old.as_str()) };
    if !accepts(here, &commit, before)? {
        return Ok(Exit::Refused);
    }
    hold(here, &update)?;
    Ok(Exit::Done)
}

/// Refuses a push that began from what the branch is no more.
fn still(here: &Here<'_>, update: &Update) -> Result<(), Trouble> {
    match gitops::moved(&here.repository, &here.settings, update) {
        Some(refused) => Err(Trouble::from_refused(refused)),
        None => Ok(()),
    }
}

/// Writes down what was accepted, and has it held for as long as the push goes on: git calls no `post-receive` when the client has gone by then, and
/// what reached the branch is applied all the same. Of two pushes that began from the same, the one that comes second waits here for what
/// becomes of the first.
fn hold(here: &Here<'_>, update: &Update) -> Result<(), Trouble> {
    let ticket = here.queue.ticket(&update.new, &here.setting.pusher, here.leave.clone())?;
    let accepted = Accepted { ticket, old: update.old.clone() };
    let now = || gitops::tip(&here.repository, &here.settings);
    for _ in 0..PATIENCE {
        match here.queue.accept(&accepted, &now)? {
            Stands::Held(held) => {
                let git =
                    rustix::process::getppid().map_or(0, |pid| pid.as_raw_nonzero().get().unsigned_abs());
                let mut worker = here.child()?.work_after(git, &accepted.ticket.id);
                worker.stdin(Stdio::from(held)).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
                return Ok(());
            }
            Stands::Moved => still(here, update)?,
            Stands::Behind => {}
        }
        std::thread::sleep(LOOK);
    }
    Err("another push to the same branch is on its way and comes to no end; push again".into())
}

/// The commit that was applied last, whatever the fleet.
fn last_applied(repository: &Repository) -> Result<Option<String>, Trouble> {
    for one in gitops::history(repository, None)? {
        let (commit, record) = one?;
        if record.outcome.touched_the_world() {
            return Ok(Some(commit));
        }
    }
    Ok(None)
}

/// Whether a commit compiles and no guard refuses what it brings beyond the one before it. Where another one is being applied, the world is in motion: then what
/// the two mean is compared.
fn accepts(here: &Here<'_>, commit: &str, before: Option<&str>) -> Result<bool, Trouble> {
    let child = here.child()?.quarantined(here.setting.quarantine.as_deref());
    let run = ask(here, &child, commit, before)?;
    let short = commit.get(..7).unwrap_or(commit);
    if run.accepted {
        // Warnings; apply shows the plan.
        here.output.raw_note(&run.notes);
        here.output.note(format!("{short}: checked; nothing keeps it back"));
        return Ok(true);
    }
    here.output.raw_note(&run.text);
    here.output.raw_note(&run.notes);
    let help = "nothing was accepted and nothing was applied; mend it, commit, and push again";
    here.output.note(format!("{}: {short} is not deployed", here.output.paint(31, "error")));
    here.output.note(format!("help: {help}"));
    Ok(false)
}

fn ask(here: &Here<'_>, child: &Child, commit: &str, before: Option<&str>) -> Result<Run, Trouble> {
    match here.running()? {
        // As diff(1): 1 is a difference.
        Some(running) => quiet(&mut child.diff(&running.commit, commit), &[0, 1]),
        None => quiet(&mut child.plan(commit, before, &here.leave), &[0]),
    }
}

/// What a command said.
struct Run {
    accepted: bool,
    text: String,
    notes: String,
}

/// `fine` are the exit codes with which it accepts.
fn quiet(command: &mut Command, fine: &[i32]) -> Result<Run, Trouble> {
    let run = command.stdin(Stdio::null()).output()?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(Run {
        accepted: run.status.code().is_some_and(|code| fine.contains(&code)),
        text: text(&run.stdout),
        notes: text(&run.stderr),
    })
}

/// Shows a plan, whatever its verdict.
pub(super) fn show(here: &Here<'_>, commit: &str, output: Output) -> Result<bool, Trouble> {
    let child = here.child()?;
    // Compared with what the branch is now.
    let before = here.repository.commit(&here.settings.reference()).ok().map(|commit| commit.id);
    let run = ask(here, &child, commit, before.as_deref())?;
    output.raw_note(&run.text);
    output.raw_note(&run.notes);
    Ok(run.accepted)
}
