//! The engine's preconditions and errors.

use std::collections::BTreeSet;

use tenantry::desired::call::{Arg, Call};
use tenantry::desired::docker::{Container, Health, Port, RestartPolicy};
use tenantry::desired::{Object, ObjectKind};
use tenantry::provider::ErrorKind;

use super::bench::{
    bench, container, healthy, id, make, make_volume, present, pull, remove, start, stop, volume, wanted,
};
use super::sleeper;

#[test]
fn images_that_cannot_be_had_are_missing() {
    let bench = bench();
    assert_eq!(bench.kind(&pull("missing.invalid/a:1")), Some(ErrorKind::ImageMissing));
    assert_eq!(bench.kind(&pull("a:missing")), Some(ErrorKind::ImageMissing));
    assert_eq!(bench.kind(&make(sleeper("box", "p", "s"))), Some(ErrorKind::ImageMissing));
    assert_eq!(bench.kind(&pull("busybox:1.37")), None);
    assert_eq!(bench.kind(&make(sleeper("box", "p", "s"))), None);
}

#[test]
fn a_network_with_a_running_container_stays_and_a_start_without_its_network_fails() {
    let bench = bench();
    let handle = bench.furnish();
    let gone = Call::RemoveNetwork { handle: "net".to_owned() };
    bench.call(&start(&handle)).unwrap();
    assert_eq!(bench.kind(&gone), Some(ErrorKind::Conflict));
    bench.call(&stop(&handle)).unwrap();
    assert_eq!(bench.kind(&gone), None);
    assert_eq!(bench.kind(&gone), None, "already gone is done");
    assert_eq!(bench.kind(&start(&handle)), Some(ErrorKind::NotFound));
}

#[test]
fn a_volume_that_a_container_has_stays_and_an_existing_one_is_handed_out() {
    let bench = bench();
    let handle = bench.furnish();
    let gone = Call::RemoveVolume { handle: "vol".to_owned() };
    assert_eq!(bench.kind(&gone), Some(ErrorKind::Conflict));
    assert_eq!(bench.call(&make_volume()).unwrap().as_deref(), Some("vol"));
    let other = Call::CreateVolume { id: id(ObjectKind::Volume, "other"), volume: volume() };
    assert_eq!(bench.kind(&other), Some(ErrorKind::NameTaken));
    bench.call(&remove(&handle)).unwrap();
    assert_eq!(bench.kind(&gone), None);
    assert_eq!(bench.kind(&make(container())), Some(ErrorKind::NotFound), "a container needs its volume");
}

#[test]
fn a_running_container_is_not_removed_and_what_is_done_already_is_done() {
    let bench = bench();
    let handle = bench.furnish();
    for call in [stop(&handle), start(&handle), start(&handle)] {
        assert_eq!(bench.kind(&call), None);
    }
    assert_eq!(bench.kind(&remove(&handle)), Some(ErrorKind::Conflict));
    for call in [stop(&handle), remove(&handle), remove(&handle)] {
        assert_eq!(bench.kind(&call), None);
    }
    assert_eq!(bench.kind(&start(&handle)), Some(ErrorKind::NotFound));
}

#[test]
fn names_are_unique() {
    let bench = bench();
    let first = bench.furnish();
    assert_eq!(Arg::Handle(bench.call(&make(container())).unwrap().unwrap()), first, "its own again");
    let other = Container { service: "other".to_owned(), ..container() };
    assert_eq!(bench.kind(&make(other.clone())), Some(ErrorKind::NameTaken));
    let other = Container { name: "box-2".to_owned(), ..other };
    let second = Arg::Handle(bench.call(&make(other)).unwrap().unwrap());
    let rename = |name: &str| Call::RenameContainer { container: second.clone(), name: name.to_owned() };
    assert_eq!(bench.kind(&rename("box")), Some(ErrorKind::NameTaken));
    assert_eq!(bench.kind(&rename("-")), Some(ErrorKind::Invalid));
    assert_eq!(bench.kind(&rename("box-3")), None);
}

