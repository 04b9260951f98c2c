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
    assert_eq!((memory.value, memory.layer), (2560 << 20, Layer::Tenant));
    let cpus = own.resources.nano_cpus.as_ref().unwrap();
    assert_eq!((cpus.value, cpus.layer), (2_000_000_000, Layer::Plan));
    assert_eq!(own.resources.processes.as_ref().unwrap().layer, Layer::Plan);
    let training = model.sites.iter().find(|(_, site)| site.meta.name == "globex-training").unwrap().1;
    assert_eq!(training.limits.users.as_ref().unwrap().layer, Layer::Site);
    assert_eq!(model.fleet.key.as_ref().unwrap().value, SecretRef::Env("ACME_KEY".to_owned()));
}

#[test]
fn acme_cloud_runs_on_a_small_machine_without_certificates() {
    let model = model("acme-cloud");
    assert!(model.fleet.certificates.is_none() && model.fleet.sites_under.is_some());
    let (_, edge) = model.edges.iter().next().unwrap();
    assert!(edge.http.value > 1023 && edge.https.is_none());
    let (_, host) = model.hosts.iter().next().unwrap();
    assert_eq!((&host.engine.value, host.images), (&Engine::Docker(None), PullPolicy::Missing));
    // No container may have more processors than a machine with two; an engine refuses those.
    assert!(
        model.benches.iter().all(|(_, b)| b.resources.nano_cpus.as_ref().unwrap().value <= 2_000_000_000)
    );
    let memory: u64 =
        model.benches.iter().map(|(_, bench)| bench.resources.memory.as_ref().unwrap().value).sum();
    assert!(memory <= 5 << 30, "{memory}");
    let plans: Vec<&str> =
        model.tenants.iter().map(|(_, t)| model.plans[t.plan.id].meta.name.as_str()).collect();
    assert_eq!(plans, ["business", "starter", "enterprise", "starter"]);
}

#[test]
fn tls_has_a_wildcard_and_another_machine() {
    let model = model("tls");
    let wild = Span { source: model.fleet.meta.span.source, start: 0, end: 0 };
    assert!(model.fleet.certificates.as_ref().unwrap().span > wild);
    assert_eq!(model.fleet.key.as_ref().unwrap().value, SecretRef::File("/etc/tenantry/acme.key".to_owned()));
    let (_, edge) = model.edges.iter().next().unwrap();
    assert_eq!(edge.https.as_ref().unwrap().value, 443);
}
