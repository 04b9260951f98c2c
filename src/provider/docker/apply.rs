//! Calls, executed: each leads to the engine's being as the call says, whether or not it was so already.

use std::collections::{BTreeMap, BTreeSet};

use super::client::Engine;
use super::containers::InPlace;
use super::exec;
use crate::desired::call::{Arg, Call};
use crate::desired::docker::File;
use crate::provider::host::Cx;
use crate::provider::inside::{Inside, Said, Script, Stored};
use crate::provider::{BoxFuture, Error, ErrorKind, Output};

/// Executes a call. Nothing is changed or removed that does not bear the fleet's mark.
///
/// # Errors
/// What the engine said.
pub async fn call(engine: &Engine, call: &Call, cx: Cx<'_>) -> Result<Output, Error> {
    let fleet = cx.fleet;
    match call {
        Call::PullImage { reference } => engine.pull(reference, cx.progress).await,
        Call::CreateNetwork { id, network } => engine.create_network(fleet, id, network).await,
        Call::RemoveNetwork { handle } => engine.remove_network(fleet, handle).await,
        Call::CreateVolume { id, volume } => engine.create_volume(fleet, id, volume).await,
        Call::RemoveVolume { handle } => engine.remove_volume(fleet, handle).await,
        Call::CreateContainer { id, name, container } => {
            engine.create_container(fleet, id, name, container).await
        }
        Call::ConnectNetwork { container, network, aliases } => {
            engine.connect_network(fleet, handle(container)?, network, aliases).await
        }
        Call::DisconnectNetwork { container, network } => {
            engine.disconnect_network(fleet, handle(container)?, network).await
        }
        Call::PutFiles { container, files } => put_files(engine, handle(container)?, files, cx).await,
        Call::RemoveFiles { container, paths } => remove_files(engine, handle(container)?, paths, cx).await,
        Call::UpdateContainer { container, memory, nano_cpus, pids, restart } => {
            let fields = InPlace { memory: *memory, nano_cpus: *nano_cpus, pids: *pids, restart: *restart };
            engine.update(fleet, handle(container)?, &fields).await
        }
        Call::StartContainer { container } => engine.start(fleet, handle(container)?).await,
        Call::UnpauseContainer { container } => engine.unpause(fleet, handle(container)?).await,
        Call::StopContainer { container, grace } => engine.stop(fleet, handle(container)?, *grace).await,
        Call::RestartContainer { container, grace } => {
            engine.restart(fleet, handle(container)?, *grace).await
        }
        Call::RemoveContainer { container } => engine.remove_container(fleet, handle(container)?).await,
        Call::RenameContainer { container, name } => engine.rename(fleet, handle(container)?, name).await,
        Call::AwaitHealthy { container, within } => {
            engine.await_healthy(fleet, handle(container)?, *within, cx.progress).await
        }
        Call::AwaitExec { container, mark, within } => {
            engine.await_exec(handle(container)?, mark, *within).await
        }
        Call::SetSchema { .. }
        | Call::ResetSchema { .. }
        | Call::SetAccount { .. }
        | Call::VerifyRelease { .. }
        | Call::VerifyMadeFor { .. }
        | Call::WriteBenchConfig { .. }
        | Call::DiscardSite { .. }
        | Call::NewSite { .. }
        | Call::WriteSiteConfig { .. }
        | Call::SetAdminPassword { .. }
        | Call::InstallApp { .. }
        | Call::EnableScheduler { .. }
        | Call::Routes { .. } => {
            let why = format!("`{}` is not the engine's to do", call.verb());
            Err(Error::new(ErrorKind::Invalid, why))
        }
    }
}

/// The engine id in an argument.
///
/// # Errors
/// When the plan was not resolved before it was executed.
pub fn handle(container: &Arg) -> Result<&str, Error> {
    match container {
        Arg::Handle(handle) => Ok(handle),
        Arg::Output(step) => {
            Err(Error::new(ErrorKind::Invalid, format!("the container of {step} is not known yet")))
        }
        Arg::Object(id) => Err(Error::new(ErrorKind::Invalid, format!("the container {id} is not known"))),
    }
}

async fn put_files(
    engine: &Engine,
    container: &str,
    files: &BTreeMap<String, File>,
    cx: Cx<'_>,
) -> Result<Output, Error> {
    engine.our_container(container, cx.fleet, "put files").await?;
    let mut opened = BTreeMap::new();
    for (path, file) in files {
        let bytes = file.content.open(cx.opener).map_err(|error| {
            Error::new(
                ErrorKind::SecretUnopened,
                format!("{path} holds a secret that cannot be opened: {error}"),
            )
        })?;
        let bytes = bytes.expose().to_vec();
        opened.insert(path.clone(), Stored { bytes, mode: file.mode, uid: file.uid, gid: file.gid });
    }
    engine.put_files(container, &opened).await?;
    Ok(Output::default())
}

async fn remove_files(
    engine: &Engine,
    container: &str,
    paths: &BTreeSet<String>,
    cx: Cx<'_>,
) -> Result<Output, Error> {
    engine.our_container(container, cx.fleet, "remove files").await?;
    let arguments: Vec<String> = paths.iter().cloned().collect();
    let script = Script { user: Some("0"), ..Script::new("rm -f -- \"$@\"", &arguments) };
    let said = engine.run(container, &exec::mark(cx.run, cx.step), script).await?;
    if said.code == 0 {
        return Ok(Output::default());
    }
    Err(Error::new(ErrorKind::ExecFailed, format!("remove files: {}", said.complaint())))
}

impl Inside for Engine {
    fn exec<'a>(
        &'a self,
        container: &'a str,
        mark: &'a str,
        script: Script<'a>,
    ) -> BoxFuture<'a, Result<Said, Error>> {
        Box::pin(self.run(container, mark, script))
    }

    fn put<'a>(
        &'a self,
        container: &'a str,
        files: BTreeMap<String, Stored>,
    ) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move { self.put_files(container, &files).await })
    }

    fn get<'a>(
        &'a self,
        container: &'a str,
        path: &'a str,
    ) -> BoxFuture<'a, Result<Option<BTreeMap<String, Stored>>, Error>> {
        Box::pin(self.get_files(container, path))
    }
}
