//! What the real Traefik makes of the files that are written for it: every router, service and middleware, without an error.

#![expect(clippy::disallowed_methods, reason = "a test lays out what goes into a container")]

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::fleet::Fleet;
use crate::support::disk;

const KINDS: [&str; 3] = ["routers", "services", "middlewares"];

/// Kind and name of everything in the files of a directory.
fn written(dynamic: &Path) -> BTreeMap<(&'static str, String), Value> {
    let mut found = BTreeMap::new();
    for text in disk::below(dynamic).values() {
        let file: Value = serde_yaml::from_str(text).unwrap();
        for kind in KINDS {
            for (name, body) in file["http"][kind].as_object().into_iter().flatten() {
                found.insert((kind, format!("{name}@file")), body.clone());
            }
        }
    }
    found
}

/// What Traefik says that it has out of files.
fn loaded(fleet: &Fleet, container: &str) -> BTreeMap<(&'static str, String), Value> {
    let url = "http://127.0.0.1:8080/api/rawdata";
    let run = fleet.docker(&["exec", container, "wget", "-q", "-O", "-", url]);
    let said: Value = serde_json::from_str(&run.out).unwrap_or_default();
    let mut found = BTreeMap::new();
    for kind in KINDS {
        for (name, body) in said[kind].as_object().into_iter().flatten() {
            if name.ends_with("@file") {
                found.insert((kind, name.clone()), body.clone());
            }
        }
    }
    found
}

/// Demands that Traefik has exactly what is in the files, and is content with all of it.
pub(super) fn demand(fleet: &Fleet, container: &str, dynamic: &Path) {
    let wanted = written(dynamic);
    for kind in KINDS {
        assert!(wanted.keys().any(|(of, _)| *of == kind), "no {kind} in {}", dynamic.display());
    }
    let began = Instant::now();
    let mut seen = loaded(fleet, container);
    while !seen.keys().eq(wanted.keys()) && began.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(300));
        seen = loaded(fleet, container);
    }
    let log = || fleet.docker(&["logs", container]);
    let names = |of: &BTreeMap<(&'static str, String), Value>| of.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&seen), names(&wanted), "{}", log());
    for ((kind, name), body) in &wanted {
        let there = &seen[&(*kind, name.clone())];
        assert_eq!(there["status"], "enabled", "{name}: {there:#}\n{}", log());
        assert!(there["error"].is_null() && there["err"].is_null(), "{name}: {there:#}");
        if *kind != "routers" {
            continue;
        }
        for field in ["rule", "priority", "service", "entryPoints"] {
            assert_eq!(there[field], body[field], "{name}");
        }
        let of_file = |list: &Value| -> Vec<String> {
            list.as_array()
                .into_iter()
                .flatten()
                .map(|name| format!("{}@file", name.as_str().unwrap()))
                .collect()
        };
        let given = there["middlewares"].as_array().into_iter().flatten();
        let given: Vec<&str> = given.map(|name| name.as_str().unwrap()).collect();
        assert_eq!(given, of_file(&body["middlewares"]), "{name}");
    }
}

/// `examples/tls` needs names and certificates of the public internet, so it is loaded where there is no network at all.
#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn traefik_takes_the_routes_with_certificates() {
    let fleet = Fleet::empty("tls", None);
    let generated = disk::path("generated/tls/fra-1/acmetls-edge-fra-1");
    let compose: Value =
        serde_yaml::from_str(&disk::read("generated/tls/fra-1/acmetls-edge-fra-1/compose.yaml")).unwrap();
    let service = &compose["services"]["traefik"];
    let text = |value: &Value| value.as_str().unwrap().to_owned();

    let files = tempfile::tempdir().unwrap();
    let put = |target: &str, content: &str| {
        let path = files.path().join(target.trim_start_matches('/'));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    };
    for config in service["configs"].as_array().unwrap() {
        let content = &compose["configs"][text(&config["source"])]["content"];
        put(&text(&config["target"]), &text(content).replace("$$", "$"));
    }
    for secret in service["secrets"].as_array().unwrap() {
        put(&text(&secret["target"]), "a token");
    }
    let dynamic = generated.join("dynamic");
    for (path, content) in disk::below(&dynamic) {
        put(&path.replace(dynamic.to_str().unwrap(), "/etc/traefik/dynamic"), &content);
    }

    let name = format!("{}-traefik", fleet.id);
    let mark = format!("tenantry.fleet={}", fleet.id);
    let mut create: Vec<String> =
        ["create", "--name", &name, "--label", &mark, "--network", "none"].map(str::to_owned).into();
    for (variable, value) in service["environment"].as_object().unwrap() {
        create.extend(["-e".to_owned(), format!("{variable}={}", text(value))]);
    }
    for volume in service["volumes"].as_array().unwrap() {
        create.extend(["-v".to_owned(), text(&volume["target"])]);
    }
    create.push(text(&service["image"]));
    create.extend(service["command"].as_array().unwrap().iter().map(text));
    fleet.ask(&create.iter().map(String::as_str).collect::<Vec<_>>());
    fleet.ask(&["cp", files.path().join(".").to_str().unwrap(), &format!("{name}:/")]);
    fleet.ask(&["start", &name]);
    demand(&fleet, &name, &dynamic);

    let log = fleet.docker(&["logs", &name]).to_string();
    for resolver in ["single.acme", "wildcard.acme"] {
        assert!(log.contains(resolver), "no {resolver} in\n{log}");
    }
    // Nobody gives it a certificate here; that is all that may be wrong.
    let wrong = log.lines().filter(|line| line.contains("ERR") || line.contains("FTL"));
    let wrong: Vec<&str> = wrong.filter(|line| !line.contains("Unable to obtain ACME certificate")).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
