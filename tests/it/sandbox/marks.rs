//! Whose a thing is: strangers, other fleets, spares.

use tenantry::desired::call::{Arg, Call};
use tenantry::desired::docker::Container;
use tenantry::desired::observed::{Observation, Present};
use tenantry::desired::{Desired, Object, ObjectKind};
use tenantry::provider::ErrorKind;

use super::bench::{
    bench, container, id, make, make_network, make_volume, present, pull, remove, start, stop, wanted,
};
use super::sleeper;

#[test]
fn what_bears_no_mark_of_ours_is_evidence_and_left_alone() {
    let bench = bench();
    bench
        .sandbox
        .edit(|state| {
            state.stranger_network("net");
            state.stranger_volume("vol");
            state.stranger_container("box", "nginx");
        })
        .unwrap();
    let observed = bench.look(&wanted());
    for (kind, role) in [(ObjectKind::Network, "n"), (ObjectKind::Volume, "v"), (ObjectKind::Container, "s")]
    {
        assert!(
            matches!(&observed.objects[&id(kind, role)], Observation::Foreign { evidence } if evidence.contains("mark"))
        );
    }
    bench.call(&pull("busybox:1.37")).unwrap();
    let stranger = Arg::Handle("box".to_owned());
    for call in [make_network(), make_volume(), make(sleeper("box", "p", "s"))] {
        assert_eq!(bench.kind(&call), Some(ErrorKind::NameTaken));
    }
    let network = Call::RemoveNetwork { handle: "net".to_owned() };
    for call in [stop(&stranger), remove(&stranger), start(&stranger), network] {
        assert_eq!(bench.kind(&call), Some(ErrorKind::Conflict));
    }
}

#[test]
fn another_fleet_is_a_stranger_and_is_named() {
    let mut bench = bench();
    bench.furnish();
    bench.fleet = "other";
    assert_eq!(bench.kind(&remove(&Arg::Handle("box".to_owned()))), Some(ErrorKind::Conflict));
    let desired = Desired { fleet: "other".to_owned(), ..wanted() };
    let observed = bench.look(&desired);
    assert!(observed.hosts["h"].other_fleets.contains("f"));
    let seen = &observed.objects[&id(ObjectKind::Volume, "v")];
    assert!(matches!(seen, Observation::Foreign { evidence } if evidence.contains("fleet f")));
}

#[test]
fn a_half_done_recreate_is_seen_as_a_spare_and_the_declared_name_comes_first() {
    let bench = bench();
    bench.furnish();
    let newer = Container { name: "box-new".to_owned(), ..container() };
    bench.call(&make(newer)).unwrap();
    let observed = bench.look(&wanted());
    let seen = present(&observed, &id(ObjectKind::Container, "s"));
    let name = |present: &Present| match &present.object {
        Object::Container(container) => container.name.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        (name(seen), seen.spare.iter().map(name).collect::<Vec<_>>()),
        ("box".to_owned(), vec!["box-new".to_owned()])
    );
    let network = present(&observed, &id(ObjectKind::Network, "n"));
    assert_eq!(network.attached.len(), 2);
}
