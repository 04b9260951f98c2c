//! What is rendered: the same bytes every time, valid by the official schemas, and as it was when somebody last looked.

mod examples;
mod schemas;

use std::collections::BTreeMap;

use serde_json::Value;
use tenantry::check::check;
use tenantry::desired::{Desired, Object};
use tenantry::diag::{Code, Diagnostics};
use tenantry::model::Table;
use tenantry::provider::lower::lower;
use tenantry::provider::render::{Artifact, render};
use tenantry::provider::secrets;
use tenantry::provider::traefik::settings;
use tenantry::world::Memory;
use tenantry::world::secret::{Opener, Secret};

use crate::by_hand;

fn desired(certificates: bool) -> Desired {
    let mut diagnostics = Diagnostics::default();
    let desired = lower(&by_hand::checked(certificates), &mut diagnostics);
    assert!(diagnostics.is_empty(), "{:#?}", diagnostics.sorted());
    desired
}

fn text(artifacts: &[Artifact], path: &str) -> String {
    let artifact = artifacts.iter().find(|artifact| artifact.path == path);
    let artifact = artifact.unwrap_or_else(|| {
        panic!("no {path} among {:#?}", artifacts.iter().map(|a| &a.path).collect::<Vec<_>>())
    });
    String::from_utf8(artifact.bytes.clone()).unwrap()
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[test]
fn the_same_fleet_gives_the_same_bytes() {
    assert_eq!(render(&desired(true)), render(&desired(true)));
}

#[test]
fn paths_are_sorted_and_name_each_file_once() {
    let paths: Vec<String> = render(&desired(true)).into_iter().map(|artifact| artifact.path).collect();
    assert!(paths.is_sorted_by(|a, b| a < b), "{paths:#?}");
}

#[test]
fn no_secret_is_in_any_artifact_but_by_reference() {
    let artifacts = render(&desired(true));
    let compose = text(&artifacts, "fra-1/acme-edge-fra-1/compose.yaml");
    let value = yaml(&compose);
    assert_eq!(value["secrets"]["traefik-run-secrets-dns-token"]["environment"], "CF_DNS_API_TOKEN");
    assert_eq!(
        value["services"]["traefik"]["environment"]["CF_DNS_API_TOKEN_FILE"],
        "/run/secrets/dns-token"
    );
    let sites = text(&artifacts, "fra-1/acme-bench-v15-a/site_configs.json");
    let sites: Value = serde_json::from_str(&sites).unwrap();
    let site = &sites["globex.erp.example.com"];
    assert!(site.get("db_password").is_none() && site.get("mail_password").is_none(), "{site:#}");
    assert_eq!(site["tenantry"]["secrets"]["mail_password"], "env:MAIL");
    assert_eq!(site["greeting"], "`$HOME` {{ \"x\" }} '; DROP TABLE t; --\n");
}

#[test]
fn every_variable_that_an_artifact_reads_has_a_value() {
    let desired = desired(true);
    let mut wanted = std::collections::BTreeSet::new();
    for artifact in render(&desired) {
        let text = String::from_utf8(artifact.bytes).unwrap();
        if artifact.path.ends_with("compose.yaml") {
            let secrets = yaml(&text)["secrets"].clone();
            let secrets = secrets.as_object().into_iter().flatten();
            wanted.extend(secrets.map(|(_, secret)| secret["environment"].as_str().unwrap().to_owned()));
            wanted.extend(text.split("${").skip(1).map(|rest| rest.split_once(":?}").unwrap().0.to_owned()));
        }
        wanted.extend(
            text.split("SET @").skip(1).map(|rest| format!("SET @{}", rest.split_once(' ').unwrap().0)),
        );
    }
    assert!(
        wanted.iter().any(|name| name.starts_with("SET @")) && wanted.contains("CF_DNS_API_TOKEN"),
        "{wanted:?}"
    );
    let world = Memory::default().variable("CF_DNS_API_TOKEN", "token");
    let opener = Opener::new(&world, "acme", Some(Secret::new(b"key".to_vec())));
    let env = secrets::env_file(&desired, &opener).unwrap();
    let sql = secrets::hashes_sql(&desired, &opener).unwrap();
    let given: std::collections::BTreeSet<String> = env
        .lines()
        .skip(1)
        .map(|line| line.split_once('=').unwrap().0.to_owned())
        .chain(sql.lines().skip(1).map(|line| line.split_once(" =").unwrap().0.to_owned()))
        .collect();
    assert_eq!(given, wanted);
}

/// What compose does to a text before it uses it.
fn interpolated(text: &str) -> String {
    assert!(!text.replace("$$", "").contains('$'), "compose would look for a variable in {text:?}");
    text.replace("$$", "$")
}

#[test]
fn compose_gets_every_text_of_a_container_as_it_is_meant() {
    let desired = desired(true);
    let artifacts = render(&desired);
    let mut files = 0;
    for entry in desired.objects.values() {
        let Object::Container(container) = &entry.object else { continue };
        let compose = yaml(&text(&artifacts, &format!("fra-1/{}/compose.yaml", container.project)));
        let service = &compose["services"][&container.service];
        for (name, value) in &container.environment {
            assert_eq!(interpolated(service["environment"][name].as_str().unwrap()), *value);
        }
        let labels = &service["labels"];
        assert_eq!(labels["tenantry.fleet"], "acme");
        for config in service["configs"].as_array().into_iter().flatten() {
            let file = &container.files[config["target"].as_str().unwrap()];
            let content = compose["configs"][config["source"].as_str().unwrap()]["content"].as_str().unwrap();
            assert_eq!(tenantry::desired::content::Content::Text(interpolated(content)), file.content);
            assert_eq!(u32::from_str_radix(config["mode"].as_str().unwrap(), 8).unwrap(), file.mode);
            files += 1;
        }
    }
    assert_eq!(files, 5, "traefik.yml and four pages");
}

#[test]
fn tenants_text_in_a_page_is_escaped() {
    let Object::Container(page) =
        &desired(true).objects[&"edge.fra-1/container/page".parse().unwrap()].object.clone()
    else {
        panic!("no container")
    };
    let tenantry::desired::content::Content::Text(text) = &page.files["/www/index.html"].content else {
        panic!("no text")
    };
    assert!(text.contains("acme &lt;cloud&gt; &amp; {{ co }}") && !text.contains("<cloud>"), "{text}");
}

#[test]
fn limits_of_a_bench_add_up_to_what_was_declared() {
    let desired = desired(true);
    let containers: Vec<_> = desired
        .objects
        .iter()
        .filter(|(id, _)| id.of == "bench.v15-a")
        .filter_map(|(_, entry)| match &entry.object {
            Object::Container(container) => Some(container),
            _ => None,
        })
        .collect();
    assert_eq!(containers.len(), 9);
    assert_eq!(containers.iter().map(|c| c.memory.unwrap()).sum::<u64>(), 3 * (1 << 30) + 12345);
    assert_eq!(containers.iter().map(|c| c.nano_cpus.unwrap()).sum::<u64>(), 2_333_333_333);
    assert!(containers.iter().all(|c| c.pids == Some(512)));
    let least = containers.iter().map(|c| c.memory.unwrap()).min().unwrap();
    assert!(least > 48 << 20, "{least}");
}

#[test]
fn a_bench_with_too_little_processor_for_a_container_is_refused() {
    let mut model = by_hand::model(false);
    let mut benches: Vec<_> = model.benches.iter().map(|(_, bench)| bench.clone()).collect();
    benches[2].resources.nano_cpus.as_mut().unwrap().value = 100_000_000;
    let span = benches[2].resources.nano_cpus.as_ref().unwrap().span;
    model.benches = Table::new(benches);
    let mut diagnostics = Diagnostics::default();
    let checked = check(model, &mut diagnostics).unwrap();
    lower(&checked, &mut diagnostics);
    let found = diagnostics.sorted();
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].code, Code::LOWER_BENCH_CPUS);
    assert_eq!(found[0].primary.as_ref().map(|label| label.span), span);
}

