//! The networks, volumes and containers of a bench.

use super::parts::Parts;
use super::{body_size, room, share};
use crate::desired::docker::Container;
use crate::desired::{Object, ObjectId, ObjectKind};
use crate::model::{Bench, Edge};
use crate::provider::lower::{Lowering, Origin, owner};
use crate::provider::names::{self, BENCH_NETWORK, Project};
use crate::provider::service;

/// Adds the objects of a bench; without a release only what keeps its data. Gives back where they come from.
pub fn lower(to: &mut Lowering<'_>, bench: &Bench) -> Origin {
    let model = to.model;
    let resources = &bench.resources;
    let origin = Origin::new(
        model,
        &bench.meta,
        bench.host.id,
        owner(model, bench.tenant.as_ref()),
        &[
            resources.memory.as_ref().and_then(|limit| limit.span),
            resources.nano_cpus.as_ref().and_then(|limit| limit.span),
            resources.processes.as_ref().and_then(|limit| limit.span),
            bench.size.as_ref().map(|size| model.sizes[size.id].meta.span),
            bench.release.as_ref().map(|release| model.releases[release.id].meta.span),
            bench.tenant.as_ref().map(|tenant| model.tenants[tenant.id].meta.span),
        ],
    );
    let shares = share::shares(bench);
    room::check(to, bench, &shares);
    let body_size = body_size::of(model, bench);
    let mut parts = Parts { project: Project::bench(&to.desired.fleet, bench), bench, shares, body_size };
    let network = service::network(&parts.project, BENCH_NETWORK);
    let network = to.put(&origin, BENCH_NETWORK, [], Object::Network(network));
    // Compose makes no volume that nothing mounts, so neither do we.
    let keys: &[&str] =
        if bench.release.is_some() { &["sites", "logs", "redis-queue"] } else { &["redis-queue"] };
    for key in keys {
        let volume = service::volume(&parts.project, key);
        to.put(&origin, key, [], Object::Volume(volume));
    }
    let volume = |key: &str| origin.id(ObjectKind::Volume, key);
    let container = |service: &str| origin.id(ObjectKind::Container, service);
    put(to, &origin, parts.redis_cache(), [network.clone()]);
    put(to, &origin, parts.redis_queue(), [network.clone(), volume("redis-queue")]);
    let Some(release) = &bench.release else { return origin };
    let image = model.releases[release.id].image.value.as_str();

    let common =
        [network, volume("sites"), volume("logs"), container("redis-cache"), container("redis-queue")];
    let mut with_database = common.to_vec();
    if let Some(database) = &bench.database {
        let database = &model.databases[database.id].meta;
        with_database.push(ObjectId::new(database.identity.as_str(), ObjectKind::Container, names::MARIADB));
    }
    // Who waits for the bench's document is not waited for before it is written: where the backend is yet to come, that is
    // a round later.
    let config = origin.id(ObjectKind::BenchConfig, "");
    for service in parts.workers(image) {
        let waits = (service.service != "backend").then(|| config.clone());
        put(to, &origin, service, with_database.iter().cloned().chain(waits));
    }
    put(to, &origin, parts.websocket(image), common.iter().cloned().chain([config]));

    let mut frontend = parts.frontend(image);
    let mut needs = common.to_vec();
    needs.extend([container("backend"), container("websocket")]);
    if let Some(edge) = edge(to, bench) {
        needs.push(ObjectId::new(edge.meta.identity.as_str(), ObjectKind::Network, "web"));
        let network = Project::edge(&to.desired.fleet, edge).resource("web");
        service::join(&mut frontend, &network, [parts.project.alias("frontend")]);
    }
    put(to, &origin, frontend, needs);
    origin
}

fn edge<'m>(to: &Lowering<'m>, bench: &Bench) -> Option<&'m Edge> {
    to.model.edges.iter().map(|(_, edge)| edge).find(|edge| edge.host.id == bench.host.id)
}

fn put(
    to: &mut Lowering<'_>,
    origin: &Origin,
    container: Container,
    needs: impl IntoIterator<Item = ObjectId>,
) {
    let role = container.service.clone();
    to.put(origin, &role, needs, Object::Container(Box::new(container)));
}
