//! `tenantry status`: what runs and where it answers. Changes nothing, takes no lock.

use std::path::PathBuf;

use crate::apply::journal;
use crate::gitops::Deployed;
use crate::pipeline::{self, Compiled, Ways};
use crate::plan::Policy;
use crate::provider::write;
use crate::world::git::{GitError, Repository};

use super::fleet::{Fleet, Opened};
use super::planning::complain;
use super::view::{deployed_text, prometheus, status_json, status_text};
use super::{Exit, Output, Setting, remembered, working};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    fleet: Fleet,
    /// Print as JSON
    #[arg(long)]
    json: bool,
    /// Print for another program
    #[arg(long, value_enum, conflicts_with = "json")]
    format: Option<Format>,
    /// Write it into this file instead, whole or not at all
    #[arg(long, value_name = "FILE", requires = "format")]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Prometheus' text format, for the textfile collector of `node_exporter`
    Prometheus,
}

pub(super) async fn run(args: &Args, setting: &Setting, output: Output) -> Exit {
    let opened = match args.fleet.open(setting, args.json, output) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let world = opened.world.as_ref();
    let Some(compiled) = Fleet::compile(world, false, output) else { return Exit::Error };
    let opener = pipeline::opener(&compiled.desired, world);
    let hosts = Fleet::connect(setting, &compiled, &opened, output);
    let known = match remembered::known(&args.fleet, &opened, &compiled.desired, setting) {
        Ok(known) => known,
        Err(error) => return complain(&error.message, args.json, output),
    };
    let docker_host = setting.docker_host.as_deref();
    let ways = Ways { known: &known, docker_host, state: &opened.state };
    let mut observed = pipeline::look(&compiled.desired, &hosts, ways, &opener).await;
    pipeline::at_work(&compiled.desired, &hosts, &mut observed).await;
    pipeline::disks(&compiled.desired, &hosts, &mut observed).await;
    let certificates =
        pipeline::certificates::certificates(&compiled.model, &compiled.desired, &hosts, &observed).await;
    if args.format == Some(Format::Prometheus) {
        let plan = pipeline::plan(&compiled, &observed, &Policy::default(), &opener);
        let history = journal::read(&journal::path(&opened.state, &compiled.desired.fleet));
        let runs = history.map(|history| history.runs).unwrap_or_default();
        let seen =
            prometheus::Seen { observed: &observed, plan: &plan, runs: &runs, certificates: &certificates };
        let text = prometheus::text(&compiled.desired, &seen, pipeline::certificates::now());
        let written = args.out.as_ref().map(|path| write::write_public(path, text.as_bytes()));
        if written.is_none() {
            output.text(text);
        }
        if let Some(Err(error)) = written {
            output.note(format!("error: {error}"));
            return Exit::Error;
        }
        return if observed.hosts.values().any(|host| host.unreadable.is_some()) {
            Exit::Error
        } else {
            Exit::Done
        };
    }
    let deployed = match deployed(&args.fleet, &opened, &compiled) {
        Ok(deployed) => deployed,
        Err(error) => {
            output.note(format!("warning: what was applied cannot be read from the repository: {error}"));
            None
        }
    };
    if args.json {
        let mut json = status_json::status(&compiled.desired, &observed, &certificates);
        if let Some(deployed) = &deployed {
            json["revisions"] = deployed_text::deployed_json(deployed);
        }
        output.line(json.to_string());
    } else {
        for host in observed.hosts.values() {
            match &host.unreadable {
                Some(why) => output.note(format!("{}: {} {why}", output.paint(31, "unreadable"), host.name)),
                None => output.line(status_text::host(host)),
            }
        }
        working::tell(&observed, &compiled.desired.fleet, &opened.state, output);
        if let Some(deployed) = &deployed {
            output.text(deployed_text::deployed(deployed, output));
        }
        output.line("");
        let (model, desired) = (&compiled.model, &compiled.desired);
        output.text(status_text::status(model, desired, &observed, None, &certificates, output));
    }
    if observed.hosts.values().any(|host| host.unreadable.is_some()) { Exit::Error } else { Exit::Done }
}

/// What the repository knows, where the fleet is in one.
fn deployed(fleet: &Fleet, opened: &Opened, compiled: &Compiled) -> Result<Option<Deployed>, GitError> {
    let repository = match Repository::open(&fleet.directory, None) {
        Ok(repository) => repository,
        Err(GitError::NoRepository(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let tip = match &opened.commit {
        Some(commit) => Some(commit.id.clone()),
        None => repository.commit("HEAD").ok().map(|commit| commit.id),
    };
    let hosts = compiled.desired.hosts.values().map(|host| host.name.as_str());
    Deployed::read(&repository, &compiled.desired.fleet, hosts, tip.as_deref()).map(Some)
}
