//! Names of things in the world. They come from the fleet's id and the identity, so that renaming keeps them.

use sha2::{Digest, Sha256};

use crate::value::Identity;
use crate::world::secret::hex;

/// Most of the readable part of a database's name: with a fleet's id of 12 and the digest it stays below MariaDB's 64.
const READABLE: usize = 24;

/// `<fleet>_<id>_<digest>`: readable first, unique by the digest of fleet and identity.
pub(super) fn database_name(fleet: &str, identity: &Identity) -> String {
    let readable: String = identity
        .id()
        .chars()
        .take(READABLE)
        .map(|c| if c.is_ascii_lowercase() || c.is_ascii_digit() { c } else { '_' })
        .collect();
    let digest =
        Sha256::new().chain_update(fleet).chain_update([0]).chain_update(identity.as_str()).finalize();
    format!("{fleet}_{readable}_{}", hex(&digest[..4]))
}
