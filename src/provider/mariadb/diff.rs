//! Databases and accounts, seen and wanted.

use crate::desired::mariadb::{Account, Schema};
use crate::desired::observed::Present;
use crate::desired::{Entry, ObjectId};
use crate::provider::proposal::Comparison;
use crate::world::secret::Opener;

/// Makes a database that is absent, and gives one of ours its character set.
#[must_use]
pub fn schema(_id: &ObjectId, _entry: &Entry, _wanted: &Schema, _present: Option<&Present>) -> Comparison {
    Comparison::UNCHANGED
}

/// Makes an account that is absent, and gives one of ours its password, limits and grants.
#[must_use]
pub fn account(
    _id: &ObjectId,
    _entry: &Entry,
    _wanted: &Account,
    _present: Option<&Present>,
    _opener: &Opener<'_>,
) -> Comparison {
    Comparison::UNCHANGED
}
