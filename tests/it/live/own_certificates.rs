//! An edge that has a certificate for its name, and asks nobody.

#![expect(clippy::disallowed_methods, reason = "a test lays out what the fleet under test reads")]

use std::process::Command;

use serde_json::Value;

use super::authority;
use super::fleet::{Fleet, free_port};

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn an_edge_with_files_alone_serves_them_and_has_nobody_to_ask() {
    let fleet = Fleet::empty("ow", None);
    let https = free_port();
    let state = fleet.state.path().display().to_string();
    let own = fleet.state.path().join("own.pem");
    std::fs::write(&own, authority::file("/etc/pebble/own.pem")).unwrap();
    std::fs::write(fleet.state.path().join("own.key"), authority::file("/etc/pebble/own.key")).unwrap();
    std::fs::write(fleet.state.path().join("fleet.key"), format!("a key of the tests, {}\n", fleet.id))
        .unwrap();
    fleet.write("pki/shop.pem", &std::fs::read_to_string(&own).unwrap());
    fleet.write(
        "fleet.kdl",
        &format!(
            r#"fleet "own" {{
    id "{}"
    key (secret)"file:{state}/fleet.key"
    certificates {{ file "pki/shop.pem" key=(secret)"file:{state}/own.key" }}
}}
host "h" {{ engine "docker"; images "never" }}
edge "h" {{ host "h"; bind "127.0.0.1"; http {}; https {https}; status "shop.globex.example" }}
"#,
            fleet.id, fleet.port
        ),
    );
    fleet.applied();
    fleet.settled();

    let answer = Command::new("curl")
        .args(["-sSi", "-m", "20", "--retry", "5", "--retry-delay", "1", "--retry-all-errors", "-f"])
        .args(["--cacert", own.to_str().unwrap(), "--resolve"])
        .arg(format!("shop.globex.example:{https}:127.0.0.1"))
        .arg(format!("https://shop.globex.example:{https}/"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&answer.stdout);
    assert!(answer.status.success() && said.contains("200"), "{}", String::from_utf8_lossy(&answer.stderr));

    let status: Value = serde_json::from_str(&fleet.run(&["status", "--json"]).out).unwrap();
    let one = &status["certificates"][0];
    assert_eq!(
        (&one["name"], &one["is"], &one["from"]),
        (&"shop.globex.example".into(), &"present".into(), &"pki/shop.pem".into()),
        "{status}"
    );
    let log = fleet.ask(&["logs", &fleet.container("edge", "traefik")]);
    // Each resolver would be a provider.
    assert!(!log.contains("acme.Provider") && !log.contains("ERR"), "{log}");
    let volumes =
        fleet.ask(&["volume", "ls", "-q", "--filter", &format!("label=tenantry.fleet={}", fleet.id)]);
    assert!(volumes.contains("_dynamic") && !volumes.contains("_acme"), "{volumes}");
}
