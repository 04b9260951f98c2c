//! What is remembered of a fleet's hosts: what this machine wrote down, and of hosts on which it never applied the fleet, what
//! the commit says that was applied last as a whole.

use crate::apply::known::{self, Known, KnownHost};
use crate::desired::Desired;
use crate::gitops::{self, Outcome};
use crate::pipeline;
use crate::provider::Error;
use crate::world::git::{Repository, Revision};

use super::Setting;
use super::fleet::{Fleet, Opened};

/// Hosts by identity.
///
/// # Errors
/// When what this machine wrote down cannot be understood.
pub(super) fn known(
    fleet: &Fleet,
    opened: &Opened,
    desired: &Desired,
    setting: &Setting,
) -> Result<Known, Error> {
    let mut known = known::read(&opened.state, &desired.fleet)?;
    let is_known = |identity: &String| known.get(identity).is_some_and(|host| host.holds.is_some());
    if desired.hosts.keys().all(is_known) {
        return Ok(known);
    }
    if let Some(applied) = applied(fleet, &desired.fleet, setting) {
        let hosts = applied
            .hosts
            .iter()
            .map(|(identity, target)| (identity.clone(), KnownHost::applied(&applied, identity, target)));
        known::complete(&mut known, &hosts.collect());
    }
    Ok(known)
}

/// What the commit wants that was applied last as a whole. A note that nobody fetched, or a commit that a shallow clone does not
/// have, is no witness.
fn applied(fleet: &Fleet, id: &str, setting: &Setting) -> Option<Desired> {
    let repository = Repository::open(&fleet.directory, None).ok()?;
    let history = gitops::history(&repository, Some(id)).ok()?;
    let is_whole = |record: &gitops::Record| record.outcome == Outcome::Done && record.fleet == id;
    let (commit, _) = history.map_while(Result::ok).find(|(_, record)| is_whole(record))?;
    let inside = fleet.at.rev.as_deref().and_then(|rev| rev.split_once(':')).map(|(_, inside)| inside);
    let rev = inside.map_or_else(|| commit.clone(), |inside| format!("{commit}:{inside}"));
    let world = Revision::open(&fleet.directory, &rev, setting.quarantine.as_deref()).ok()?;
    Some(pipeline::compile(&world).ok()?.desired)
}
