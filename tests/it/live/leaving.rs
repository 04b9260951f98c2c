//! "An operator can always leave": what `docs/artifacts.md` tells such a person to type, typed, for a whole fleet with sites.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use super::acme::Acme;
use super::fleet::Run;
use super::traefik_verdict;

const PAGE: &str = include_str!("../../../docs/artifacts.md");
/// Where the page puts the secrets.
const SECRETS: &str = "$HOME/acme-secrets";
const SITES: [&str; 5] = ["globex", "globex-training", "hooli", "initech", "umbrella"];

/// The commands of the page's recipe.
fn recipe() -> Vec<String> {
    let (_, leaving) = PAGE.split_once("\n## Leaving\n").unwrap();
    let (_, block) = leaving.split_once("```console\n").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    let mut commands: Vec<String> = Vec::new();
    for line in block.lines() {
        match (line.strip_prefix("$ "), line.strip_prefix("> ")) {
            (Some(begins), _) => commands.push(format!("{begins}\n")),
            (_, Some(goes_on)) => *commands.last_mut().unwrap() += &format!("{goes_on}\n"),
            _ => panic!("{line:?} is no line of a shell"),
        }
    }
    commands
}

/// Types the recipe in a new shell, the fleet's own place and names in the place of the page's, and the SQL twice. Once the
/// secrets are written, the shell has none of them in its environment, so that compose has only the file.
fn leave(acme: &Acme, secrets: &Path) -> Run {
    let mut script = String::new();
    for command in recipe() {
        script += &command;
        if command.starts_with("tenantry secrets") {
            script += &format!("unset {}\n", super::acme::SECRETS.join(" "));
        }
        if command.contains("tenantry.sql") {
            script += &command;
        }
    }
    let script = script
        .replace(SECRETS, secrets.to_str().unwrap())
        .replace("examples/acme-cloud", acme.fleet.directory.path().to_str().unwrap())
        .replace("acme-", &format!("{}-", acme.fleet.id));
    let binary = Path::new(env!("CARGO_BIN_EXE_tenantry")).parent().unwrap();
    let output = Command::new("sh")
        .args(["-euc", &format!("PATH={}:$PATH\n{script}", binary.display())])
        .envs(&acme.fleet.environment)
        .env("XDG_STATE_HOME", acme.fleet.state.path())
        .output()
        .unwrap();
    let run = Run::of(output);
    assert_eq!(run.code, 0, "{script}\n{run}");
    run
}

/// Traefik has all that is in the files that were copied to it.
fn routed(acme: &Acme) {
    let project = format!("{}-edge-local", acme.fleet.id);
    let dynamic = acme.fleet.directory.path().join("generated/local").join(&project).join("dynamic");
    traefik_verdict::demand(&acme.fleet, &acme.container("edge-local-traefik"), &dynamic);
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn on_an_empty_engine_the_recipe_makes_everything_but_the_sites() {
    let mut acme = Acme::new("lve");
    // A password that nobody wrote down: without `tenantry secrets` there is no getting at it.
    acme.fleet.edit_file("platform/hosts.kdl", "    root (secret)\"env:ACME_DB_ROOT\"\n", "");
    acme.fleet.environment.remove("ACME_DB_ROOT");
    let secrets = tempfile::tempdir().unwrap();
    let run = leave(&acme, &secrets.path().join("here"));
    assert!(run.out.contains("1 secret in clear in compose.env, 5 password hashes in hashes.sql"), "{run}");
    routed(&acme);
    let left: BTreeSet<(String, String)> = acme.fleet.planned().into_iter().collect();
    let sites = SITES.map(|site| ("create".to_owned(), format!("site.{site}/site")));
    assert_eq!(left, sites.into(), "{}", acme.fleet.run(&["plan", "--new-fleet"]));
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_running_fleet_goes_on_under_plain_compose() {
    let mut acme = Acme::new("lvr");
    let odd = "it's \"a\" $HOME\\ #of # its; own";
    acme.fleet.environment.insert("ACME_DB_ROOT".to_owned(), odd.to_owned());
    acme.fleet.applied();
    let names = ["globex.erp.example.com", "erp.umbrella.example", "erp.initech.example"];
    let before = names.map(|name| acme.ping(name));
    let containers = acme.fleet.containers();
    let database = acme.databases()["umbrella"].clone();
    acme.sql(&format!("CREATE TABLE {database}.kept AS SELECT 42 AS answer"));
    let kept = acme.file("shared-a", "sites/common_site_config.json");
    acme.names_lead_home("shared-a");
    acme.fleet.applied();

    let secrets = tempfile::tempdir().unwrap();
    leave(&acme, &secrets.path().join("here"));
    assert!(
        acme.fleet.containers().iter().all(|id| !containers.contains(id)),
        "compose made none of them anew"
    );
    assert_eq!(names.map(|name| acme.ping(name)), before);
    assert_eq!(acme.get("erp.hooli.example", "/").0, 503);
    assert_eq!(acme.sql(&format!("SELECT answer FROM {database}.kept")), "42");
    assert_eq!(acme.file("shared-a", "sites/common_site_config.json"), kept);
    routed(&acme);
    acme.fleet.settled();
    acme.names_lead_home("initech");
    acme.fleet.applied();
    // Typed again, it changes nothing.
    let made = acme.fleet.containers();
    leave(&acme, &secrets.path().join("here"));
    let sorted = |mut ids: Vec<String>| {
        ids.sort();
        ids
    };
    assert_eq!(sorted(acme.fleet.containers()), sorted(made));
}
