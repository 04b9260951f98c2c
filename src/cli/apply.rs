//! `tenantry apply`: lock, look, plan, ask, execute, and look again where something could not be seen before.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::apply::lock;
use crate::apply::{Actor, FailHook, FailPoint, Options, Stop, When};
use crate::converge::{Audience as _, Session, unless};
use crate::pipeline::{self, Compiled, Hosts};
use crate::plan::Plan;
use crate::plan::file::{self, SavedPlan};
use crate::provider::{Error, ErrorKind, LockInfo};
use crate::value::{Seconds, Textual as _};
use crate::world::git::Commit;

use super::applied::{self, Applied};
use super::fleet::Fleet;
use super::interrupt::interrupts;
use super::planning::{Leave, complain};
use super::screen::Screen;
use super::view::events_json;
use super::view::report_text::Total;
use super::{Exit, Output, Setting};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) fleet: Fleet,
    /// A plan saved with `plan --out`: exactly it is executed, without a question
    #[arg(long, value_name = "PLAN")]
    pub(super) plan: Option<PathBuf>,
    /// Leave out what is no longer as the saved plan saw it, and what waits for that, and do the rest
    #[arg(long, requires = "plan")]
    partial: bool,
    #[command(flatten)]
    pub(super) leave: Leave,
    /// On whose behalf, for the journal and the commit's note; user@machine unless given
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Do not ask
    #[arg(long)]
    pub(super) auto_approve: bool,
    /// How long to wait for another run to let go of a host, e.g. 30s
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = time)]
    lock_timeout: Duration,
    /// The most calls under way at once
    #[arg(long, value_name = "N", default_value_t = 10)]
    parallelism: usize,
    /// Print events as JSON, one a line
    #[arg(long)]
    pub(super) json: bool,
}

fn time(text: &str) -> Result<Duration, String> {
    // As in Terraform: do not wait at all.
    if matches!(text, "0" | "0s") {
        return Ok(Duration::ZERO);
    }
    Seconds::parse(text)
        .map(|Seconds(s)| Duration::from_secs(s))
        .map_err(|_| "a whole number and a unit: 30s, 5m".to_owned())
}

pub(super) async fn run(args: &Args, setting: &Setting, output: Output) -> Exit {
    if args.json {
        events_json::version(output);
    }
    let opened = match args.fleet.open(setting, args.json, output) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let world = opened.world.as_ref();
    // The hook that accepted a push has told its warnings.
    let compile = if args.leave.pushed { Fleet::compile_quietly } else { Fleet::compile };
    let Some(compiled) = compile(world, args.json, output) else { return Exit::Error };
    let saved = match saved(args, &compiled, output) {
        Ok(saved) => saved,
        Err(exit) => return exit,
    };
    if opened.commit.is_some()
        && let Some(died) = applied::interrupted(&args.fleet.directory)
    {
        output.note(died);
    }
    if let Some(commit) = &opened.commit
        && !args.leave.pushed
    {
        for words in applied::queued(&args.fleet.directory, commit) {
            output.note(words);
        }
    }
    let opener = pipeline::opener(&compiled.desired, world);
    let all = Fleet::connect(setting, &compiled, &opened, output);
    let known = match args.leave.known(&args.fleet, &opened, &compiled.desired, setting, output) {
        Ok(known) => known,
        Err(error) => return fail(&error, args.json, output),
    };
    let cancel = interrupts(setting.outlives_terminal);
    let mut options = Options { parallelism: args.parallelism.max(1), cancel, ..Options::default() };
    let by = args.by.as_ref().unwrap_or(&setting.who);
    options.actor = Actor { who: by.clone(), cause: opened.commit.as_ref().map(|commit| commit.id.clone()) };
    options.fail_point = setting.kill.as_deref().and_then(kill);
    let mut screen = Screen {
        args,
        setting,
        output,
        compiled: &compiled,
        cancel: options.cancel.clone(),
        applied: Applied::new(),
        total: Total::default(),
        touched: std::collections::BTreeSet::new(),
    };
    let info = lock_info(&options.run, setting);
    let events = screen.events(&Plan::default());
    let taken = lock::acquire(&all, &compiled.desired.fleet, &info, args.lock_timeout, events.as_ref());
    let (locks, unlocked) = match unless(Stop::Stop, &options.cancel, taken).await {
        Some(Ok(taken)) => taken,
        Some(Err(error)) => {
            let exit = fail(&error, args.json, output);
            note(&screen.applied, exit, &compiled, by, args, opened.commit.as_ref(), output);
            return exit;
        }
        None => return stopped(args.json, output),
    };
    // Nothing is done without a lock: a host that gave none is left out, whatever it answers a moment later.
    let hosts: Hosts = all.into_iter().filter(|(identity, _)| locks.holds(identity)).collect();
    if hosts.is_empty()
        && let Some(error) = unlocked.values().find(|error| error.kind != ErrorKind::Unreachable)
    {
        let exit = fail(error, args.json, output);
        note(&screen.applied, exit, &compiled, by, args, opened.commit.as_ref(), output);
        return exit;
    }
    let locks = Arc::new(locks);
    options.locks = Some(Arc::clone(&locks));
    let mut session = Session {
        compiled: &compiled,
        hosts: &hosts,
        unlocked: &unlocked,
        opener: &opener,
        options,
        policy: args.leave.policy(),
        state: &opened.state,
        known,
        docker_host: setting.docker_host.as_deref(),
    };
    let outcome = match saved {
        Some(saved) => {
            let rewritten = file::rewritten(&saved, &compiled.desired);
            screen.rewritten(&rewritten);
            session.run_saved(saved, args.partial, &mut screen).await
        }
        None => session.run(&mut screen).await,
    };
    let exit = screen.ended(&outcome);
    if !args.json && screen.has_done() {
        let observed = match outcome.observed {
            Some(observed) => Some(observed),
            None => session.look(Stop::Abort).await,
        };
        screen.status(observed.as_ref());
        screen.first_login();
    }
    note(&screen.applied, exit, &compiled, by, args, opened.commit.as_ref(), output);
    for error in locks.release().await {
        output.note(format!("warning: a lock could not be given back: {error}"));
    }
    exit
}

