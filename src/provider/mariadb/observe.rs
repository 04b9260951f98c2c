//! Databases and accounts of a host's servers, one round of SQL a server.

use std::collections::BTreeMap;

use crate::desired::observed::{Observation, Observed};
use crate::desired::{Desired, ObjectId};
use crate::provider::inside::Inside;
use crate::provider::site_tables::Server;
use crate::world::secret::Opener;

/// Looks at every server of a host; `seen` is what was seen of its containers and volumes. The second part is what each
/// server that answered told of the sites in it, by its container.
pub async fn observe(
    _inside: &dyn Inside,
    _host: &str,
    _desired: &Desired,
    _seen: &Observed,
    _opener: &Opener<'_>,
) -> (BTreeMap<ObjectId, Observation>, BTreeMap<ObjectId, Server>) {
    (BTreeMap::new(), BTreeMap::new())
}
