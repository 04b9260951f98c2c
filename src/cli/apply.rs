//! `tenantry apply`: lock, look, plan, ask, execute, and look again where something could not be seen before.

use std::io::BufRead as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::apply::journal::Journal;
use crate::apply::lock;
use crate::apply::{Actor, Events, FailHook, FailPoint, Options, Outcome, Report, Stop, When};
use crate::desired::fields::Consequence;
use crate::desired::observed::Observed;
use crate::pipeline::{self, Compiled, Hosts};
use crate::plan::{Plan, Policy, file};
use crate::provider::{Error, ErrorKind, LockInfo};
use crate::value::{Seconds, Textual as _};
use crate::world::git::Commit;
use crate::world::secret::Opener;

use super::applied::{self, Applied};
use super::fleet::Fleet;
use super::interrupt::{interrupts, unless};
use super::planning::{Leave, complain, show};
use super::view::events_human::HumanEvents;
use super::view::events_json::{self, JsonEvents};
use super::view::report_text::{self, Total};
use super::view::{status_text, table};
use super::{Exit, Output, Setting};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    fleet: Fleet,
    /// A plan saved with `plan --out`: exactly it is executed, without a question
    #[arg(long, value_name = "PLAN")]
    plan: Option<PathBuf>,
    #[command(flatten)]
    leave: Leave,
    /// On whose behalf, for the journal and the commit's note; user@machine unless given
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Do not ask
    #[arg(long)]
    auto_approve: bool,
    /// How long to wait for another run to let go of a host, e.g. 30s
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = time)]
    lock_timeout: Duration,
    /// The most calls under way at once
    #[arg(long, value_name = "N", default_value_t = 10)]
    parallelism: usize,
    /// Print events as JSON, one a line
    #[arg(long)]
    json: bool,
}

/// The most rounds of one apply: what could not be seen in one is planned again in the next.
const ROUNDS: usize = 4;

fn time(text: &str) -> Result<Duration, String> {
    // As in Terraform: do not wait at all.
    if matches!(text, "0" | "0s") {
        return Ok(Duration::ZERO);
    }
    Seconds::parse(text)
        .map(|Seconds(s)| Duration::from_secs(s))
        .map_err(|_| "a whole number and a unit: 30s, 5m".to_owned())
}

/// One apply under way.
struct Run<'a> {
    args: &'a Args,
    setting: &'a Setting,
    output: Output,
    compiled: &'a Compiled,
    hosts: &'a Hosts,
    opener: &'a Opener<'a>,
    options: Options,
    applied: Applied,
    total: Total,
    state: &'a Path,
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
    let Some(compiled) = Fleet::compile(world, args.json, output) else { return Exit::Error };
    if opened.commit.is_some()
        && let Some(died) = applied::interrupted(&args.fleet.directory)
    {
        output.note(died);
    }
    let opener = pipeline::opener(&compiled.desired, world);
    let hosts = pipeline::connect(&compiled.desired, setting.docker_host.as_deref(), &opened.state);
    let mut options =
        Options { parallelism: args.parallelism.max(1), cancel: interrupts(), ..Options::default() };
    let by = args.by.as_ref().unwrap_or(&setting.who);
    options.actor = Actor { who: by.clone(), cause: opened.commit.as_ref().map(|commit| commit.id.clone()) };
    options.fail_point = setting.kill.as_deref().and_then(kill);
    let quiet = Plan::default();
    let info = lock_info(&options.run, setting);
    let events = events(args, setting, output, &quiet);
    let taken = lock::acquire(&hosts, &compiled.desired.fleet, &info, args.lock_timeout, events.as_ref());
    let locks = match unless(Stop::Stop, &options.cancel, taken).await {
        Some(Ok(locks)) => Some(Arc::new(locks)),
        // A host that cannot be read cannot be locked either: the plan says so, with the way out, and does nothing.
        Some(Err(error)) if error.kind == ErrorKind::Unreachable => None,
        Some(Err(error)) => {
            let exit = fail(&error, args.json, output);
            note(&Applied::new(), exit, &compiled, by, args, opened.commit.as_ref(), output);
            return exit;
        }
        None => return stopped(args.json, output),
    };
    options.locks.clone_from(&locks);
    let applied = Applied::new();
    let mut run = Run {
        args,
        setting,
        output,
        compiled: &compiled,
        hosts: &hosts,
        opener: &opener,
        options,
        applied,
        total: Total::default(),
        state: &opened.state,
    };
    let exit = run.rounds().await;
    run.close().await;
    note(&run.applied, exit, &compiled, by, args, opened.commit.as_ref(), output);
    if let Some(locks) = locks {
        for error in locks.release().await {
            output.note(format!("warning: a lock could not be given back: {error}"));
        }
    }
    exit
}

