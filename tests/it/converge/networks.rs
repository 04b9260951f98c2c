//! What is hard about networks, each case by itself.

use std::sync::Arc;

use tenantry::desired::change::Action;
use tenantry::desired::docker::{Container, Image, Network};
use tenantry::desired::{Object, ObjectKind};
use tenantry::sandbox::Sandbox;

use super::{Fleet, World, id, needs, sleeper};

/// One container, on these networks, of which `inside` are internal.
fn fleet(on: &[&str], inside: &[&str]) -> Fleet {
    let mut fleet = Fleet::new("f");
    let image = Image { reference: "busybox:1.37".to_owned(), pull: true };
    fleet.add(id(ObjectKind::Image, "busybox:1.37"), Object::Image(image));
    for name in ["net0", "net1"] {
        let network = Network {
            name: name.to_owned(),
            project: "p".to_owned(),
            key: name.to_owned(),
            driver: "bridge".to_owned(),
            internal: inside.contains(&name),
        };
        fleet.add(id(ObjectKind::Network, name), Object::Network(network));
    }
    let networks = on.iter().map(|name| ((*name).to_owned(), ["web".to_owned()].into())).collect();
    let web = Container { networks, ..sleeper("web", "p", "web") };
    let needs = needs(&web);
    fleet.add_needing(id(ObjectKind::Container, "web"), Object::Container(Box::new(web)), needs);
    fleet
}

/// What happens to the container on the way from one fleet to the other, which takes one round.
fn change(before: &Fleet, after: &Fleet) -> Option<Action> {
    let (world, sandbox) = (World::new(), Arc::new(Sandbox::default()));
    world.settle(&sandbox, before, 1, "before");
    let plan = world.plan(&sandbox, after);
    world.settle(&sandbox, after, 1, "after");
    let web = id(ObjectKind::Container, "web");
    plan.changes.iter().find(|change| change.id == web).map(|change| change.action)
}

#[test]
fn a_container_leaves_and_joins_networks_that_are_made_anew_in_the_same_plan() {
    let both = ["net0", "net1"];
    for (on, then) in [(&both[..], &both[..1]), (&both, &both[1..]), (&both[..1], &both[1..]), (&both, &[])] {
        let change = change(&fleet(on, &[]), &fleet(then, &both));
        assert_eq!(change, Some(Action::Update), "{on:?} to {then:?}");
    }
    assert_eq!(change(&fleet(&both, &[]), &fleet(&both, &both)), None, "its networks alone change");
}

#[test]
fn a_container_that_was_made_without_a_network_is_made_anew_to_join_one_and_any_other_joins_in_place() {
    assert_eq!(change(&fleet(&[], &[]), &fleet(&["net0"], &[])), Some(Action::Replace));
    assert_eq!(change(&fleet(&["net0"], &[]), &fleet(&[], &[])), Some(Action::Update));
    let (world, sandbox) = (World::new(), Arc::new(Sandbox::default()));
    for on in [&["net0"][..], &[], &["net1"]] {
        let fleet = fleet(on, &[]);
        let plan = world.plan(&sandbox, &fleet);
        assert!(plan.changes.iter().all(|change| change.action != Action::Replace), "{on:?}");
        world.settle(&sandbox, &fleet, 1, "one after the other");
    }
}

#[test]
fn a_network_with_a_stranger_on_it_is_not_made_anew() {
    let (world, sandbox) = (World::new(), Arc::new(Sandbox::default()));
    let before = fleet(&["net0"], &[]);
    world.settle(&sandbox, &before, 1, "before");
    sandbox
        .edit(|state| {
            let networks = &mut state.stranger_container("theirs", "nginx").container.networks;
            networks.insert("net0".to_owned(), ["theirs".to_owned()].into());
        })
        .unwrap();
    let after = fleet(&["net0"], &["net0"]);
    let plan = world.any_plan(&sandbox, &after);
    let codes: Vec<_> = plan.refusals.iter().map(|refusal| refusal.diagnostic.code.as_str()).collect();
    assert_eq!(codes, ["guard/strangers-on-network"]);
    assert!(plan.steps.is_empty(), "{:?}", plan.steps);
}
