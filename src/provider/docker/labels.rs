//! Labels: our marks, and those by which `docker compose` recognises what is its own.
//!
//! A mark is identity only. What is compared is read back, so no hash of a specification lies here.

use std::collections::BTreeMap;

use crate::desired::ObjectId;
use crate::desired::docker::{Container, Network, Volume};

/// The fleet's id.
pub const FLEET: &str = "tenantry.fleet";
/// The object's id.
pub const IDENTITY: &str = "tenantry.identity";
/// On lock volumes, instead of a mark: the fleet's id.
pub const LOCK: &str = "tenantry.lock";
/// On lock volumes: who holds it, as JSON.
pub const HOLDER: &str = "tenantry.holder";
/// On lock volumes: which of the fleet's locks it is, counted up.
pub const EPOCH: &str = "tenantry.epoch";

/// Compose's project.
pub const PROJECT: &str = "com.docker.compose.project";
/// Compose's service.
pub const SERVICE: &str = "com.docker.compose.service";
/// Compose's key of a network.
pub const NETWORK: &str = "com.docker.compose.network";
/// Compose's key of a volume.
pub const VOLUME: &str = "com.docker.compose.volume";

/// Labels of a container.
#[must_use]
pub fn container(fleet: &str, id: &ObjectId, container: &Container) -> BTreeMap<String, String> {
    let mut labels = marks(fleet, id);
    let compose = [
        (PROJECT, container.project.as_str()),
        (SERVICE, container.service.as_str()),
        ("com.docker.compose.container-number", "1"),
        // Compose compares the capital F.
        ("com.docker.compose.oneoff", "False"),
        // Its presence is what ps, logs, exec and stop ask for; the value only says that compose did not make it.
        ("com.docker.compose.config-hash", "tenantry"),
    ];
    labels.extend(compose.map(|(key, value)| (key.to_owned(), value.to_owned())));
    labels
}

/// Labels of a network. Without a hash compose leaves it as it is.
#[must_use]
pub fn network(fleet: &str, id: &ObjectId, network: &Network) -> BTreeMap<String, String> {
    let mut labels = marks(fleet, id);
    labels.insert(PROJECT.to_owned(), network.project.clone());
    labels.insert(NETWORK.to_owned(), network.key.clone());
    labels
}

/// Labels of a volume. With a hash that is not its own compose would offer to make it anew, without its data.
#[must_use]
pub fn volume(fleet: &str, id: &ObjectId, volume: &Volume) -> BTreeMap<String, String> {
    let mut labels = marks(fleet, id);
    labels.insert(PROJECT.to_owned(), volume.project.clone());
    labels.insert(VOLUME.to_owned(), volume.key.clone());
    labels
}

fn marks(fleet: &str, id: &ObjectId) -> BTreeMap<String, String> {
    [(FLEET.to_owned(), fleet.to_owned()), (IDENTITY.to_owned(), id.to_string())].into()
}
