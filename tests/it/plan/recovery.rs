//! A run that dies between any two steps leaves a world from which the next plans lead to the same end.

use std::collections::BTreeMap;

use tenantry::desired::call::Call;
use tenantry::desired::docker::Port;
use tenantry::plan::Plan;

use super::fixture::{Fleet, file, network};
use super::world::World;
use tenantry::desired::content::Content;
use tenantry::desired::{Object, ObjectKind};

/// Applies plans until one is empty.
fn settle(fleet: &Fleet, world: &mut World) -> usize {
    for round in 0..4 {
        let plan = fleet.plan(&world.observe());
        assert!(plan.refusals.is_empty(), "{:#?}", plan.refusals);
        if plan.is_empty() {
            return round;
        }
        watched(&plan);
        world.run(&plan, usize::MAX, &fleet.opener());
    }
    panic!("never settles: {:#?}", fleet.plan(&world.observe()));
}

/// No container that serves is stopped before its successor is there, and none is removed before that one is healthy.
fn watched(plan: &Plan) {
    for change in &plan.changes {
        if change.action != tenantry::desired::change::Action::Replace
            || change.id.kind != ObjectKind::Container
        {
            continue;
        }
        let calls: Vec<&Call> = change
            .steps
            .iter()
            .filter_map(|id| plan.step(*id))
            .filter(|step| step.object == change.id)
            .map(|step| &step.call)
            .collect();
        let created = calls.iter().position(|call| matches!(call, Call::CreateContainer { .. }));
        let healthy = calls.iter().position(|call| matches!(call, Call::AwaitHealthy { .. })).unwrap();
        let removed = calls.iter().rposition(|call| matches!(call, Call::RemoveContainer { .. })).unwrap();
        assert!(created.is_none_or(|created| created < healthy));
        assert!(healthy < removed);
    }
}

/// Runs the change, and every beginning of it, to its end.
fn survives(from: &Fleet, to: &Fleet, disturb: impl Fn(&mut World)) {
    let mut start = World::default();
    settle(from, &mut start);
    disturb(&mut start);
    start.made.clear();
    let mut whole = start.clone();
    settle(to, &mut whole);
    let end = shape(&whole);
    let plan = to.plan(&start.observe());
    assert!(!plan.changes.is_empty());
    for steps in 0..=plan.steps.len() {
        let mut world = start.clone();
        world.run(&plan, steps, &to.opener());
        settle(to, &mut world);
        assert_eq!(shape(&world), end, "after {steps} steps");
        assert_eq!(world.made, whole.made, "made twice after {steps} steps");
    }
}

/// What is there, without the engine's ids.
fn shape(world: &World) -> impl PartialEq + std::fmt::Debug + use<> {
    let mut boxes: Vec<_> =
        world.boxes.iter().map(|one| (one.id.clone(), one.fields.clone(), one.running)).collect();
    boxes.sort_by(|a, b| a.0.cmp(&b.0));
    let networks: BTreeMap<_, _> = world
        .networks
        .iter()
        .map(|(name, (_, id, fields))| (name.clone(), (id.clone(), fields.clone())))
        .collect();
    let mut routes = world.routes.clone();
    routes.retain(|_, entries| !entries.is_empty());
    (boxes, networks, world.volumes.keys().cloned().collect::<Vec<_>>(), routes)
}

fn nothing(_: &mut World) {}

#[test]
fn a_fleet_is_built_from_any_beginning() {
    let fleet = Fleet::new();
    let plan = fleet.plan(&World::default().observe());
    let mut whole = World::default();
    settle(&fleet, &mut whole);
    for steps in 0..=plan.steps.len() {
        let mut world = World::default();
        world.run(&plan, steps, &fleet.opener());
        settle(&fleet, &mut world);
        assert_eq!(shape(&world), shape(&whole), "after {steps} steps");
        assert!(world.made.values().all(|n| *n == 1), "{:?}", world.made);
    }
}

#[test]
fn a_recreate_is_finished_from_anywhere_and_made_once() {
    let mut to = Fleet::new();
    to.container("backend").command = Some(vec!["gunicorn".to_owned(), "-w4".to_owned()]);
    survives(&Fleet::new(), &to, nothing);
}

#[test]
fn an_edge_that_holds_ports_is_recreated_from_anywhere() {
    let mut to = Fleet::new();
    to.container("traefik").environment.insert("A".to_owned(), "b".to_owned());
    survives(&Fleet::new(), &to, nothing);
}