#[test]
fn limits_beyond_the_machine_are_refused() {
    let bench = bench();
    let handle = bench.furnish();
    let huge = Some(65_000_000_000);
    let too_many = Container { name: "big".to_owned(), nano_cpus: huge, ..container() };
    assert_eq!(bench.kind(&make(too_many)), Some(ErrorKind::Invalid));
    let update = |memory, nano_cpus| Call::UpdateContainer {
        container: handle.clone(),
        memory,
        nano_cpus,
        pids: None,
        restart: RestartPolicy::Always,
    };
    assert_eq!(bench.kind(&update(Some(1 << 20), None)), Some(ErrorKind::Invalid));
    assert_eq!(bench.kind(&update(None, huge)), Some(ErrorKind::Invalid));
    bench.call(&update(Some(64 << 20), None)).unwrap();
    bench.call(&update(None, Some(1_000_000_000))).unwrap();
    let observed = bench.look(&wanted());
    let Object::Container(seen) = &present(&observed, &id(ObjectKind::Container, "s")).object else {
        panic!()
    };
    assert_eq!((seen.memory, seen.nano_cpus), (Some(64 << 20), Some(1_000_000_000)), "nothing is keep");
    assert_eq!(seen.restart, RestartPolicy::Always);
}

#[test]
fn a_port_that_is_taken_fails_the_start_after_the_creation() {
    let bench = bench();
    bench.furnish();
    let port = |ip: &str| Port {
        host_ip: ip.to_owned(),
        host_port: 80,
        container_port: 80,
        protocol: "tcp".to_owned(),
    };
    let with = |name: &str, ip: &str| Container {
        service: name.to_owned(),
        ports: [port(ip)].into(),
        networks: [("net".to_owned(), BTreeSet::new())].into(),
        ..sleeper(name, "p", name)
    };
    let handle = |c| Arg::Handle(bench.call(&make(c)).unwrap().unwrap());
    let (first, second, third) =
        (handle(with("a1", "127.0.0.1")), handle(with("a2", "")), handle(with("a3", "127.0.0.2")));
    assert_eq!(bench.kind(&start(&first)), None);
    assert_eq!(bench.kind(&start(&second)), Some(ErrorKind::StartFailed));
    assert_eq!(bench.kind(&start(&third)), None);
    bench.call(&stop(&first)).unwrap();
    bench.call(&stop(&third)).unwrap();
    assert_eq!(bench.kind(&start(&second)), None);
    // What is taken off its network gives up its port.
    assert_eq!(bench.kind(&start(&first)), Some(ErrorKind::StartFailed));
    bench.call(&Call::DisconnectNetwork { container: second, network: "net".to_owned() }).unwrap();
    assert_eq!(bench.kind(&start(&first)), None);
}

#[test]
fn the_name_of_an_image_says_how_it_fails() {
    let bench = bench();
    let health =
        Health { test: vec!["CMD".to_owned()], interval: 1, timeout: 1, retries: 1, start_period: 0 };
    let outcome = |image: &str| {
        bench.call(&pull(image)).unwrap();
        let container =
            Container { image: image.to_owned(), health: Some(health.clone()), ..sleeper(image, "p", image) };
        let handle = Arg::Handle(bench.call(&make(container)).unwrap().unwrap());
        let never = bench.kind(&healthy(&handle));
        (never, bench.kind(&start(&handle)), bench.kind(&healthy(&handle)))
    };
    let unhealthy = Some(ErrorKind::Unhealthy);
    assert_eq!(outcome("good"), (unhealthy, None, None));
    assert_eq!(outcome("never-healthy"), (unhealthy, None, unhealthy));
    assert_eq!(outcome("exits"), (unhealthy, None, unhealthy));
    assert_eq!(outcome("never-starts"), (unhealthy, Some(ErrorKind::StartFailed), unhealthy));
}
