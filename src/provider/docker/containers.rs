//! Containers: made, changed in place, started, stopped, renamed, removed.

use std::time::Duration;

use bollard::models::ContainerUpdateBody;
use bollard::query_parameters::{
    CreateContainerOptions, RemoveContainerOptions, RenameContainerOptions, RestartContainerOptions,
    StopContainerOptions,
};

use super::archive::short;
use super::client::{ANSWER, Engine, within};
use super::found::{Mark, container_evidence, container_labels, taken};
use super::{create, errors, labels};
use crate::desired::ObjectId;
use crate::desired::docker::{Container, RestartPolicy};
use crate::provider::{Error, ErrorKind, Output};

/// What can be changed without making the container anew.
pub(super) struct InPlace {
    pub(super) memory: Option<u64>,
    pub(super) nano_cpus: Option<u64>,
    pub(super) pids: Option<u64>,
    pub(super) restart: RestartPolicy,
}

impl Engine {
    /// Creates a container under `name`. One of that name with the same mark is taken for done.
    pub(super) async fn create_container(
        &self,
        fleet: &str,
        id: &ObjectId,
        name: &str,
        container: &Container,
    ) -> Result<Output, Error> {
        let what = format!("create container {name}");
        // The engine would make a missing volume by itself, without our mark.
        for mount in container.volumes.values() {
            self.within(ANSWER, &what, self.docker.inspect_volume(&mount.volume)).await?;
        }
        let options =
            CreateContainerOptions { name: Some(name.to_owned()), ..CreateContainerOptions::default() };
        let body = create::body(container, labels::container(fleet, id, container));
        match within(ANSWER, &what, self.docker.create_container(Some(options), body)).await? {
            Ok(made) => Ok(Output { handle: Some(made.id) }),
            Err(error) if errors::is_conflict(&error) => match self.container(name, &what).await? {
                Some(seen) => {
                    let mark = Mark::of(container_labels(&seen), fleet);
                    if mark.is(id) {
                        Ok(Output { handle: seen.id })
                    } else {
                        Err(taken(&container_evidence(&seen), &mark))
                    }
                }
                None => Err(errors::map(&what, &error)),
            },
            Err(error) => Err(errors::map(&what, &error)),
        }
    }

    /// Changes limits and the restart policy of a running or stopped container.
    pub(super) async fn update(
        &self,
        fleet: &str,
        container: &str,
        fields: &InPlace,
    ) -> Result<Output, Error> {
        let what = format!("update {}", short(container));
        self.our_container(container, fleet, &what).await?;
        let body = ContainerUpdateBody {
            memory: fields.memory.map(create::signed),
            // Memory alone could not be raised above the old sum of both.
            memory_swap: fields.memory.map(create::signed),
            nano_cpus: fields.nano_cpus.map(create::signed),
            // Nothing would be "keep".
            pids_limit: Some(fields.pids.map_or(-1, create::signed)),
            restart_policy: Some(create::policy(fields.restart)),
            ..ContainerUpdateBody::default()
        };
        self.within(ANSWER, &what, self.docker.update_container(container, body)).await?;
        Ok(Output::default())
    }

    /// Starts a container.
    pub(super) async fn start(&self, fleet: &str, container: &str) -> Result<Output, Error> {
        let what = format!("start {}", short(container));
        let seen = self.our_container(container, fleet, &what).await?;
        let what = format!("start {}", seen.name.as_deref().unwrap_or(container).trim_start_matches('/'));
        let started = within(ANSWER, &what, self.docker.start_container(container, None)).await?;
        started.map_err(|error| errors::start(&what, &error))?;
        Ok(Output::default())
    }

    /// Lets a paused container go on.
    pub(super) async fn unpause(&self, fleet: &str, container: &str) -> Result<Output, Error> {
        let what = format!("unpause {}", short(container));
        let seen = self.our_container(container, fleet, &what).await?;
        if seen.state.and_then(|state| state.paused) != Some(true) {
            return Ok(Output::default());
        }
        self.within(ANSWER, &what, self.docker.unpause_container(container)).await?;
        Ok(Output::default())
    }

    /// Stops a container.
    pub(super) async fn stop(&self, fleet: &str, container: &str, grace: u64) -> Result<Output, Error> {
        let what = format!("stop {}", short(container));
        self.our_container(container, fleet, &what).await?;
        let options = StopContainerOptions { t: Some(seconds(grace)), signal: None };
        let docker = self.patient(grace);
        self.within(grace.saturating_add(ANSWER), &what, docker.stop_container(container, Some(options)))
            .await?;
        Ok(Output::default())
    }

    /// Stops and starts a container.
    pub(super) async fn restart(&self, fleet: &str, container: &str, grace: u64) -> Result<Output, Error> {
        let what = format!("restart {}", short(container));
        self.our_container(container, fleet, &what).await?;
        let options = RestartContainerOptions { t: Some(seconds(grace)), signal: None };
        let docker = self.patient(grace);
        let call = docker.restart_container(container, Some(options));
        let restarted = within(grace.saturating_add(ANSWER), &what, call).await?;
        restarted.map_err(|error| errors::start(&what, &error))?;
        Ok(Output::default())
    }

    /// Removes a stopped container with its anonymous volumes.
    pub(super) async fn remove_container(&self, fleet: &str, container: &str) -> Result<Output, Error> {
        let what = format!("remove {}", short(container));
        match self.our_container(container, fleet, &what).await {
            Ok(_) => {}
            Err(error) if error.kind == ErrorKind::NotFound => return Ok(Output::default()),
            Err(error) => return Err(error),
        }
        let options = RemoveContainerOptions { v: true, force: false, link: false };
        match within(ANSWER, &what, self.docker.remove_container(container, Some(options))).await? {
            Ok(()) => Ok(Output::default()),
            Err(error) if errors::is_missing(&error) => Ok(Output::default()),
            Err(error) if error.to_string().contains("already in progress") => {
                self.gone(container, &what).await
            }
            Err(error) => Err(errors::map(&what, &error)),
        }
    }

    /// Waits for the end of somebody's removal.
    async fn gone(&self, container: &str, what: &str) -> Result<Output, Error> {
        let wait = async {
            while self.container(container, what).await?.is_some() {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            Ok(Output::default())
        };
        within(ANSWER, what, wait).await?
    }

    /// Renames a container.
    pub(super) async fn rename(&self, fleet: &str, container: &str, name: &str) -> Result<Output, Error> {
        let what = format!("rename {} to {name}", short(container));
        let seen = self.our_container(container, fleet, &what).await?;
        if seen.name.as_deref().is_some_and(|now| now.trim_start_matches('/') == name) {
            return Ok(Output::default());
        }
        let options = RenameContainerOptions { name: name.to_owned() };
        match within(ANSWER, &what, self.docker.rename_container(container, options)).await? {
            Ok(()) => Ok(Output::default()),
            Err(error) if errors::is_conflict(&error) => Err(match self.container(name, &what).await? {
                Some(other) => taken(&container_evidence(&other), &Mark::of(container_labels(&other), fleet)),
                None => errors::map(&what, &error),
            }),
            Err(error) => Err(errors::map(&what, &error)),
        }
    }
}

fn seconds(grace: u64) -> i32 {
    i32::try_from(grace).unwrap_or(i32::MAX)
}
