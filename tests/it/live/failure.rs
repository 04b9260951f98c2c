//! Failures of the world: what is said, what is left, and that the next apply goes on.

use super::fleet::Fleet;
use super::shared;

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_container_that_never_gets_healthy_fails_and_the_rest_is_done() {
    let fleet = Fleet::new("sick");
    // An image whose redis-cli always fails: the health check can't pass.
    let build = fleet.ask(&[
        "create",
        "--entrypoint",
        "sh",
        "redis:7.2",
        "-c",
        "rm $(which redis-cli); ln -s /bin/false /bin/redis-cli",
    ]);
    fleet.ask(&["start", "-a", &build]);
    let image = format!("sick-redis:{}", fleet.id);
    let changes = ["ENTRYPOINT [\"docker-entrypoint.sh\"]", "CMD [\"redis-server\"]"];
    fleet.ask(&["commit", "-c", changes[0], "-c", changes[1], &build, &image]);
    fleet.ask(&["rm", "-fv", &build]);
    fleet.edit("bench \"a\" {", &format!("bench \"a\" {{\n    redis-image \"{image}\""));
    let run = fleet.apply();
    assert_eq!(run.code, 7, "{run}");
    assert!(run.out.contains("bench.a/container/redis-cache") && run.out.contains("failed after"), "{run}");
    assert!(fleet.page().is_some(), "what does not depend on it is done: {run}");
    fleet.edit(&format!("\n    redis-image \"{image}\""), "");
    fleet.applied();
    fleet.settled();
    fleet.docker(&["rmi", "-f", &image]);
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn an_image_that_is_missing_and_may_not_be_pulled_is_refused_before_anything_is_made_of_it() {
    let fleet = Fleet::new("noim");
    fleet.edit("bench \"a\" {", "bench \"a\" {\n    redis-image \"nobody/nothing:1\"");
    let run = fleet.apply();
    assert_eq!(run.code, 5, "{run}");
    assert!(run.err.contains("guard/image-missing") && run.err.contains("nobody/nothing:1"), "{run}");
    assert!(fleet.page().is_some(), "the rest is made");
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn an_image_is_pulled_from_a_registry_and_a_missing_tag_says_so() {
    let fleet = Fleet::new("pull");
    let image = "127.0.0.1:5055/busybox:1.36";
    fleet.docker(&["rmi", image]);
    fleet.edit("images \"never\"", "images \"missing\"");
    fleet.edit("memory \"256MiB\"", &format!("memory \"256MiB\"\n    page-image \"{image}\""));
    fleet.applied();
    fleet.settled();
    assert_eq!(fleet.ask(&["inspect", "-f", "{{.Config.Image}}", &fleet.container("edge", "page")]), image);
    fleet.edit(image, "127.0.0.1:5055/busybox:no-such-tag");
    let run = fleet.apply();
    assert_eq!(run.code, 7, "{run}");
    assert!(run.out.contains("no-such-tag"), "{run}");
    // The other one of its repository tells how large it may be, and a container how much room there is.
    assert!(run.out.contains("pulls up to ") && run.out.contains(" are free"), "{run}");
    let status = fleet.run(&["status"]);
    assert!(status.out.lines().next().unwrap().ends_with(" free"), "{status}");
    assert_eq!(
        fleet.ask(&["inspect", "-f", "{{.Config.Image}}", &fleet.container("edge", "page")]),
        image,
        "the old one runs on"
    );
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_port_that_is_taken_fails_with_the_port_named_and_is_mended_when_free() {
    let fleet = Fleet::new("busy");
    let taken = std::net::TcpListener::bind(("127.0.0.1", fleet.port)).unwrap();
    let run = fleet.apply();
    assert_eq!(run.code, 7, "{run}");
    assert!(run.out.contains(&fleet.port.to_string()), "{run}");
    drop(taken);
    fleet.applied();
    fleet.settled();
}

#[test]
fn an_engine_that_does_not_answer_is_said_and_nothing_is_planned() {
    let fleet = Fleet::on("dead", Some("unix:///nonexistent/docker.sock".to_owned()));
    let run = fleet.run(&["plan"]);
    assert!(run.code == 5 && run.err.contains("guard/unreadable-host"), "{run}");
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn without_its_image_a_bench_waits_and_the_rest_is_planned() {
    let fleet = Fleet::new("rel");
    fleet.write("key", "a key for this test alone");
    fleet.edit("    id ", "    key (secret)\"file:key\"\n    id ");
    fleet.edit("bench \"a\" {", "bench \"a\" {\n    release \"r\"\n    database \"main\"");
    fleet.write(
        "more.kdl",
        "release \"r\" { frappe \"15.80.0\"; image \"nobody/frappe:v15.80.0\" }\n\
         database \"main\" { mariadb \"10.11\"; host \"h\" }\n",
    );
    let run = fleet.run(&["plan", "--new-fleet"]);
    assert_eq!(run.code, 5, "{run}");
    assert!(run.err.contains("guard/image-missing") && !run.err.contains("guard/unreadable-host"), "{run}");
    assert!(run.out.contains("wait for `host.h/image/nobody/frappe:v15.80.0`"), "{run}");
    assert!(run.out.contains("container mariadb"), "{run}");
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_strangers_broken_file_that_keeps_traefik_from_our_routes_is_no_settled_fleet() {
    let fleet = shared::fleet();
    let traefik = fleet.container("edge", "traefik");
    let stranger = "/etc/traefik/dynamic/stranger.yml";
    fleet.ask(&["exec", &traefik, "sh", "-c", &format!("echo 'http: [' > {stranger}")]);
    fleet.ask(&["restart", &traefik]);
    // Its own check, asked for: the engine itself looks half a minute later.
    let check = ["exec", &traefik, "traefik", "healthcheck", "--configFile=/etc/traefik/traefik.yml"];
    let began = std::time::Instant::now();
    while fleet.docker(&check).code != 0 {
        assert!(began.elapsed().as_secs() < 60, "it does not come back");
        std::thread::sleep(std::time::Duration::from_millis(300));
    }
    assert_eq!(fleet.page(), None);
    assert_eq!(fleet.planned(), vec![("update".to_owned(), "edge.h/route".to_owned())]);
    let failed = fleet.apply();
    assert_eq!(failed.code, 7, "{failed}");
    assert!(failed.out.contains("stranger.yml cannot be read"), "{failed}");
    fleet.ask(&["exec", &traefik, "rm", stranger]);
    fleet.applied();
    fleet.settled();
    assert!(fleet.page().is_some());
}
