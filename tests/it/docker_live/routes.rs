//! Routes in a real Traefik.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tenantry::desired::Object;
use tenantry::desired::call::{Arg, Call};
use tenantry::desired::docker::{Container, VolumeMount};
use tenantry::desired::observed::Observation;
use tenantry::desired::traefik::Route;
use tenantry::provider::ErrorKind;

use super::bed::{Bed, docker, id, oid, words};

const FILE: &str = "bench-a.yml";

fn entries() -> BTreeMap<String, Value> {
    BTreeMap::from([
        (
            "http.routers.site-globex".to_owned(),
            json!({"rule": "Host(`globex.example`)", "priority": 1000, "service": "site-globex",
                   "entryPoints": ["web"], "middlewares": ["site-globex.rate"]}),
        ),
        (
            "http.middlewares.site-globex.rate".to_owned(),
            json!({"rateLimit": {"average": 20, "period": "1s", "burst": 40}}),
        ),
        (
            "http.services.site-globex".to_owned(),
            json!({"loadBalancer": {"servers": [{"url": "http://127.0.0.1:9"}], "passHostHeader": true}}),
        ),
    ])
}

fn call(container: &Arg, set: BTreeMap<String, Value>, remove: &[&str]) -> Call {
    let remove: BTreeSet<String> = remove.iter().map(|key| (*key).to_owned()).collect();
    Call::Routes { container: container.clone(), file: FILE.to_owned(), set, remove }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn routes_are_set_seen_and_removed() {
    let mut bed = Bed::new("routes");
    let flags = [
        "traefik",
        "--api.insecure=true",
        "--entryPoints.web.address=:80",
        "--providers.file.directory=/etc/traefik/dynamic",
        "--providers.file.watch=true",
    ];
    bed.done(Call::CreateNetwork { id: oid("edge.a/network/web"), network: bed.network("web") }).await;
    bed.done(Call::CreateVolume { id: oid("edge.a/volume/dynamic"), volume: bed.volume("dynamic") }).await;
    let mount = VolumeMount { volume: bed.name("dynamic"), read_only: false };
    let traefik = Container {
        image: "traefik:v3.7".to_owned(),
        command: Some(words(&flags)),
        volumes: BTreeMap::from([("/etc/traefik/dynamic".to_owned(), mount)]),
        networks: BTreeMap::from([(bed.name("web"), BTreeSet::new())]),
        ..bed.container("traefik")
    };
    let route = Route { file: FILE.to_owned(), entries: entries() };
    bed.want("edge.a/container/traefik", Object::Container(Box::new(traefik.clone())));
    bed.want("edge.a/volume/dynamic", Object::Volume(bed.volume("dynamic")));
    bed.want("site.globex/route", Object::Route(route.clone()));
    let wanted = bed.desired.objects.get_mut(&oid("site.globex/route")).unwrap();
    wanted.needs.insert(oid("edge.a/container/traefik"));
    // The container is missing and its volume is not: nobody can say.
    match bed.observe().await.objects.remove(&oid("site.globex/route")) {
        Some(Observation::Unreadable { behind, .. }) => {
            assert_eq!(behind, Some(oid("edge.a/container/traefik")))
        }
        other => panic!("{other:?}"),
    }
    let container = bed.run("edge.a/container/traefik", &traefik).await;
    assert!(!bed.observe().await.objects.contains_key(&oid("site.globex/route")));

    bed.done(call(&container, entries(), &[])).await;
    assert_eq!(bed.present("site.globex/route").await.object, Object::Route(route.clone()));
    // Done again, it changes nothing and says so at once.
    bed.done(call(&container, entries(), &[])).await;
    let inside = docker(&["exec", id(&container), "ls", "-A", "/etc/traefik/dynamic"]);
    assert_eq!(inside, FILE, "nothing else is left there");

    let mut changed = entries();
    changed.get_mut("http.routers.site-globex").unwrap()["rule"] =
        json!("Host(`globex.example`) || Host(`www.globex.example`)");
    let stray =
        BTreeMap::from([("http.services.stray".to_owned(), entries()["http.services.site-globex"].clone())]);
    changed.extend(stray);
    bed.done(call(&container, changed.clone(), &[])).await;
    let orphan = bed.present("unknown.stray/route").await;
    assert!(
        matches!(orphan.object, Object::Route(route) if route.entries.contains_key("http.services.stray"))
    );
    changed.remove("http.services.stray");
    let now = Object::Route(Route { entries: changed.clone(), ..route });
    assert_eq!(bed.present("site.globex/route").await.object, now);

    let template =
        BTreeMap::from([("http.routers.site-x".to_owned(), json!({"rule": "Host(`{{ env \"HOME\" }}`)"}))]);
    assert_eq!(bed.call(&call(&container, template, &[])).await.unwrap_err().kind, ErrorKind::Invalid);
    let dangling = json!({"rule": "Host(`x.example`)", "service": "nosuch"});
    let dangling = BTreeMap::from([("http.routers.site-x".to_owned(), dangling)]);
    let error = bed.call(&call(&container, dangling, &[])).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Invalid);
    assert!(error.message.contains("nosuch"), "{error}");

    // A stopped Traefik's routes are read all the same.
    bed.done(Call::StopContainer { container: container.clone(), grace: 2 }).await;
    assert_eq!(bed.present("site.globex/route").await.object, now);
    bed.done(Call::StartContainer { container: container.clone() }).await;
    let keys: Vec<&str> =
        changed.keys().map(String::as_str).chain(["http.services.stray", "http.routers.site-x"]).collect();
    bed.done(call(&container, BTreeMap::new(), &keys)).await;
    assert_eq!(docker(&["exec", id(&container), "ls", "-A", "/etc/traefik/dynamic"]), "");
}
