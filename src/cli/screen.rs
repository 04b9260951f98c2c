//! Who watches an apply: tells what happens and asks before it does.

use std::collections::BTreeSet;
use std::io::BufRead as _;
use std::time::Duration;

use tokio::sync::watch;

use crate::apply::{Events, Report, Stop};
use crate::converge::{Audience, End, Missing, Outcome, unless};
use crate::desired::observed::Observed;
use crate::pipeline::Compiled;
use crate::plan::{Plan, Refusal};
use crate::provider::BoxFuture;

use super::applied::Applied;
use super::apply::{Args, fail, stopped};
use super::fleet::tell;
use super::planning::{complain, show};
use super::view::events_human::HumanEvents;
use super::view::events_json::{self, JsonEvents};
use super::view::report_text::{self, Total};
use super::view::status_text;
use super::view::table::{millis, shortened};
use super::{Exit, Output, Setting, missing};

/// The terminal or log of one apply.
pub(super) struct Screen<'a> {
    pub(super) args: &'a Args,
    pub(super) setting: &'a Setting,
    pub(super) output: Output,
    pub(super) compiled: &'a Compiled,
    pub(super) cancel: watch::Receiver<Stop>,
    pub(super) applied: Applied,
    /// What all rounds did together.
    pub(super) total: Total,
    /// Identities of the declarations that a step was about.
    pub(super) touched: BTreeSet<String>,
}

impl Audience for Screen<'_> {
    fn planned(&mut self, plan: &Plan, refusals: &[Refusal], observed: &Observed, took: Duration) {
        show(plan, refusals, self.compiled, observed, millis(took), self.args.json, self.output);
        self.applied.refused(plan);
        self.total.refused = plan.refusals.len();
    }

    fn refused(&mut self, refusals: &[Refusal]) {
        self.total.refused += refusals.len();
        if self.args.json {
            events_json::refused(refusals, &self.compiled.sources, self.output);
        } else {
            let all: Vec<_> = refusals.iter().map(|refusal| refusal.diagnostic.clone()).collect();
            tell(&all, &self.compiled.sources, self.output);
        }
    }

    fn can_ask(&self) -> bool {
        self.setting.interactive && !self.args.json && !self.args.auto_approve && self.args.plan.is_none()
    }

    fn approve(&mut self) -> BoxFuture<'_, bool> {
        Box::pin(async move {
            if self.args.auto_approve {
                return true;
            }
            if !self.can_ask() {
                let words = "nobody is there to approve; look at the plan, then use --auto-approve";
                complain(words, self.args.json, self.output);
                return false;
            }
            self.ask().await
        })
    }

    fn events(&self, plan: &Plan) -> Box<dyn Events> {
        if self.args.json {
            Box::new(JsonEvents::new(plan, self.output))
        } else {
            Box::new(HumanEvents::new(plan, self.output, self.setting.live))
        }
    }

    fn applied(&mut self, plan: &Plan, report: &Report, took: Duration) {
        self.applied.add(plan, report);
        if !self.args.json {
            self.output.text(report_text::failures(plan, report, &self.whole(), self.output));
        }
        self.total.add(plan, report.clone(), millis(took));
        self.touched
            .extend(report.steps.iter().filter_map(|step| Some(plan.step(step.step)?.object.of.clone())));
    }
}

