//! From nothing to healthy, and nothing left to do the second time.

use super::fleet::Fleet;
use super::shared;

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn from_nothing_to_all_healthy_and_the_second_apply_is_empty() {
    let fleet = Fleet::new("up");
    let first = fleet.applied();
    assert!(first.out.contains("Apply complete!"), "{first}");
    fleet.all_healthy();
    let page = fleet.page().expect("the status page answers");
    assert!(page.contains("<html"), "{page}");
    let before = fleet.ask(&[
        "ps",
        "-a",
        "--no-trunc",
        "--format",
        "{{.ID}} {{.CreatedAt}}",
        "--filter",
        &mark(&fleet),
    ]);
    let second = fleet.applied();
    assert!(second.out.contains("No changes."), "{second}");
    let after = fleet.ask(&[
        "ps",
        "-a",
        "--no-trunc",
        "--format",
        "{{.ID}} {{.CreatedAt}}",
        "--filter",
        &mark(&fleet),
    ]);
    assert_eq!(before, after);
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn without_any_local_state_there_is_still_nothing_to_do() {
    let mut fleet = shared::fleet();
    fleet.state = tempfile::tempdir().unwrap();
    fleet.settled();
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn docker_compose_sees_what_is_ours() {
    let fleet = shared::fleet();
    let project = format!("{}-edge-h", fleet.id);
    let listed = fleet.ask(&["compose", "-p", &project, "ps", "--format", "{{.Service}}"]);
    assert_eq!(listed.lines().collect::<Vec<_>>(), ["page", "traefik"]);
    let said = fleet.ask(&["compose", "-p", &project, "exec", "-T", "page", "cat", "/www/index.html"]);
    assert!(said.contains("<html"), "{said}");
    let logs = fleet.docker(&["compose", "-p", &project, "logs", "traefik"]);
    assert_eq!(logs.code, 0, "{logs}");
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_name_that_nobody_has_gets_404() {
    let fleet = shared::fleet();
    let url = format!("http://127.0.0.1:{}/", fleet.port);
    let output = std::process::Command::new("curl")
        .args(["-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Host: nobody.example", &url])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "404");
}

fn mark(fleet: &Fleet) -> String {
    format!("label=tenantry.fleet={}", fleet.id)
}
