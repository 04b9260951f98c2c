//! The examples mean what their comments say.

use tenantry::model::{Engine, Layer, PullPolicy};
use tenantry::source::Span;
use tenantry::world::Directory;
use tenantry::world::secret::SecretRef;

use super::compile;

fn model(name: &str) -> tenantry::model::Model {
    compile(&Directory::new(format!("{}/examples/{name}", env!("CARGO_MANIFEST_DIR")))).whole()
}

#[test]
fn quickstart_is_a_whole_fleet_in_the_sandbox() {
    let model = model("quickstart");
    let names: Vec<&str> = model.sites.iter().map(|(_, site)| site.host_name.as_str()).collect();
    assert_eq!(names, ["globex.erp.localhost", "initech.erp.localhost"]);
    assert!(model.hosts.iter().all(|(_, host)| host.engine.value == Engine::Sandbox));
    assert!(model.fleet.key.is_none());
    let (_, edge) = model.edges.iter().next().unwrap();
    assert_eq!((edge.http.value, edge.https.is_none()), (8080, true));
    let apps: Vec<&str> = model.apps.iter().map(|(_, app)| app.meta.name.as_str()).collect();
    assert_eq!(apps, ["erpnext", "frappe"]);
    let (_, site) = model.sites.iter().next().unwrap();
    let time = site.limits.statement_time.as_ref().unwrap();
    assert_eq!((time.value, time.layer), (300, Layer::Fleet));
    assert_eq!(site.limits.connections.as_ref().unwrap().layer, Layer::Plan);
}

#[test]
fn edge_only_needs_no_secret() {
    let model = model("edge-only");
    assert!(model.fleet.key.is_none() && model.databases.is_empty());
    assert_eq!(model.benches.len(), 2);
    assert!(model.benches.iter().all(|(_, bench)| bench.release.is_none() && bench.cache.value == 64 << 20));
    let (_, host) = model.hosts.iter().next().unwrap();
    assert_eq!((&host.engine.value, host.images), (&Engine::Docker(None), PullPolicy::Missing));
}

#[test]
fn acme_cloud_suspends_one_tenant_and_gives_another_its_own_bench() {
    let model = model("acme-cloud");
    let suspended: Vec<&str> = model
        .sites
        .iter()
        .filter(|(_, s)| s.suspended.is_some())
        .map(|(_, s)| s.meta.name.as_str())
        .collect();
    assert_eq!(suspended, ["hooli"]);
    let (_, own) = model.benches.iter().find(|(_, bench)| bench.tenant.is_some()).unwrap();
    let memory = own.resources.memory.as_ref().unwrap();
    assert_eq!((memory.value, memory.layer), (16 << 30, Layer::Tenant));
    let cpus = own.resources.nano_cpus.as_ref().unwrap();
    assert_eq!((cpus.value, cpus.layer), (6_000_000_000, Layer::Plan));
    let training = model.sites.iter().find(|(_, site)| site.meta.name == "globex-training").unwrap().1;
    assert_eq!(training.limits.users.as_ref().unwrap().layer, Layer::Site);
    let wild = Span { source: model.fleet.meta.span.source, start: 0, end: 0 };
    assert!(model.fleet.certificates.as_ref().unwrap().span > wild);
    assert_eq!(model.fleet.key.as_ref().unwrap().value, SecretRef::File("/etc/tenantry/acme.key".to_owned()));
}
