//! Benches and sites, read by one command a bench that never calls `bench`.

use std::collections::BTreeMap;

use crate::desired::observed::{Observation, Observed};
use crate::desired::{Desired, ObjectId};
use crate::provider::inside::Inside;
use crate::provider::site_tables::Server;
use crate::world::secret::Opener;

/// Looks at every bench of a host; `seen` is what was seen of its containers, volumes, databases and accounts, `servers`
/// what their servers told of the sites, by the server's container.
pub async fn observe(
    _inside: &dyn Inside,
    _host: &str,
    _desired: &Desired,
    _seen: &Observed,
    _servers: &BTreeMap<ObjectId, Server>,
    _opener: &Opener<'_>,
) -> BTreeMap<ObjectId, Observation> {
    BTreeMap::new()
}
