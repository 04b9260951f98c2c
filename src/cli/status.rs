//! `tenantry status`: what runs and where it answers. Changes nothing, takes no lock.

use crate::pipeline;

use super::fleet::Fleet;
use super::view::{status_json, status_text};
use super::{Exit, Output, Setting};

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
    let hosts = pipeline::connect(&compiled.desired, setting.docker_host.as_deref(), &setting.state);
    let observed = pipeline::observe(&compiled.desired, &hosts, &opener).await;
    if args.json {
        output.line(status_json::status(&compiled.desired, &observed).to_string());
    } else {
        for host in observed.hosts.values() {
            match &host.unreadable {
                Some(why) => output.note(format!("{}: {} {why}", output.paint(31, "unreadable"), host.name)),
                None => output.line(format!("{} ({})", host.name, host.engine)),
            }
        }
        output.line("");
        output.text(status_text::status(&compiled.model, &compiled.desired, &observed, output));
    }
    if observed.hosts.values().any(|host| host.unreadable.is_some()) { Exit::Error } else { Exit::Done }
}
