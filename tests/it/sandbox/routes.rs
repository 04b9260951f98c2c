//! Traefik's routes, and a sandbox in the likeness of what was seen.

use serde_json::json;
use tenantry::desired::call::{Arg, Call};
use tenantry::desired::docker::{Container, VolumeMount};
use tenantry::desired::observed::Observed;
use tenantry::desired::traefik::Route;
use tenantry::desired::{Desired, Object, ObjectId, ObjectKind};
use tenantry::provider::ErrorKind;
use tenantry::sandbox::Sandbox;
use tenantry::source::SourceMap;

use super::bench::{Bench, bench, id, make, present, start, wanted};
use super::{Fleet, sleeper};

fn edge() -> (Bench, Arg, Desired) {
    let bench = bench();
    bench.furnish();
    let mount = VolumeMount { volume: "vol".to_owned(), read_only: false };
    let traefik = Container {
        volumes: [("/etc/traefik/dynamic".to_owned(), mount)].into(),
        ..sleeper("traefik", "p", "traefik")
    };
    let handle = Arg::Handle(bench.call(&make(traefik.clone())).unwrap().unwrap());
    let mut fleet = Fleet { desired: wanted(), sources: SourceMap::default() };
    fleet.add(id(ObjectKind::Container, "traefik"), Object::Container(Box::new(traefik)));
    (bench, handle, fleet.desired)
}

fn routes(container: &Arg, set: &[(&str, &str)], remove: &[&str]) -> Call {
    Call::Routes {
        container: container.clone(),
        file: "bench-a.yml".to_owned(),
        set: set.iter().map(|(k, rule)| ((*k).to_owned(), json!({"rule": rule}))).collect(),
        remove: remove.iter().map(|k| (*k).to_owned()).collect(),
    }
}

#[test]
fn routes_need_a_running_traefik_and_are_seen_by_their_owner() {
    let (bench, handle, desired) = edge();
    let (a, b) = ("http.routers.site-a", "http.routers.site-b.rate");
    let set = routes(&handle, &[(a, "Host(`a`)"), (b, "Host(`b`)")], &[]);
    assert_eq!(bench.kind(&set), Some(ErrorKind::Conflict));
    bench.call(&start(&handle)).unwrap();
    bench.call(&set).unwrap();
    assert_eq!(bench.kind(&routes(&handle, &[(a, "{{ env }}")], &[])), Some(ErrorKind::Invalid));
    bench.call(&routes(&handle, &[], &[a])).unwrap();
    let observed = bench.look(&desired);
    let of = |site: &str| ObjectId::new(site, ObjectKind::Route, "");
    assert!(!observed.objects.contains_key(&of("site.a")));
    let expected = Route {
        file: "bench-a.yml".to_owned(),
        entries: [(b.to_owned(), json!({"rule": "Host(`b`)"}))].into(),
    };
    assert_eq!(present(&observed, &of("site.b")).object, Object::Route(expected));
}

#[test]
fn a_likeness_shows_what_was_seen() {
    let (bench, handle, desired) = edge();
    bench.call(&start(&handle)).unwrap();
    bench.call(&routes(&handle, &[("http.routers.site-a", "Host(`a`)")], &[])).unwrap();
    let observed = bench.look(&desired);
    let likeness = Bench::new(Sandbox::from_observed(&observed, &desired, "h").unwrap());
    let again = likeness.look(&desired);
    // A container that was never started is not told apart from one that ended.
    let plain = |o: &Observed| serde_json::to_string(o).unwrap().replace("Exited (0)", "Created");
    assert_eq!(plain(&again), plain(&observed));
}
