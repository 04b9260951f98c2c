//! What `build` writes stands alone: the peers' own tools bring it up, and a plan has nothing left to do.

use super::fleet::{Fleet, Run};

/// Brings the projects of a build up as an operator would who has no Tenantry.
fn compose(fleet: &Fleet, out: &std::path::Path, project: &str, arguments: &[&str]) -> Run {
    let file = out.join("h").join(project).join("compose.yaml");
    let mut all = vec!["compose", "-f", file.to_str().unwrap()];
    all.extend(arguments);
    let run = fleet.docker(&all);
    assert_eq!(run.code, 0, "{run}");
    run
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn after_plain_compose_there_is_nothing_to_do() {
    let fleet = Fleet::new("al");
    let out = fleet.state.path().join("out");
    let built = fleet.run(&["build", "--out", out.to_str().unwrap()]);
    assert_eq!(built.code, 0, "{built}");
    let (edge, bench) = (format!("{}-edge-h", fleet.id), format!("{}-bench-a", fleet.id));
    compose(&fleet, &out, &edge, &["up", "-d", "--wait"]);
    compose(&fleet, &out, &bench, &["up", "-d", "--wait"]);
    let dynamic = out.join("h").join(&edge).join("dynamic/.");
    compose(&fleet, &out, &edge, &["cp", dynamic.to_str().unwrap(), "traefik:/etc/traefik/dynamic/"]);
    fleet.settled();
    // And the other way round: compose finds what it made as it left it.
    let before = fleet.ask(&["ps", "-q", "--no-trunc", "--filter", &format!("name={}-", fleet.id)]);
    let again = fleet.applied();
    assert!(again.out.contains("No changes."), "{again}");
    compose(&fleet, &out, &bench, &["up", "-d", "--wait"]);
    let after = fleet.ask(&["ps", "-q", "--no-trunc", "--filter", &format!("name={}-", fleet.id)]);
    assert_eq!(before, after);
}