impl Screen<'_> {
    async fn ask(&self) -> bool {
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
        if let Some(Ok(Ok(line))) = unless(Stop::Stop, &self.cancel, answer).await
            && line.trim() == "yes"
        {
            return true;
        }
        self.output.note(if self.has_done() {
            "Not approved; it stays as it is, and the rest goes on."
        } else {
            "Not approved; nothing was done."
        });
        false
    }

    /// Says that the files say something else than when the saved plan was made.
    pub(super) fn rewritten(&self, of: &BTreeSet<String>) {
        if of.is_empty() {
            return;
        }
        let names: Vec<String> = of.iter().map(|of| format!("`{of}`")).collect();
        self.output.note(format!(
            "warning: the files have changed since this plan was made ({}): what the plan shows is done, and nothing \
             of what they say by now",
            shortened(&names)
        ));
    }

    /// Whether steps were executed.
    pub(super) fn has_done(&self) -> bool {
        self.applied.has_done()
    }

    /// Tells how an apply ended: once what all rounds came to, then what nobody has told yet.
    pub(super) fn ended(&mut self, outcome: &Outcome) -> Exit {
        let (json, output) = (self.args.json, self.output);
        self.total.left = outcome.left.len();
        if self.has_done() && json {
            events_json::report(&self.total, output);
        } else if self.has_done() {
            output.text(report_text::closing(&self.total));
        }
        match &outcome.end {
            End::Done => Exit::Done,
            End::Refused => Exit::Refused,
            End::Partial => {
                self.left(&outcome.left);
                Exit::Partial
            }
            End::Stopped => stopped(json, output),
            End::Cancelled | End::NotApproved => Exit::Cancelled,
            End::Stale(moved) => {
                complain(
                    "the plan is stale, and nothing was done: what it was made for has changed since",
                    json,
                    output,
                );
                for one in moved {
                    let why = one.why.as_ref().map_or_else(String::new, |why| format!(": {why}"));
                    output.note(format!("  {}{why}", one.id));
                }
                output.note("help: make a new one with `tenantry plan --out`");
                output
                    .note("help: or leave these out, with what waits for them, and do the rest: `--partial`");
                Exit::Stale
            }
            End::Missing { secrets, late } => {
                self.missing(secrets, *late);
                if *late { Exit::Partial } else { Exit::Error }
            }
            End::Halted(error) => {
                fail(error, json, output);
                Exit::Partial
            }
            End::Failed(error) => fail(error, json, output),
        }
    }

    /// Says how one logs in to the sites that were made. A sandbox has no pages.
    pub(super) fn first_login(&self) {
        let hosts = &self.compiled.desired.hosts;
        let is_real = |host: &str| hosts.get(host).is_some_and(|host| host.docker.is_some());
        let made = self.total.made.iter().filter(|(_, host)| is_real(host));
        let sites: Vec<&str> = made.map(|(address, _)| address.as_str()).collect();
        self.output.text(report_text::first_login(&sites));
    }

    /// What a last look found.
    fn left(&self, left: &[String]) {
        if left.is_empty() {
            return;
        }
        let names: Vec<String> = left.iter().map(|address| format!("`{address}`")).collect();
        let verb = if left.len() == 1 { "is" } else { "are" };
        let words = format!("{} {verb} not as wanted yet", shortened(&names));
        complain(&words, self.args.json, self.output);
        self.output.note(match self.args.plan {
            Some(_) => "help: the saved plan did not show what becomes of them: plan again",
            None => "help: apply again, and look at what the plan says of them",
        });
    }

    fn missing(&self, secrets: &Missing, late: bool) {
        let done = if late { "nothing more is done" } else { "nothing was done" };
        complain(&format!("{}; {done}", missing::words(secrets)), self.args.json, self.output);
        missing::tell(secrets, self.output);
    }

    /// Where the whole text of a step is: what is read from a repository may be read on another machine.
    fn whole(&self) -> String {
        let fleet = &self.args.fleet;
        match &fleet.at.rev {
            Some(rev) if self.args.leave.pushed => {
                // Twelve digits of the commit are enough for git, and leave the line readable.
                let (commit, inside) = rev.split_at(rev.find(':').unwrap_or(rev.len()));
                let rev = format!("{}{inside}", commit.get(..12).unwrap_or(commit));
                format!("on the server: tenantry log STEP --fleet {} --rev {rev}", fleet.directory.display())
            }
            Some(rev) => format!("here: tenantry log STEP --fleet {} --rev {rev}", fleet.directory.display()),
            None => "in the fleet's directory: tenantry log STEP".to_owned(),
        }
    }

    /// What runs, and where it answers.
    pub(super) fn status(&self, observed: Option<&Observed>) {
        let Some(observed) = observed else { return };
        let Compiled { model, desired, .. } = self.compiled;
        // Who pushes wants to see what came of it, and not the whole fleet each time.
        let only = self.args.leave.pushed.then_some(&self.touched);
        let status = status_text::status(model, desired, observed, only, &[], self.output);
        self.output.text(format!("\n{}", status.trim_start_matches('\n')));
    }
}
