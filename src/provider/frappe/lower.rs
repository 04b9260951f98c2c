//! Benches to networks, volumes, containers and configuration; sites to what Frappe holds.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{bench, config};
use crate::desired::content::Content;
use crate::desired::frappe::{BenchConfig, Site as Wanted};
use crate::desired::{Object, ObjectId, ObjectKind, Owner};
use crate::model::{App, Bench, Model, Ref, Release, Site};
use crate::provider::lower::{Lowering, Origin};
use crate::provider::names;

/// Adds every bench, then every site on a bench that has a release and a database.
pub fn lower(to: &mut Lowering<'_>) {
    let model = to.model;
    for (_, bench) in model.benches.iter() {
        let origin = bench::lower(to, bench);
        if let Some(release) = &bench.release {
            bench_config(to, &origin, bench, &model.releases[release.id]);
        }
    }
    for (_, wanted) in model.sites.iter() {
        let bench = &model.benches[wanted.bench.id];
        if bench.release.is_some() && bench.database.is_some() {
            site(to, bench, wanted);
        }
    }
}

/// What `common_site_config.json` says about a bench's neighbours.
fn bench_config(to: &mut Lowering<'_>, origin: &Origin, bench: &Bench, release: &Release) {
    let mut config: BTreeMap<String, Value> = [
        ("redis_cache", json!("redis://redis-cache:6379")),
        ("redis_queue", json!("redis://redis-queue:6379")),
        // Frappe 15 still asks for it by its own name.
        ("redis_socketio", json!("redis://redis-queue:6379")),
        ("socketio_port", json!(9000)),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into();
    if bench.database.is_some() {
        config.insert("db_type".to_owned(), json!("mariadb"));
        config.insert("db_host".to_owned(), json!(names::MARIADB));
        config.insert("db_port".to_owned(), json!(3306));
    }
    let apps = release.apps.iter().map(|app| module(to.model, app));
    let apps = std::iter::once("frappe".to_owned()).chain(apps).collect();
    let needs = [origin.id(ObjectKind::Container, "backend")];
    let wanted = BenchConfig {
        image: release.image.value.clone(),
        frappe: release.frappe.value.clone(),
        missing: BTreeSet::new(),
        apps,
        config,
    };
    if let Some(commands) = &bench.sites_at_once {
        to.desired.commands_at_once.insert(needs[0].clone(), commands.value);
    }
    to.put(origin, "", needs, Object::BenchConfig(wanted));
}

/// What Python calls an app: its first name, whatever it is called since.
fn module(model: &Model, app: &Ref<App>) -> String {
    model.apps[app.id].meta.identity.id().to_owned()
}

fn site(to: &mut Lowering<'_>, bench: &Bench, site: &Site) {
    let model = to.model;
    let tenant = &model.tenants[site.tenant.id].meta;
    let origin = Origin::new(
        model,
        &site.meta,
        bench.host.id,
        Owner::Tenant(tenant.name.clone()),
        &[site.suspended, Some(tenant.span), Some(bench.meta.span)],
    );
    let of_bench = |kind, role: &str| ObjectId::new(bench.meta.identity.as_str(), kind, role);
    let Some(database) = &bench.database else { return };
    let server = model.databases[database.id].meta.identity.as_str();
    let needs = [
        ObjectId::new(server, ObjectKind::Container, names::MARIADB),
        origin.id(ObjectKind::Schema, ""),
        origin.id(ObjectKind::Account, ""),
        of_bench(ObjectKind::BenchConfig, ""),
        of_bench(ObjectKind::Container, "backend"),
        of_bench(ObjectKind::Container, "redis-cache"),
        of_bench(ObjectKind::Container, "redis-queue"),
    ];
    let (config, secret_config) = config::of(to, bench, site);
    let wanted = Wanted {
        directory: site.host_name.clone(),
        database: site.database_name.clone(),
        tenant: tenant.identity.to_string(),
        complete: true,
        database_password: Content::secret(names::database_password(&site.meta.identity)),
        admin_password: Content::secret(site.admin_password.clone()),
        apps: site.apps.iter().map(|app| module(model, app)).collect(),
        unfinished: BTreeSet::new(),
        config,
        secret_config: secret_config
            .into_iter()
            .map(|(key, secret)| (key, Content::secret(secret)))
            .collect(),
        scheduler: true,
        suspended: site.suspended.is_some(),
    };
    to.put(&origin, "", needs, Object::Site(Box::new(wanted)));
}
