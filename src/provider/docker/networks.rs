//! Networks: made, removed, and containers put on and taken off them.

use std::collections::BTreeSet;

use bollard::models::{
    NetworkConnectRequest, NetworkCreateRequest, NetworkDisconnectRequest, NetworkInspect,
};

use super::archive::short;
use super::client::{ANSWER, Engine, within};
use super::found::{Mark, refuse, taken};
use super::{create, errors, labels, read};
use crate::desired::ObjectId;
use crate::desired::docker::Network;
use crate::provider::{Error, ErrorKind, Output};

impl Engine {
    /// Creates a network unless it is there. Older engines would create a second one of the name, so it is looked for.
    pub(super) async fn create_network(
        &self,
        fleet: &str,
        id: &ObjectId,
        network: &Network,
    ) -> Result<Output, Error> {
        let what = format!("create network {}", network.name);
        if let Some(seen) = self.network(&network.name, &what).await? {
            let mark = Mark::of(seen.labels.as_ref(), fleet);
            return if mark.is(id) { Ok(handle(seen.id)) } else { Err(taken(&words(&seen), &mark)) };
        }
        let request = NetworkCreateRequest {
            name: network.name.clone(),
            driver: Some(network.driver.clone()),
            internal: Some(network.internal),
            labels: Some(labels::network(fleet, id, network).into_iter().collect()),
            ..NetworkCreateRequest::default()
        };
        let made = self.within(ANSWER, &what, self.docker.create_network(request)).await?;
        self.only_network(fleet, id, &network.name, made.id, &what).await
    }

    /// The oldest network of a name and mark; the one that was just made goes when it is not that. A request of a run that was
    /// killed may still have been under way in the engine when the name was looked for.
    async fn only_network(
        &self,
        fleet: &str,
        id: &ObjectId,
        name: &str,
        made: String,
        what: &str,
    ) -> Result<Output, Error> {
        let all = self.within(ANSWER, what, self.docker.list_networks(None)).await?;
        let ours = all.into_iter().filter(|seen| {
            seen.name.as_deref() == Some(name) && Mark::of(seen.labels.as_ref(), fleet).is(id)
        });
        let oldest =
            ours.min_by(|a, b| (&a.created, &a.id).cmp(&(&b.created, &b.id))).and_then(|seen| seen.id);
        match oldest {
            Some(oldest) if oldest != made => {
                self.within(ANSWER, what, self.docker.remove_network(&made)).await?;
                Ok(handle(Some(oldest)))
            }
            _ => Ok(handle(Some(made))),
        }
    }

    /// Removes a network that is ours.
    pub(super) async fn remove_network(&self, fleet: &str, network: &str) -> Result<Output, Error> {
        let what = format!("remove network {}", short(network));
        let Some(seen) = self.network(network, &what).await? else {
            return Ok(Output::default());
        };
        let mark = Mark::of(seen.labels.as_ref(), fleet);
        if !matches!(mark, Mark::Ours(_)) {
            return Err(refuse(&words(&seen), &mark));
        }
        match within(ANSWER, &what, self.docker.remove_network(network)).await? {
            Err(error) if !errors::is_missing(&error) => Err(errors::map(&what, &error)),
            _ => Ok(Output::default()),
        }
    }

    /// Puts a container of ours on a network.
    pub(super) async fn connect_network(
        &self,
        fleet: &str,
        container: &str,
        network: &str,
        aliases: &BTreeSet<String>,
    ) -> Result<Output, Error> {
        let what = format!("connect {} to network {network}", short(container));
        let seen = self.our_container(container, fleet, &what).await?;
        let attached = seen.network_settings.and_then(|n| n.networks).unwrap_or_default();
        if let Some(endpoint) = attached.get(network) {
            let known = read::aliases(endpoint, seen.id.as_deref().unwrap_or_default());
            return if aliases.is_subset(&known) {
                Ok(Output::default())
            } else {
                Err(Error::new(ErrorKind::Conflict, format!("{what}: it is on it under other names")))
            };
        }
        let request = NetworkConnectRequest {
            container: container.to_owned(),
            endpoint_config: Some(create::endpoint(aliases.iter().cloned().collect())),
        };
        self.within(ANSWER, &what, self.docker.connect_network(network, request)).await?;
        Ok(Output::default())
    }

    /// Takes a container of ours off a network.
    pub(super) async fn disconnect_network(
        &self,
        fleet: &str,
        container: &str,
        network: &str,
    ) -> Result<Output, Error> {
        let what = format!("disconnect {} from network {network}", short(container));
        let seen = self.our_container(container, fleet, &what).await?;
        let attached = seen.network_settings.and_then(|n| n.networks).unwrap_or_default();
        if !attached.contains_key(network) {
            return Ok(Output::default());
        }
        let request = NetworkDisconnectRequest { container: container.to_owned(), force: None };
        self.within(ANSWER, &what, self.docker.disconnect_network(network, request)).await?;
        Ok(Output::default())
    }

    async fn network(&self, network: &str, what: &str) -> Result<Option<NetworkInspect>, Error> {
        match within(ANSWER, what, self.docker.inspect_network(network, None)).await? {
            Ok(seen) => Ok(Some(seen)),
            Err(error) if errors::is_missing(&error) => Ok(None),
            Err(error) => Err(errors::map(what, &error)),
        }
    }
}

fn handle(id: Option<String>) -> Output {
    Output { handle: id }
}

fn words(seen: &NetworkInspect) -> String {
    format!(
        "network {} ({})",
        seen.name.as_deref().unwrap_or_default(),
        seen.driver.as_deref().unwrap_or_default()
    )
}
