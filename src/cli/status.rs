//! `tenantry status`: what runs and where it answers. Changes nothing, takes no lock.

use crate::gitops::Deployed;
use crate::pipeline::{self, Compiled, Ways};
use crate::world::git::{GitError, Repository};

use super::fleet::{Fleet, Opened};
use super::planning::complain;
use super::view::{deployed_text, status_json, status_text};
use super::{Exit, Output, Setting, remembered, working};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    fleet: Fleet,
    /// Print as JSON
    #[arg(long)]
    json: bool,
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
    let deployed = match deployed(&args.fleet, &opened, &compiled) {
        Ok(deployed) => deployed,
        Err(error) => {
            output.note(format!("warning: what was applied cannot be read from the repository: {error}"));
            None
        }
    };
    if args.json {
        let mut json = status_json::status(&compiled.desired, &observed);
        if let Some(deployed) = &deployed {
            json["revisions"] = deployed_text::deployed_json(deployed);
        }
        output.line(json.to_string());
    } else {
        for host in observed.hosts.values() {
            match &host.unreadable {
                Some(why) => output.note(format!("{}: {} {why}", output.paint(31, "unreadable"), host.name)),
                None => output.line(format!("{} ({})", host.name, host.engine)),
            }
        }
        working::tell(&observed, &compiled.desired.fleet, &opened.state, output);
        if let Some(deployed) = &deployed {
            output.text(deployed_text::deployed(deployed, output));
        }
        output.line("");
        output.text(status_text::status(&compiled.model, &compiled.desired, &observed, None, output));
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
