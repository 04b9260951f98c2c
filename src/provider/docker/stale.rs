//! Whether the holder of a lock is gone.

use std::time::Duration;

use bollard::query_parameters::ListContainersOptions;

use super::client::{ANSWER, Engine};
use super::lock::Lock;
use super::{keeper, labels, process};
use crate::provider::Error;

/// Between two looks, so that a holder moving from one container to another is not taken for gone.
const APART: Duration = Duration::from_secs(3);

/// Whether a lock's holder is gone. In doubt it is not.
pub(super) async fn is_gone(engine: &Engine, fleet: &str, lock: &Lock) -> Result<bool, Error> {
    let Some(holder) = &lock.holder else { return Ok(false) };
    let info = &holder.info;
    if let Some(gone) = process::is_gone(&info.machine, info.pid, holder.process.as_ref()) {
        return Ok(gone);
    }
    let mark = keeper::mark(&info.id);
    if !is_cut_off(engine, fleet, &mark).await? {
        return Ok(false);
    }
    tokio::time::sleep(APART).await;
    is_cut_off(engine, fleet, &mark).await
}

/// Whether containers of ours run, and in none of them the holder's command.
async fn is_cut_off(engine: &Engine, fleet: &str, mark: &str) -> Result<bool, Error> {
    let running = running(engine, fleet).await?;
    for container in &running {
        let Some(seen) = engine.container(container, "look for the holder of the lock").await? else {
            continue;
        };
        let marks = engine.running_marks(&seen.exec_ids.unwrap_or_default()).await?;
        if marks.iter().any(|running| running == mark) {
            return Ok(false);
        }
    }
    Ok(!running.is_empty())
}

/// The engine ids of the fleet's running containers.
pub(super) async fn running(engine: &Engine, fleet: &str) -> Result<Vec<String>, Error> {
    let filters = [
        ("label".to_owned(), vec![format!("{}={fleet}", labels::FLEET)]),
        ("status".to_owned(), vec!["running".to_owned()]),
    ];
    let options = ListContainersOptions { filters: Some(filters.into()), ..ListContainersOptions::default() };
    let call = engine.docker.list_containers(Some(options));
    let containers = engine.within(ANSWER, "list running containers", call).await?;
    Ok(containers.into_iter().filter_map(|container| container.id).collect())
}
