//! Something in the files changes: exactly that changes in the world.

use super::fleet::Fleet;
use super::shared;

fn one(fleet: &Fleet, action: &str, identity: &str) {
    assert_eq!(fleet.planned(), vec![(action.to_owned(), identity.to_owned())]);
    fleet.applied();
    fleet.settled();
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_changed_limit_is_set_in_place() {
    let fleet = shared::fleet();
    let traefik = fleet.container("edge", "traefik");
    let id = fleet.ask(&["inspect", "-f", "{{.Id}} {{.State.StartedAt}}", &traefik]);
    fleet.edit("256MiB", "384MiB");
    one(&fleet, "update", "edge.h/container/traefik");
    assert_eq!(
        fleet.ask(&["inspect", "-f", "{{.Id}} {{.State.StartedAt}}", &traefik]),
        id,
        "neither recreated nor restarted"
    );
    assert_eq!(fleet.ask(&["inspect", "-f", "{{.HostConfig.Memory}}", &traefik]), (384 << 20).to_string());
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_changed_image_recreates_its_container_alone() {
    let fleet = shared::fleet();
    fleet.ask(&["tag", "busybox:1.37", &format!("busybox:{}", fleet.id)]);
    fleet.edit("memory \"256MiB\"", &format!("memory \"256MiB\"\n    page-image \"busybox:{}\"", fleet.id));
    let others: Vec<String> = fleet
        .containers()
        .into_iter()
        .filter(|c| !fleet.ask(&["inspect", "-f", "{{.Name}}", c]).contains("-page-"))
        .collect();
    let planned = fleet.planned();
    assert_eq!(planned, vec![("replace".to_owned(), "edge.h/container/page".to_owned())]);
    fleet.applied();
    fleet.settled();
    let now = fleet.containers();
    assert!(others.iter().all(|c| now.contains(c)), "the other containers are the same");
    assert_eq!(now.len(), others.len() + 1, "the old one is gone");
    assert!(fleet.page().is_some());
    fleet.ask(&["rmi", &format!("busybox:{}", fleet.id)]);
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_changed_port_recreates_traefik_alone() {
    let mut fleet = shared::fleet();
    let port = super::fleet::free_port();
    fleet.edit(&format!("http {}", fleet.port), &format!("http {port}"));
    fleet.port = port;
    one(&fleet, "replace", "edge.h/container/traefik");
    assert!(fleet.page().is_some(), "the page answers at the new port");
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_changed_file_is_put_into_its_container_alone() {
    let fleet = shared::fleet();
    let id = fleet.ask(&["inspect", "-f", "{{.Id}}", &fleet.container("edge", "page")]);
    // The fleet's name is the title of its pages, and nothing else.
    fleet.edit(&format!("fleet \"{}\"", fleet.id), "fleet \"renamed\"");
    one(&fleet, "update", "edge.h/container/page");
    assert!(fleet.page().unwrap().contains("<h1>renamed</h1>"));
    assert_eq!(
        fleet.ask(&["inspect", "-f", "{{.Id}}", &fleet.container("edge", "page")]),
        id,
        "not recreated"
    );
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_changed_name_changes_its_route_alone() {
    let fleet = shared::fleet();
    fleet.edit("status.localhost", "state.localhost");
    let planned = fleet.planned();
    assert!(planned.contains(&("update".to_owned(), "edge.h/route".to_owned())), "{planned:?}");
    fleet.applied();
    fleet.settled();
    assert!(fleet.page().is_none(), "the old name is gone");
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_bench_that_is_added_adds_its_own_objects_and_no_others() {
    let fleet = Fleet::new("add");
    fleet.applied();
    fleet.write("b.kdl", "bench \"b\" {\n    size \"small\"\n    host \"h\"\n}\n");
    let planned = fleet.planned();
    assert!(!planned.is_empty());
    assert!(
        planned.iter().all(|(action, id)| action == "create" && id.starts_with("bench.b/")),
        "{planned:?}"
    );
    fleet.applied();
    fleet.settled();
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_bench_that_vanishes_is_refused_and_runs_on() {
    let fleet = shared::fleet();
    let before = fleet.containers();
    fleet.edit("bench \"a\" {\n    size \"small\"\n    host \"h\"\n}\n", "");
    let run = fleet.apply();
    assert_eq!(run.code, 5, "{run}");
    assert!(run.err.contains("guard/data-without-tombstone"), "{run}");
    assert_eq!(fleet.containers(), before);
}
