//! Wanted and seen to a proposal, object by object: each kind asks its backend.

use std::collections::{BTreeMap, BTreeSet};

use super::proposal::{Comparison, Draft, Obstacle, Proposal, Verdict};
use super::{docker, forward, frappe, mariadb, names, traefik};
use crate::desired::observed::{Observed, Present};
use crate::desired::{Desired, Entry, Object, ObjectId, ObjectKind};
use crate::world::secret::Opener;

/// What a backend may know beside the two objects.
pub struct Context<'a> {
    /// Everything that is wanted: some objects are made together with those they need.
    pub desired: &'a Desired,
    /// Everything that was seen.
    pub observed: &'a Observed,
    /// Seals what is wanted, so that it can be compared.
    pub opener: &'a Opener<'a>,
    /// Our containers by the network they are on. Also those that don't run, which the engine leaves out of a network's own
    /// list.
    pub members: &'a Members,
}

/// Containers by host and name of a network: engine id to the names they answer to there.
pub type Members = BTreeMap<(String, String), BTreeMap<String, BTreeSet<String>>>;

/// What must be done so that a wanted object is as it should be. `present` is `None` when it is absent. `edge` is the
/// Traefik that routes of this host go to.
#[must_use]
pub fn wanted(
    id: &ObjectId,
    entry: &Entry,
    present: Option<&Present>,
    edge: Option<&ObjectId>,
    cx: &Context<'_>,
) -> Comparison {
    match &entry.object {
        Object::Image(image) => docker::diff::image(image, present),
        Object::Network(network) => docker::diff::network(id, network, present, cx),
        Object::Volume(volume) => docker::diff::volume(id, volume, present),
        Object::Container(container) => {
            let older = present.and_then(|seen| forward::back(id, container, seen, cx.desired));
            let older = older.map(Obstacle::OlderServer);
            if let Some(obstacle) = older.or_else(|| frappe::diff::release_change(id, container, present, cx))
            {
                return Comparison::refused(obstacle);
            }
            let mut comparison = match frappe::diff::older::as_it_was(id, container, present, cx.desired) {
                Some(older) => docker::diff::container(id, &older, present, cx.opener),
                None => docker::diff::container(id, container, present, cx.opener),
            };
            if comparison.makes_anew() {
                comparison = docker::diff::container(id, container, present, cx.opener);
            }
            if let Verdict::Change(proposal) = &mut comparison.verdict {
                frappe::diff::look_before_start(id, container, proposal, cx);
                frappe::diff::let_jobs_end(id, proposal);
            }
            comparison
        }
        Object::Route(route) => traefik::diff::route(route, present, edge),
        Object::Schema(schema) => mariadb::diff::schema(id, entry, schema, present),
        Object::Account(account) => mariadb::diff::account(id, entry, account, present, cx.opener),
        Object::BenchConfig(config) => frappe::diff::bench_config(id, entry, config, present, cx),
        Object::Site(site) => frappe::diff::site(id, entry, site, present, cx),
    }
}

/// What people should know of what is there, and what changes nothing by itself.
#[must_use]
pub fn notes(desired: &Desired, observed: &Observed) -> Vec<String> {
    frappe::diff::older::notes(desired, observed)
}

/// What must be done so that an object of ours that nobody wants any more goes; `None` when it stays. `guests` are containers that
/// leave a network first.
#[must_use]
pub fn unwanted(
    id: &ObjectId,
    present: &Present,
    edge: Option<&ObjectId>,
    guests: &[&Present],
) -> Option<Proposal> {
    match &present.object {
        Object::Network(network) => Some(docker::diff::remove_network(present, network, guests)),
        Object::Volume(_) => Some(docker::diff::remove_volume(present)),
        Object::Container(_) => {
            let mut proposal = docker::diff::remove_container(present);
            frappe::diff::let_jobs_end(id, &mut proposal);
            Some(proposal)
        }
        Object::Route(_) => Some(traefik::diff::remove_route(present, edge?)),
        // An image is nobody's; data goes by a lifecycle of its own, and `common_site_config.json` with its volume.
        Object::Image(_)
        | Object::Schema(_)
        | Object::Account(_)
        | Object::BenchConfig(_)
        | Object::Site(_) => None,
    }
}

