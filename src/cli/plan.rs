//! `tenantry plan`: what would change. Takes no lock and changes nothing.

use std::path::PathBuf;
use std::time::Instant;

use crate::converge;
use crate::pipeline::{self, Ways};
use crate::plan::file;

use super::before;
use super::blaming::blamed;
use super::fleet::Fleet;
use super::planning::{Leave, complain, leave_of_a_push, show, verdict};
use super::view::{events_json, table};
use super::{Exit, Output, Setting, missing, working};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    fleet: Fleet,
    #[command(flatten)]
    leave: Leave,
    /// Save the plan; `apply --plan PLAN` then executes exactly it
    #[arg(long, value_name = "PLAN")]
    out: Option<PathBuf>,
    /// End with 2 when there are changes
    #[arg(long)]
    detailed_exitcode: bool,
    /// Name commit and author of the line behind each change
    #[arg(long)]
    blame: bool,
    /// What is refused of this revision as well is told and does not count: a push did not bring it
    #[arg(long, value_name = "REV", hide = true, requires = "rev")]
    before: Option<String>,
    /// The secrets that the plan needs have to be at hand and fit, as for `apply`
    #[arg(long, hide = true)]
    with_secrets: bool,
    /// Print events as JSON, one a line
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: &Args, setting: &Setting, output: Output) -> Exit {
    let began = Instant::now();
    if args.json {
        events_json::version(output);
    }
    let opened = match args.fleet.open(setting, args.json, output) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let world = opened.world.as_ref();
    let Some(compiled) = Fleet::compile(world, args.json, output) else { return Exit::Error };
    let opener = pipeline::opener(&compiled.desired, world);
    let hosts = Fleet::connect(setting, &compiled, &opened, output);
    let known = match args.leave.known(&args.fleet, &opened, &compiled.desired, setting, output) {
        Ok(known) => known,
        Err(error) => return complain(&error.message, args.json, output),
    };
    let docker_host = setting.docker_host.as_deref();
    let ways = Ways { known: &known, docker_host, state: &opened.state };
    let mut observed = pipeline::look(&compiled.desired, &hosts, ways, &opener).await;
    pipeline::at_work(&compiled.desired, &hosts, &mut observed).await;
    if working::tell(&observed, &compiled.desired.fleet, &opened.state, output) {
        output.note(
            "what it has not done yet is shown as a change, and what it is about to do may change this plan",
        );
    }
    let plan = pipeline::plan(&compiled, &observed, &args.leave.policy(), &opener);
    let shown = if args.blame {
        match blamed(&plan, &args.fleet, &opened, &compiled, args.json) {
            Ok(shown) => Some(shown),
            Err(error) => return complain(&format!("nobody can be blamed: {error}"), args.json, output),
        }
    } else {
        None
    };
    let shown = shown.as_ref().unwrap_or(&plan);
    show(shown, &shown.refusals, &compiled, &observed, table::since(began), args.json, output);
    if let Some(path) = &args.out {
        if let Err(error) = file::save(path, &plan, &observed, &compiled.desired) {
            return complain(
                &format!("the plan could not be saved to {}: {error}", path.display()),
                args.json,
                output,
            );
        }
        if !args.json {
            output.line(format!(
                "Saved. To do exactly this: tenantry apply --plan {} {}",
                path.display(),
                args.fleet.directory.display()
            ));
        }
    }
    let secrets = converge::missing(&plan, Some(&compiled.desired), &opener);
    if !secrets.is_empty() && !plan.is_refused() {
        let words = missing::words(&secrets);
        if args.with_secrets {
            complain(&format!("{words}; `apply` would do nothing"), args.json, output);
            missing::tell(&secrets, output);
            return Exit::Error;
        }
        if !args.json {
            output.note(format!(
                "{}: {words} here; there `apply` would do nothing",
                output.paint(33, "warning")
            ));
            missing::tell(&secrets, output);
        }
    }
    if let Some(rev) = &args.before {
        let at = before::At { directory: &args.fleet.directory, rev, setting, ways };
        if before::only_old(&plan, at, &args.leave.policy(), output).await {
            return Exit::Done;
        }
    }
    if args.leave.pushed
        && let Some(help) = leave_of_a_push(&plan.refusals)
    {
        output.note(help);
    }
    verdict(&plan, args.detailed_exitcode)
}
