//! Database servers and what sites have in them.

use std::collections::{BTreeMap, BTreeSet};

use super::sql;
use crate::desired::content::Content;
use crate::desired::docker::File;
use crate::desired::mariadb::{Account, Schema};
use crate::desired::{Object, ObjectId, ObjectKind, Owner};
use crate::model::{Bench, Database, Model, Site};
use crate::provider::lower::{Lowering, Origin};
use crate::provider::names::{self, BENCH_NETWORK, DATABASE_NETWORK, Project};
use crate::provider::service;

/// Root's password in the server's container.
pub(super) const ROOT: &str = "/run/secrets/root-password";
/// User and group `mysql` of the official images.
pub(super) const MYSQL: u32 = 999;
/// Where a server keeps its data.
pub const DATA: &str = "/var/lib/mysql";

/// Adds every server, then databases and accounts.
pub fn lower(to: &mut Lowering<'_>) {
    let model = to.model;
    for (_, database) in model.databases.iter() {
        server(to, database);
    }
    for (_, site) in model.sites.iter() {
        tenant(to, site);
    }
}

fn server(to: &mut Lowering<'_>, database: &Database) {
    let project = Project::database(&to.desired.fleet, database);
    let origin = Origin::new(to.model, &database.meta, database.host.id, Owner::Platform, &[]);
    let network = service::network(&project, DATABASE_NETWORK);
    let data = service::volume(&project, "data");
    let mut server = service::container(&project, names::MARIADB, &database.image.value);
    let mut command = vec![
        "--character-set-server=utf8mb4".to_owned(),
        "--collation-server=utf8mb4_unicode_ci".to_owned(),
        "--skip-character-set-client-handshake".to_owned(),
        format!("--max-connections={}", database.connections.value),
    ];
    if let Some(memory) = &database.memory {
        // The rest is for connections, the other caches and the server itself.
        command.push(format!("--innodb-buffer-pool-size={}", memory.value / 2));
    }
    server.command = Some(command);
    server.environment = [
        // SQL goes through a client in the container: root needs no way in from the network.
        ("MARIADB_ROOT_HOST", "localhost"),
        ("MARIADB_ROOT_PASSWORD_FILE", ROOT),
        ("MARIADB_AUTO_UPGRADE", "1"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let content = Content::secret(database.root.clone());
    server.files.insert(ROOT.to_owned(), File { content, mode: 0o400, uid: MYSQL, gid: MYSQL });
    server.health = Some(service::health(["healthcheck.sh", "--connect", "--innodb_initialized"], 60));
    // Flushing a large buffer pool takes its time.
    server.stop_grace = 120;
    server.memory = database.memory.as_ref().map(|memory| memory.value);
    server.nano_cpus = database.nano_cpus.as_ref().map(|cpus| cpus.value);
    service::join(&mut server, &network.name, []);
    service::mount(&mut server, DATA, data.name.clone());
    let mut needs = vec![
        to.put(&origin, DATABASE_NETWORK, [], Object::Network(network)),
        to.put(&origin, "data", [], Object::Volume(data)),
    ];
    for bench in benches_of(to.model, database) {
        service::join(&mut server, &Project::bench(&to.desired.fleet, bench).resource(BENCH_NETWORK), []);
        needs.push(ObjectId::new(bench.meta.identity.as_str(), ObjectKind::Network, BENCH_NETWORK));
    }
    let server = to.put(&origin, names::MARIADB, needs, Object::Container(Box::new(server)));
    to.desired.versions.insert(server, database.version.value.clone());
}

/// The benches whose sites have their databases on a server. One without a release has nothing that would ask it.
fn benches_of<'m>(model: &'m Model, database: &'m Database) -> impl Iterator<Item = &'m Bench> {
    let is_its = |bench: &&Bench| {
        bench.release.is_some()
            && bench
                .database
                .as_ref()
                .is_some_and(|of| model.databases[of.id].meta.identity == database.meta.identity)
    };
    model.benches.iter().map(|(_, bench)| bench).filter(is_its)
}

fn tenant(to: &mut Lowering<'_>, site: &Site) {
    let model = to.model;
    let bench = &model.benches[site.bench.id];
    let Some(database) = &bench.database else { return };
    let database = &model.databases[database.id];
    let tenant = &model.tenants[site.tenant.id].meta;
    let limits = &site.limits;
    let origin = Origin::new(
        model,
        &site.meta,
        database.host.id,
        Owner::Tenant(tenant.name.clone()),
        &[
            limits.connections.as_ref().and_then(|limit| limit.span),
            limits.statement_time.as_ref().and_then(|limit| limit.span),
            site.suspended,
            Some(tenant.span),
            Some(bench.meta.span),
            Some(database.meta.span),
        ],
    );
    let server = ObjectId::new(database.meta.identity.as_str(), ObjectKind::Container, names::MARIADB);
    let schema = Schema {
        name: site.database_name.clone(),
        character_set: "utf8mb4".to_owned(),
        collation: "utf8mb4_unicode_ci".to_owned(),
    };
    let schema = to.put(&origin, "", [server.clone()], Object::Schema(schema));
    let account = Account {
        name: site.database_name.clone(),
        hosts: BTreeSet::from([sql::ANYWHERE.to_owned()]),
        grants: BTreeMap::from([(sql::pattern(&site.database_name), sql::ALL.to_owned())]),
        password: Content::secret(names::database_password(&site.meta.identity)),
        connections: limits.connections.as_ref().map_or(0, |limit| limit.value),
        statement_time: limits.statement_time.as_ref().map_or(0, |limit| limit.value),
        hourly: BTreeMap::new(),
        locked: site.suspended.is_some(),
    };
    to.put(&origin, "", [server, schema], Object::Account(account));
}
