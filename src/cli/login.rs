//! `tenantry login SITE`: a link that logs in once, so that nobody needs to know the administrator's password.

use crate::desired::observed::Observation;
use crate::desired::{Object, ObjectId, ObjectKind};
use crate::diag::suggest;
use crate::model::{Model, Site};
use crate::pipeline;
use crate::provider::frappe::apply::login::MINUTES;
use crate::provider::host::Login;

use super::apply::fail;
use super::fleet::Fleet;
use super::planning::complain;
use super::view::status_text::url;
use super::{Exit, Output, Setting};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The site: its name, its address (`site.globex`), or a name at which it answers
    #[arg(value_name = "SITE")]
    site: String,
    /// Who is logged in
    #[arg(long, value_name = "USER", default_value = "Administrator")]
    user: String,
    #[command(flatten)]
    fleet: Fleet,
}

pub(super) async fn run(args: &Args, setting: &Setting, output: Output) -> Exit {
    let opened = match args.fleet.open(setting, false, output) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let world = opened.world.as_ref();
    let Some(compiled) = Fleet::compile_quietly(world, false, output) else { return Exit::Error };
    let Some(site) = find(&compiled.model, &args.site) else {
        return complain(&unknown(&compiled.model, &args.site), false, output);
    };
    let bench = &compiled.model.benches[site.bench.id];
    let host = compiled.model.hosts[bench.host.id].meta.identity.as_str();
    let Some(edge) =
        compiled.model.edges.iter().map(|(_, edge)| edge).find(|edge| edge.host.id == bench.host.id)
    else {
        let why = format!("`{}` has no edge on its host: nothing answers at its name", site.meta.address);
        return complain(&why, false, output);
    };
    if site.suspended.is_some() {
        let why =
            format!("`{}` is suspended: its names show a page, and nobody can log in", site.meta.address);
        return complain(&why, false, output);
    }
    let opener = pipeline::opener(&compiled.desired, world);
    let mut hosts = Fleet::connect(setting, &compiled, &opened, output);
    hosts.retain(|identity, _| identity == host);
    let Some(way) = hosts.values().next().cloned() else {
        return complain("its host is not declared", false, output);
    };
    let observed = pipeline::observe(&compiled.desired, &hosts, &opener).await;
    let of = |identity: &str, kind, role| observed.objects.get(&ObjectId::new(identity, kind, role));
    if let Err(why) = is_there(of(site.meta.identity.as_str(), ObjectKind::Site, "")) {
        complain(&format!("`{}` {why}", site.meta.address), false, output);
        output.note("help: `tenantry status` shows what there is of it, `tenantry apply` makes it");
        return Exit::Error;
    }
    let backend = of(bench.meta.identity.as_str(), ObjectKind::Container, "backend");
    let Some(backend) = backend.and_then(Observation::present) else {
        return complain(&format!("the backend of `{}` is not there", bench.meta.address), false, output);
    };
    let login = Login {
        container: backend.serving().handle.clone(),
        directory: site.host_name.clone(),
        user: args.user.clone(),
    };
    match way.login(&compiled.desired.fleet, &login).await {
        Ok(path) => {
            let name = site.domains.iter().find(|domain| domain.primary).map(|domain| &domain.name.value);
            let base = url(edge, name.unwrap_or(&site.host_name));
            output.line(format!("{}{path}", base.trim_end_matches('/')));
            output.note(format!(
                "It logs in as {} once, within {MINUTES} minutes, whoever has it: hand it on as you would a password. Frappe takes five \
                 such links an hour from one address, and answers 429 to more. Where a page of the site opens, the desk is at /app.",
                args.user.escape_debug()
            ));
            Exit::Done
        }
        Err(error) => fail(&error, false, output),
    }
}

/// The site that somebody means.
fn find<'m>(model: &'m Model, what: &str) -> Option<&'m Site> {
    let sites = || model.sites.iter().map(|(_, site)| site);
    let is_called = |site: &&Site| {
        site.meta.address.to_string() == what || site.meta.name == what || site.host_name == what
    };
    sites()
        .find(is_called)
        .or_else(|| sites().find(|site| site.domains.iter().any(|domain| domain.name.value == what)))
}

fn unknown(model: &Model, what: &str) -> String {
    let names: Vec<&str> = model.sites.iter().map(|(_, site)| site.meta.name.as_str()).collect();
    let hint = suggest(what, names.iter().copied())
        .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    format!("there is no site `{}`{hint}", what.escape_debug())
}

/// Whether a site can be logged in to; why not.
fn is_there(seen: Option<&Observation>) -> Result<(), String> {
    match seen {
        Some(Observation::Present(present)) => match &present.object {
            Object::Site(site) if !site.complete => Err("is half made".to_owned()),
            _ => Ok(()),
        },
        Some(Observation::Lost(lost)) => Err(format!("is lost: {}", lost.missing.join(", "))),
        Some(Observation::Foreign { .. }) => Err("is there, and not this fleet's".to_owned()),
        Some(Observation::Unreadable { why, .. }) => Err(format!("cannot be seen: {why}")),
        Some(Observation::Absent) | None => Err("is not made yet".to_owned()),
    }
}