impl Run<'_> {
    /// Rounds of look, plan and execute, until nothing is left that could not be seen.
    async fn rounds(&mut self) -> Exit {
        let mut policy = self.args.leave.policy();
        let mut last = Exit::Done;
        for round in 0..ROUNDS {
            let began = Instant::now();
            let Some(observed) = self.look(Stop::Stop).await else {
                return if round == 0 { stopped(self.args.json, self.output) } else { Exit::Cancelled };
            };
            let plan = match self.plan(&observed, &policy, round) {
                Ok(plan) => plan,
                Err(exit) => return exit,
            };
            if round > 0 && plan.changes.is_empty() && plan.refusals.is_empty() {
                break;
            }
            show(&plan, self.compiled, &observed, table::since(began), self.args.json, self.output);
            self.applied.refused(&plan);
            self.total.refused = plan.refusals.len();
            if plan.is_refused() {
                return Exit::Refused;
            }
            if plan.changes.is_empty() {
                // That a commit needed nothing is worth a line in the journal.
                if self.options.actor.cause.is_some()
                    && let Err(error) = self.call(&plan).await
                {
                    return fail(&error, self.args.json, self.output);
                }
                return if plan.refusals.is_empty() { Exit::Done } else { Exit::Refused };
            }
            if round == 0 && !self.approved().await {
                return Exit::Cancelled;
            }
            last = match self.execute(&plan).await {
                Ok(exit) => exit,
                Err(error) => return fail(&error, self.args.json, self.output),
            };
            if last != Exit::Done || plan.deferred.is_empty() {
                break;
            }
            // What comes next may not be worse than what was approved; a reload is nothing that anybody notices.
            policy.ceiling = Some(plan.consequence().max(Consequence::Reload));
        }
        last
    }

    /// Says once what all rounds came to, and what is there now.
    async fn close(&self) {
        if self.total.reports.is_empty() {
            return;
        }
        if self.args.json {
            events_json::report(&self.total, self.output);
            return;
        }
        self.output.text(report_text::closing(&self.total));
        if let Some(observed) = self.look(Stop::Abort).await {
            let status =
                status_text::status(&self.compiled.model, &self.compiled.desired, &observed, self.output);
            self.output.text(format!("\n{status}"));
        }
    }

    fn plan(&self, observed: &Observed, policy: &Policy, round: usize) -> Result<Plan, Exit> {
        match &self.args.plan {
            Some(path) if round == 0 => self.saved(path, observed),
            _ => Ok(pipeline::plan(self.compiled, observed, policy, self.opener)),
        }
    }

    /// A saved plan, if it is of this fleet and the world is still what it was made for.
    fn saved(&self, path: &std::path::Path, observed: &Observed) -> Result<Plan, Exit> {
        let json = self.args.json;
        let saved = file::load(path)
            .map_err(|error| complain(&format!("{}: {error}", path.display()), json, self.output))?;
        let fleet = &self.compiled.desired.fleet;
        if saved.fleet != *fleet {
            let words =
                format!("{} is a plan of the fleet `{}`, this one is `{fleet}`", path.display(), saved.fleet);
            return Err(complain(&words, json, self.output));
        }
        let moved = file::stale(&saved, observed);
        if moved.is_empty() {
            return Ok(saved.into_plan());
        }
        complain(
            "the plan is stale, and nothing was done: what it was made for has changed since",
            json,
            self.output,
        );
        for id in moved {
            self.output.note(format!("  {id}"));
        }
        self.output.note("help: make a new one with `tenantry plan --out`");
        Err(Exit::Stale)
    }

    /// What is there, unless somebody says `stop` meanwhile.
    async fn look(&self, stop: Stop) -> Option<Observed> {
        let look = pipeline::observe(&self.compiled.desired, self.hosts, self.opener);
        unless(stop, &self.options.cancel, look).await
    }

    async fn approved(&self) -> bool {
        if self.args.auto_approve || self.args.plan.is_some() {
            return true;
        }
        if !self.setting.interactive || self.args.json {
            complain(
                "nobody is there to approve; look at the plan, then use --auto-approve",
                self.args.json,
                self.output,
            );
            return false;
        }
        self.output.raw_note(
            "\nDo you want to perform these actions? Only `yes` will be accepted.\n\n  Enter a value: ",
        );
        // A thread of its own: nothing can end the reading of a line, and Ctrl-C must end the question.
        let (sender, answer) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            let read = std::io::stdin().lock().read_line(&mut line);
            // Whoever asked may have been told to stop.
            let _ = sender.send(read.map(|_| line));
        });
        if let Some(Ok(Ok(line))) = unless(Stop::Stop, &self.options.cancel, answer).await
            && line.trim() == "yes"
        {
            return true;
        }
        self.output.note("Not approved; nothing was done.");
        false
    }

    async fn execute(&mut self, plan: &Plan) -> Result<Exit, Error> {
        let began = Instant::now();
        let report = self.call(plan).await?;
        if !self.args.json {
            self.output.text(report_text::failures(plan, &report, self.output));
        }
        let exit = match &report.halted {
            Some(error) => {
                fail(error, self.args.json, self.output);
                Exit::Partial
            }
            None => verdict(plan, &report),
        };
        self.total.add(plan, report, table::since(began));
        Ok(exit)
    }

    async fn call(&mut self, plan: &Plan) -> Result<Report, Error> {
        let journal = Journal::open(self.state, &plan.fleet)?;
        self.options.journal = Some(Arc::new(journal));
        let events = events(self.args, self.setting, self.output, plan);
        let report = pipeline::apply(plan, self.hosts, self.opener, &self.options, events.as_ref()).await;
        self.applied.add(plan, &report);
        Ok(report)
    }
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

fn verdict(plan: &Plan, report: &Report) -> Exit {
    let whole = report.steps.iter().all(|step| step.outcome == Outcome::Done);
    // Asked to stop when the last steps were under way already, it has done everything all the same.
    if report.cancelled && !whole {
        Exit::Cancelled
    } else if !whole {
        Exit::Partial
    } else if plan.refusals.is_empty() {
        Exit::Done
    } else {
        Exit::Refused
    }
}

fn events(args: &Args, setting: &Setting, output: Output, plan: &Plan) -> Box<dyn Events> {
    if args.json {
        Box::new(JsonEvents::new(plan, output))
    } else {
        Box::new(HumanEvents::new(plan, output, setting.live))
    }
}

fn fail(error: &Error, json: bool, output: Output) -> Exit {
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
        created: jiff::Timestamp::now().to_string(),
    }
}

/// Stopped before anything was done.
fn stopped(json: bool, output: Output) -> Exit {
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
