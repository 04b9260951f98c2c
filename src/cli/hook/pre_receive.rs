//! Before a push is accepted: a fleet that does not compile and a plan that a guard refuses are not.

use std::io::Read as _;
use std::process::{Command, Stdio};

use super::{Here, Trouble, chain};
use crate::cli::{Exit, Output};
use crate::gitops::{self, Child, Hook};
use crate::world::git::Repository;

pub(super) fn run(here: &Here<'_>) -> Result<Exit, Trouble> {
    let mut input = Vec::new();
    std::io::stdin().read_to_end(&mut input)?;
    if !chain::first(here, Hook::PreReceive, &input)? {
        return Ok(Exit::Error);
    }
    let text = String::from_utf8_lossy(&input);
    let applied = last_applied(&here.repository)?;
    let updates = gitops::updates(&text);
    for update in updates.map_err(|refused| Trouble { message: refused.message, help: Some(refused.help) })? {
        match gitops::judge(&here.repository, &here.settings, applied.as_deref(), &update)? {
            Ok(Some(commit)) => {
                let is_new = update.old.bytes().all(|byte| byte == b'0');
                let before = if is_new { applied.as_deref() } else { Some(update.old.as_str()) };
                if !accepts(here, &commit, before)? {
                    return Ok(Exit::Refused);
                }
            }
            Ok(None) => {}
            Err(refused) => return Err(Trouble { message: refused.message, help: Some(refused.help) }),
        }
    }
    Ok(Exit::Done)
}

/// The commit that was applied last, whatever the fleet.
fn last_applied(repository: &Repository) -> Result<Option<String>, Trouble> {
    let history = gitops::history(repository, None)?;
    Ok(history
        .into_iter()
        .rev()
        .find(|(_, record)| record.outcome.touched_the_world())
        .map(|(commit, _)| commit))
}

/// Whether a commit compiles and no guard refuses what it brings beyond the one before it. Where another one is being applied, the world is in motion: then what
/// the two mean is compared.
fn accepts(here: &Here<'_>, commit: &str, before: Option<&str>) -> Result<bool, Trouble> {
    let child = here.child()?.quarantined(here.setting.quarantine.as_deref());
    let run = ask(here, &child, commit, before)?;
    let short = commit.get(..7).unwrap_or(commit);
    if run.accepted {
        // Warnings, and how the plan ends; apply shows it whole.
        here.output.raw_note(&run.notes);
        if let Some(last) = run.text.lines().rev().find(|line| !line.trim().is_empty()) {
            here.output.note(format!("{short}: {last}"));
        }
        return Ok(true);
    }
    here.output.raw_note(&run.text);
    here.output.raw_note(&run.notes);
    let help = "nothing was accepted and nothing was applied; mend it, commit, and push again";
    here.output.note(format!("{}: {short} is not deployed", here.output.paint(31, "error")));
    here.output.note(format!("help: {help}"));
    let leave = ["new-fleet", "max-destroy", "anew", "without-host"];
    if leave.iter().any(|name| run.notes.contains(&format!("--{name}"))) {
        let help =
            "an option of `apply` is given to a push without its dashes: `git push -o anew=site.globex`";
        here.output.note(format!("help: {help}"));
    }
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