#[test]
fn a_router_waits_for_no_certificate_but_its_own() {
    let artifacts = render(&desired(true));
    let bench = yaml(&text(&artifacts, "fra-1/acme-edge-fra-1/dynamic/bench-v15-a.yml"));
    let routers = &bench["http"]["routers"];
    assert_eq!(routers["site-globex"]["rule"], "Host(`globex.erp.example.com`)");
    assert_eq!(routers["site-globex"]["tls"]["domains"][0]["main"], "*.erp.example.com");
    let domains = &routers["site-globex.domains"];
    assert_eq!(domains["rule"], "Host(`erp.globex.example`) || Host(`old.globex.example`)");
    assert_eq!(domains["tls"]["certResolver"], settings::SINGLE);
    assert_eq!(domains["tls"]["domains"].as_array().unwrap().len(), 2);
}

#[test]
fn a_suspended_site_shows_its_page_and_locks_its_account() {
    let artifacts = render(&desired(true));
    let bench = yaml(&text(&artifacts, "fra-1/acme-edge-fra-1/dynamic/bench-v15-a.yml"));
    let router = &bench["http"]["routers"]["site-initech"];
    assert_eq!(router["service"], "edge-fra-1.page");
    assert_eq!(router["middlewares"], serde_json::json!(["edge-fra-1.suspended", "edge-fra-1.nowhere"]));
    let sql = text(&artifacts, "fra-1/acme-db-main/tenantry.sql");
    assert!(sql.contains("ACCOUNT LOCK'") && sql.contains("KILL USER `acme_initech`@`%`;"), "{sql}");
    assert!(sql.contains("ON `acme\\_initech`.*"), "{sql}");
}

#[test]
fn what_a_router_names_is_defined_somewhere() {
    for certificates in [true, false] {
        let mut defined: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let mut used: Vec<(&str, String)> = Vec::new();
        for entry in desired(certificates).objects.into_values() {
            let Object::Route(route) = entry.object else { continue };
            for (key, value) in &route.entries {
                let (kind, name) = key.strip_prefix("http.").unwrap().split_once('.').unwrap();
                let kind = if kind == "services" {
                    "services"
                } else if kind == "routers" {
                    "routers"
                } else {
                    "middlewares"
                };
                defined.entry(kind).or_default().push(name.to_owned());
                for service in [&value["service"], &value["errors"]["service"]] {
                    used.extend(service.as_str().map(|name| ("services", name.to_owned())));
                }
                for middleware in value["middlewares"].as_array().into_iter().flatten() {
                    used.push(("middlewares", middleware.as_str().unwrap().to_owned()));
                }
            }
        }
        assert!(used.len() > 8);
        for (kind, name) in used {
            assert!(defined[kind].contains(&name), "{kind} {name}");
        }
    }
}
