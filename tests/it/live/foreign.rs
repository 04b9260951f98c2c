//! What does not bear our mark is reported and never touched.

use super::fleet::Fleet;

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn foreign_things_under_our_names_are_reported_and_untouched() {
    let fleet = Fleet::new("for");
    let container = fleet.container("bench", "redis-cache");
    let network = format!("{}-edge-h_web", fleet.id);
    let volume = format!("{}-bench-a_redis-queue", fleet.id);
    fleet.ask(&["run", "-d", "--name", &container, "--stop-timeout", "1", "busybox:1.37", "sleep", "3600"]);
    fleet.ask(&["network", "create", &network]);
    fleet.ask(&["volume", "create", &volume]);
    let look = |fleet: &Fleet| {
        [
            fleet.ask(&["inspect", &container]),
            fleet.ask(&["network", "inspect", &network]),
            fleet.ask(&["volume", "inspect", &volume]),
            fleet.ask(&["inspect", "-f", "{{.RestartCount}}", &container]),
        ]
    };
    let before = look(&fleet);
    let run = fleet.apply();
    let after = look(&fleet);
    fleet.docker(&["rm", "-f", &container]);
    fleet.docker(&["network", "rm", &network]);
    fleet.docker(&["volume", "rm", &volume]);
    assert_eq!(run.code, 5, "{run}");
    for name in [&container, &network, &volume] {
        assert!(run.err.contains(name.as_str()), "{name} is reported: {run}");
    }
    assert!(run.err.contains("guard/foreign-object"), "{run}");
    assert_eq!(before, after, "untouched");
    // Once they are out of the way, the rest is made.
    fleet.applied();
    fleet.settled();
}