/// What can never be taken back about a change that is made, in words.
#[must_use]
pub fn one_way(id: &ObjectId, entry: &Entry, present: &Present, desired: &Desired) -> Option<String> {
    let Object::Container(container) = &entry.object else { return None };
    let forward::Way { server, from, to } = forward::on(id, container, present, desired)?;
    let name = server.name;
    Some(format!(
        "`{}` goes from {name} {from} to {to}, and never back: when it starts, the new server changes the data so that \
         no older one reads them; back them up first",
        entry.address
    ))
}

/// Why everything of a bench stays as it is; looked at before anything of it is compared.
#[must_use]
pub fn bench_stays(of: &str, cx: &Context<'_>) -> Option<Obstacle> {
    frappe::diff::bench_stays(of, cx)
}

/// The bench of a site that was seen, and the site's directory.
#[must_use]
pub fn bench_of(present: &Present) -> Option<(&str, &str)> {
    frappe::diff::bench_of(present)
}

/// What says that a site would have to go elsewhere, which moves data; each in words.
#[must_use]
pub fn site_moves(id: &ObjectId, entry: &Entry, cx: &Context<'_>) -> Vec<String> {
    frappe::diff::site_moves(id, entry, cx)
}

/// Whether an object holds what people entered, or is where that lies.
#[must_use]
pub fn holds_data(id: &ObjectId) -> bool {
    match id.kind {
        ObjectKind::Volume => !is_disposable_volume(id) && !is_got_again(id),
        ObjectKind::Schema | ObjectKind::Account | ObjectKind::Site => true,
        _ => false,
    }
}

/// Whether a container learns only when it starts where another one is that it needs.
#[must_use]
pub fn looks_up_once(id: &ObjectId, need: &ObjectId) -> bool {
    frappe::diff::looks_up_once(id, need)
}

/// Whether a container has had what it needs before it begins, and need not wait for it again.
#[must_use]
pub fn has_had(id: &ObjectId, need: &ObjectId, observed: &Observed) -> bool {
    frappe::diff::has_had(id, need, observed)
}

/// Whether a volume may go with its declaration. Everything else in a volume is somebody's data.
#[must_use]
pub fn is_disposable_volume(id: &ObjectId) -> bool {
    traefik::diff::is_disposable_volume(id)
}

/// The route that an entry of Traefik's files belongs to.
#[must_use]
pub fn owner_of_route(key: &str) -> ObjectId {
    traefik::dynamic::owner(key)
}

/// Whether what a volume holds is got again by itself where it is missing: nobody loses data with it.
#[must_use]
pub fn is_got_again(id: &ObjectId) -> bool {
    traefik::diff::is_got_again(id)
}

/// The names at which an object answers, or by which it is found: no two may have one.
#[must_use]
pub fn names(object: &Object) -> BTreeSet<&str> {
    match object {
        Object::Route(route) => traefik::diff::names(route),
        Object::Site(site) => BTreeSet::from([site.directory.as_str()]),
        _ => BTreeSet::new(),
    }
}

/// The step by which a route loses names before it gets others.
#[must_use]
pub fn give_up(present: &Present, names: &BTreeSet<&str>, edge: &ObjectId) -> Option<Draft> {
    traefik::diff::give_up(present, names, edge)
}

/// Whether a container joins networks of others, which it can do without.
#[must_use]
pub fn is_guest(id: &ObjectId) -> bool {
    names::is_database_server(id)
}

/// Whether visitors are not answered while a container is down: jobs and open desks can wait.
#[must_use]
pub fn answers_visitors(id: &ObjectId) -> bool {
    serves_routes(id) || id.role == names::MARIADB || frappe::diff::answers_visitors(id)
}

/// Whether a container serves the routes of its host.
#[must_use]
pub fn serves_routes(id: &ObjectId) -> bool {
    traefik::diff::serves_routes(id)
}