#[test]
fn changed_files_are_read_whenever_the_run_died() {
    let mut to = Fleet::new();
    to.container("traefik")
        .files
        .insert("/traefik.yml".to_owned(), file(Content::Text("log: debug\n".to_owned())));
    survives(&Fleet::new(), &to, nothing);
}

#[test]
fn a_removed_limit_and_a_removed_file_make_the_container_anew() {
    let mut to = Fleet::new();
    to.container("backend").memory = None;
    to.container("traefik").files.remove("/traefik.yml");
    survives(&Fleet::new(), &to, nothing);
}

#[test]
fn networks_names_and_limits_change_in_place() {
    let mut to = Fleet::new();
    to.put("bench.b/network/other", &[], Object::Network(network("other")));
    let backend = to.container("backend");
    backend.networks.insert("other".to_owned(), super::fixture::names(&["z"]));
    backend.networks.insert("b".to_owned(), super::fixture::names(&["backend", "alias"]));
    backend.memory = Some(2 << 30);
    backend.pids = Some(100);
    to.desired
        .objects
        .get_mut(&super::fixture::id("bench.b/container/backend"))
        .unwrap()
        .needs
        .insert(super::fixture::id("bench.b/network/other"));
    survives(&Fleet::new(), &to, |world| world.one("backend").fields.name = "renamed".to_owned());
    let mut world = World::default();
    settle(&Fleet::new(), &mut world);
    world.made.clear();
    settle(&to, &mut world);
    assert!(world.made.is_empty(), "changed in place, not made anew");
}

#[test]
fn a_network_that_differs_is_made_anew_under_its_containers() {
    let mut to = Fleet::new();
    let mut internal = network("b");
    internal.internal = true;
    to.put("bench.b/network/default", &[], Object::Network(internal));
    survives(&Fleet::new(), &to, |world| world.one("queue-short").running = false);
}

#[test]
fn a_network_of_another_driver_is_made_anew_under_its_containers() {
    let mut to = Fleet::new();
    let mut other = network("b");
    other.driver = "macvlan".to_owned();
    to.put("bench.b/network/default", &[], Object::Network(other));
    let mut world = World::default();
    settle(&Fleet::new(), &mut world);
    let plan = to.plan(&world.observe());
    let change =
        plan.changes.iter().find(|change| change.id.to_string() == "bench.b/network/default").unwrap();
    assert_eq!(change.action, tenantry::desired::change::Action::Replace);
    assert_eq!(change.fields.iter().map(|field| field.path.as_str()).collect::<Vec<_>>(), ["driver"]);
    survives(&Fleet::new(), &to, nothing);
}

#[test]
fn what_stopped_and_what_vanished_comes_back() {
    survives(&Fleet::new(), &Fleet::new(), |world| {
        world.one("traefik").running = false;
        world.boxes.retain(|one| one.fields.name != "queue-short");
    });
}

#[test]
fn a_role_that_vanished_is_deleted() {
    let mut to = Fleet::new();
    to.drop("bench.b/container/queue-short");
    survives(&Fleet::new(), &to, nothing);
}

#[test]
fn a_route_that_moves_is_never_in_no_file() {
    let mut to = Fleet::new();
    for entry in to.desired.objects.values_mut() {
        if let Object::Route(route) = &mut entry.object {
            route.file = "bench-c.yml".to_owned();
        }
    }
    survives(&Fleet::new(), &to, nothing);
}

#[test]
fn a_second_edit_in_the_middle_of_a_recreate_keeps_the_one_that_serves() {
    let first = Fleet::new();
    let mut second = Fleet::new();
    second.container("traefik").environment.insert("V".to_owned(), "2".to_owned());
    let mut third = Fleet::new();
    third.container("traefik").environment.insert("V".to_owned(), "3".to_owned());
    let mut start = World::default();
    settle(&first, &mut start);
    let plan = second.plan(&start.observe());
    for steps in 0..=plan.steps.len() {
        for last in [&third, &first] {
            let mut world = start.clone();
            world.run(&plan, steps, &second.opener());
            settle(last, &mut world);
            assert_eq!(world.boxes.len(), start.boxes.len());
        }
    }
}

#[test]
fn a_port_that_a_deleted_container_holds_is_free_before_the_new_one_starts() {
    let mut to = Fleet::new();
    let mut old = World::default();
    settle(&Fleet::new(), &mut old);
    let port =
        Port { host_ip: String::new(), host_port: 9000, container_port: 9000, protocol: "tcp".to_owned() };
    let mut from = Fleet::new();
    from.container("queue-short").ports.insert(port.clone());
    to.drop("bench.b/container/queue-short");
    to.container("backend").ports.insert(port);
    survives(&from, &to, nothing);
}