/// The saved plan that is to be executed, if it is of this fleet and this version.
fn saved(args: &Args, compiled: &Compiled, output: Output) -> Result<Option<SavedPlan>, Exit> {
    let Some(path) = &args.plan else { return Ok(None) };
    let saved = file::load(path)
        .map_err(|error| complain(&format!("{}: {error}", path.display()), args.json, output))?;
    let fleet = &compiled.desired.fleet;
    if saved.fleet != *fleet {
        let words =
            format!("{} is a plan of the fleet `{}`, this one is `{fleet}`", path.display(), saved.fleet);
        return Err(complain(&words, args.json, output));
    }
    Ok(Some(saved))
}

/// Writes on the commit what became of it. That it could not be written changes nothing of what was done.
fn note(
    applied: &Applied,
    exit: Exit,
    compiled: &Compiled,
    by: &str,
    args: &Args,
    commit: Option<&Commit>,
    output: Output,
) {
    if let Some(commit) = commit
        && let Err(error) = applied.write(exit, compiled, by, &args.fleet, commit)
    {
        output.note(format!("warning: what was applied could not be noted on {}: {error}", commit.short()));
    }
}

pub(super) fn fail(error: &Error, json: bool, output: Output) -> Exit {
    let exit = match error.kind {
        ErrorKind::Locked => Exit::Locked,
        ErrorKind::Denied => Exit::Denied,
        _ => Exit::Error,
    };
    if json {
        events_json::error(&error.message, "apply", output);
    }
    output.note(format!("{}: {}", output.paint(31, "error"), error.message));
    if let Some(advice) = &error.advice {
        output.note(format!("help: {advice}"));
    }
    exit
}

fn lock_info(run: &str, setting: &Setting) -> LockInfo {
    LockInfo {
        id: run.to_owned(),
        who: setting.who.clone(),
        pid: std::process::id(),
        machine: setting.boot.clone(),
        operation: "apply".to_owned(),
        created: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    }
}

/// Stopped before anything was done.
pub(super) fn stopped(json: bool, output: Output) -> Exit {
    complain("stopped; nothing was done", json, output);
    Exit::Cancelled
}

/// `before:s-3`, `after:s-3` or `journal:s-3`: the crash tests' place to die, by the signal that nobody can catch.
fn kill(text: &str) -> Option<FailHook> {
    let (when, step) = text.split_once(":s-")?;
    let step: u32 = step.parse().ok()?;
    let when = match when {
        "before" => When::BeforeCall,
        "after" => When::AfterCall,
        "journal" => When::AfterJournal,
        _ => return None,
    };
    Some(Arc::new(move |point: FailPoint| {
        if point.step.0 == step && point.when == when {
            let _ =
                std::process::Command::new("kill").args(["-KILL", &std::process::id().to_string()]).status();
        }
        ControlFlow::Continue(())
    }))
}
