//! Sites from nothing to answering, and what changes when one line of the fleet does.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::acme::{Acme, Answer};
use super::shared;

/// Names, the site that must answer there, and the database whose account it must use.
const NAMES: [(&str, &str); 8] = [
    ("globex.erp.example.com", "globex"),
    ("erp.globex.example", "globex"),
    ("portal.globex.example", "globex"),
    ("globex-training.erp.example.com", "globex-training"),
    ("umbrella.erp.example.com", "umbrella"),
    ("erp.umbrella.example", "umbrella"),
    ("initech.erp.example.com", "initech"),
    ("erp.initech.example", "initech"),
];

#[test]
fn the_example_on_stand_ins_is_a_whole_fleet() {
    let acme = Acme::new("check");
    let run = acme.fleet.run(&["check"]);
    assert!(run.code == 0 && run.out.contains("4 tenants, 5 sites, 2 benches"), "{run}");
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn every_site_answers_at_its_names_from_its_own_database_and_nothing_is_left_to_do() {
    let mut acme = shared::acme();
    answers(&acme);
    let users: BTreeSet<String> = NAMES.iter().map(|(name, _)| acme.ping(name).database_user).collect();
    assert_eq!(users.len(), 4, "{users:?}");

    for name in ["nobody.erp.example.com", "nobody.example", "erp.globex.example.evil.test"] {
        assert_eq!(acme.get(name, "/api/method/ping").0, 404, "{name}");
    }
    for name in ["hooli.erp.example.com", "erp.hooli.example"] {
        suspended(&acme, name);
    }
    let administrator = |password: &str| {
        let data = format!("usr=Administrator&pwd={password}");
        acme.curl("erp.initech.example", "/api/method/login", &["-d", &data]).0
    };
    assert_eq!(administrator(&acme.fleet.environment["ACME_INITECH_ADMIN"]), 200);
    assert_eq!(administrator("admin"), 401);
    logs_in_once(&acme);

    let again = acme.fleet.applied();
    assert!(again.out.contains("No changes."), "{again}");
    acme.fleet.settled();
    acme.fleet.state = tempfile::tempdir().unwrap();
    acme.fleet.settled();
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_new_tenants_file_changes_nothing_of_the_others() {
    // A site that was made is not taken away by leaving its file out.
    let acme = shared::acme().keep();
    let before = running(&acme);
    acme.fleet.write(
        "tenants/wayne.kdl",
        "tenant \"wayne\" {\n    plan \"starter\"\n    site \"wayne\" {\n        bench \"shared-a\"\n        \
         apps \"erpnext\"\n        domain \"erp.wayne.example\" primary=#true\n    }\n}\n",
    );
    let planned = acme.fleet.planned();
    assert!(!planned.is_empty());
    for (action, identity) in &planned {
        assert_eq!((action.as_str(), identity.starts_with("site.wayne/")), ("create", true), "{planned:?}");
    }
    acme.fleet.applied();
    let database = acme.databases()["wayne"].clone();
    let wanted = Answer { site: "wayne.erp.example.com".to_owned(), database_user: database };
    for name in ["wayne.erp.example.com", "erp.wayne.example"] {
        assert_eq!(acme.ping(name), wanted, "{name}");
    }
    assert_eq!(running(&acme), before, "a container was touched");
    answers(&acme);
    acme.fleet.settled();
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn suspending_shuts_one_tenant_out_and_resuming_lets_it_in_with_its_data() {
    let acme = shared::acme();
    let database = acme.databases()["umbrella"].clone();
    acme.sql(&format!("CREATE TABLE {database}.kept AS SELECT 42 AS answer"));
    acme.fleet.edit_file("tenants/umbrella.kdl", "plan \"starter\"", "plan \"starter\"\n    suspended");
    only(&acme, "site.umbrella/");
    acme.fleet.applied();
    for name in ["umbrella.erp.example.com", "erp.umbrella.example"] {
        suspended(&acme, name);
    }
    assert!(locked(&acme, &database));
    let config = acme.file("shared-a", "sites/umbrella.erp.example.com/site_config.json");
    assert!(config.contains("\"maintenance_mode\": 1"), "{config}");
    acme.ping("globex.erp.example.com");
    acme.fleet.settled();

    acme.fleet.edit_file("tenants/umbrella.kdl", "\n    suspended", "");
    acme.fleet.applied();
    answers(&acme);
    assert!(!locked(&acme, &database));
    assert_eq!(acme.sql(&format!("SELECT answer FROM {database}.kept")), "42");
    acme.sql(&format!("DROP TABLE {database}.kept"));

    acme.fleet.edit_file("tenants/hooli.yaml", "    suspended: true\n", "");
    acme.fleet.applied();
    assert_eq!(acme.ping("erp.hooli.example").database_user, acme.databases()["hooli"]);
    acme.fleet.settled();
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_domain_moves_from_one_tenant_to_another_in_one_push() {
    let acme = shared::acme();
    let line = "        domain \"portal.globex.example\"\n";
    let beside = "        domain \"erp.umbrella.example\" primary=#true\n";
    acme.fleet.edit_file("tenants/globex.kdl", line, "");
    acme.fleet.edit_file("tenants/umbrella.kdl", beside, &format!("{beside}{line}"));
    let planned = acme.fleet.planned();
    assert!(planned.iter().all(|(_, identity)| identity.ends_with("/route")), "{planned:?}");
    acme.fleet.applied();
    assert_eq!(acme.ping("portal.globex.example").database_user, acme.databases()["umbrella"]);
    assert_eq!(acme.ping("erp.globex.example").database_user, acme.databases()["globex"]);
    acme.fleet.settled();
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_changed_limit_of_a_plan_is_seen_in_the_engine_in_mariadb_and_in_traefik() {
    let acme = shared::acme();
    let database = acme.databases()["umbrella"].clone();
    let plans = "platform/plans.yaml";
    acme.fleet.edit_file(plans, "rate: 50/s", "rate: 7/s");
    acme.fleet.edit_file(plans, "connections: 16", "connections: 20");
    acme.fleet.edit_file(plans, "processes: 256", "processes: 300");
    acme.fleet.edit_file(plans, "cpus: 2\n", "cpus: 1.5\n");
    acme.fleet.applied();

    let backend = acme.container("bench-initech-backend");
    let pids = acme.fleet.ask(&["inspect", "-f", "{{.HostConfig.PidsLimit}}", &backend]);
    assert_eq!(pids, "300");
    let filter = format!("label=com.docker.compose.project={}-bench-initech", acme.fleet.id);
    let sum: u64 = acme
        .fleet
        .ask(&["ps", "-q", "--filter", &filter])
        .lines()
        .map(|id| acme.fleet.ask(&["inspect", "-f", "{{.HostConfig.NanoCpus}}", id]).parse::<u64>().unwrap())
        .sum();
    assert_eq!(sum, 1_500_000_000);
    let limit = format!(
        "SELECT JSON_VALUE(Priv, '$.max_user_connections') FROM mysql.global_priv WHERE User='{database}'"
    );
    assert_eq!(acme.sql(&limit), "20");
    let traefik = acme.container("edge-local-traefik");
    let routes = acme.fleet.ask(&["exec", &traefik, "sh", "-c", "cat /etc/traefik/dynamic/*.yml"]);
    // YAML or JSON: Traefik reads both.
    let routes = routes.replace(['"', ' '], "");
    let rate = routes.split("site-umbrella.rate:").nth(1).unwrap();
    assert!(rate.split("sourceCriterion").next().unwrap().contains("average:7"), "{routes}");
    answers(&acme);
    acme.fleet.settled();
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn the_limits_of_a_site_hold_it_alone() {
    let acme = shared::acme();
    let database = acme.databases()["umbrella"].clone();
    acme.sql(&format!("ALTER USER `{database}`@`%` WITH MAX_STATEMENT_TIME 1"));
    let slow = "/api/method/standin_bench.sleep?seconds=3";
    let (code, body) = acme.get("erp.umbrella.example", slow);
    assert!(code == 500 && body.contains("1969"), "{code} {body}");
    assert_eq!(acme.get("erp.globex.example", slow).0, 200);
    // What was changed by hand is put back.
    acme.fleet.applied();
    assert_eq!(acme.get("erp.umbrella.example", slow).0, 200);
    let (code, body) =
        acme.get("erp.umbrella.example", "/api/method/standin_bench.hold?connections=17&seconds=0");
    assert!(code == 500 && body.contains("1226"), "{code} {body}");
    in_flight(&acme);
    // Few enough that a test can use them up.
    acme.fleet.edit_file("platform/plans.yaml", "rate: 50/s, burst: 200", "rate: 5/s, burst: 20");
    acme.fleet.applied();
    rate(&acme);
    processes(&acme);
    a_page_instead_of_a_bad_gateway(&acme);
    answers(&acme);
}

/// While a bench does not answer visitors see that, whatever they ask for, and the status that tells a client to try again.
fn a_page_instead_of_a_bad_gateway(acme: &Acme) {
    let frontend = format!("{}-bench-shared-a-frontend-1", acme.fleet.id);
    acme.fleet.ask(&["stop", "-t", "0", &frontend]);
    for (host, path) in [("erp.umbrella.example", "/"), ("erp.globex.example", "/api/method/ping")] {
        let (code, body) = acme.get(host, path);
        assert_eq!(code, 503, "{body}");
        assert!(body.contains("back in a moment") && body.contains("http-equiv=\"refresh\""), "{body}");
    }
    acme.fleet.ask(&["start", &frontend]);
    acme.fleet.applied();
}

/// Eight requests at once are let through to the site, a ninth is not: Traefik's own words.
fn in_flight(acme: &Acme) {
    let slow = "/api/method/standin_bench.sleep?seconds=4";
    std::thread::scope(|scope| {
        let under_way: Vec<_> =
            (0..8).map(|_| scope.spawn(|| acme.get("erp.umbrella.example", slow).0)).collect();
        std::thread::sleep(Duration::from_secs(1));
        let began = Instant::now();
        let (code, body) = acme.get("erp.umbrella.example", "/api/method/ping");
        assert_eq!(code, 429, "{body}");
        assert!(body.contains("max connections reached"), "{body}");
        assert!(began.elapsed() < Duration::from_secs(2), "it was told at once");
        assert_eq!(acme.get("erp.globex.example", "/api/method/ping").0, 200);
        for request in under_way {
            assert_eq!(request.join().unwrap(), 200);
        }
    });
    assert_eq!(acme.get("erp.umbrella.example", "/api/method/ping").0, 200);
}

/// A link that is made logs in once, at the name that the fleet calls primary.
fn logs_in_once(acme: &Acme) {
    let run = acme.fleet.run(&["login", "initech"]);
    let base = format!("http://erp.initech.example:{}", acme.fleet.port);
    let path = run.out.trim().strip_prefix(&base).unwrap_or_else(|| panic!("{run}")).to_owned();
    assert!(run.code == 0 && run.err.contains("as Administrator once"), "{run}");
    let (code, body) = acme.get("erp.initech.example", &path);
    assert!(code == 200 && body.contains("Administrator"), "{code} {body}");
    assert_eq!(acme.get("erp.initech.example", &path).0, 403, "it works once");
    let other = acme.fleet.run(&["login", "erp.umbrella.example"]).out;
    let key = other.trim().split_once("/api").map(|(_, path)| format!("/api{path}")).unwrap();
    assert_eq!(acme.get("erp.initech.example", &key).0, 403, "it is another site's");
    for (arguments, said) in [
        (
            ["login", "initech", "--user", "nobody@initech.example"].as_slice(),
            "has no user `nobody@initech.example`",
        ),
        (&["login", "hooli"], "is suspended"),
        (&["login", "initec"], "did you mean `initech`?"),
    ] {
        let run = acme.fleet.run(arguments);
        assert!(run.code == 1 && run.out.is_empty() && run.err.contains(said), "{run}");
    }
    let known = acme.fleet.run(&["secrets", "--format", "administrators"]);
    let line = format!("initech.erp.example.com\t{}", acme.fleet.environment["ACME_INITECH_ADMIN"]);
    assert!(known.out.lines().any(|known| known == line), "{}", known.err);
}

/// Five a second, and twenty more in a burst.
fn rate(acme: &Acme) {
    let flood = |name: &str, path: &str| -> Vec<(u16, String)> {
        std::thread::scope(|scope| {
            // Six at once, fewer than may be in flight.
            let lanes: Vec<_> = (0..6)
                .map(|_| {
                    let asked = move || acme.curl(name, path, &["--path-as-is"]);
                    scope.spawn(move || (0..12).map(|_| asked()).collect::<Vec<_>>())
                })
                .collect();
            lanes.into_iter().flat_map(|lane| lane.join().unwrap()).collect()
        })
    };
    let refused = |said: &[(u16, String)]| said.iter().filter(|(code, _)| *code == 429).count();
    let said = flood("erp.umbrella.example", "/api/method/ping");
    assert!((1..said.len()).contains(&refused(&said)), "{said:?}");
    assert!(said.iter().all(|(code, body)| *code != 429 || body.contains("Too Many Requests")), "{said:?}");
    // What a desk loads by the dozen does not count, whatever was used up; a way around the limit is none.
    for path in ["/assets/frappe/dist/js/desk.bundle.js", "/socket.io/?EIO=4&transport=polling"] {
        let said = flood("erp.umbrella.example", path);
        assert_eq!(refused(&said), 0, "{path}: {said:?}");
    }
    let around = flood("erp.umbrella.example", "/assets/../api/method/ping");
    assert_ne!(refused(&around), 0, "{around:?}");
    // Another site's requests are counted apart.
    assert_eq!(acme.get("erp.globex.example", "/api/method/ping").0, 200);
    std::thread::sleep(Duration::from_secs(3));
}

/// A bench of a tenant's own starts no more processes than its plan has, whoever asks.
fn processes(acme: &Acme) {
    let many = "/api/method/standin_bench.fork?count=400&seconds=1";
    let (code, body) = acme.get("erp.initech.example", many);
    assert!(code == 500 && body.contains("BlockingIOError"), "{code} {body}");
    // What was started has to end before it answers anybody again. One of gunicorn's workers may have died for want of a thread, while the
    // other still answers: it is back when nobody is turned away any more.
    let began = Instant::now();
    let mut in_a_row = 0;
    while in_a_row < 10 {
        let (code, _) = acme.get("erp.initech.example", "/api/method/ping");
        in_a_row = if code == 200 { in_a_row + 1 } else { 0 };
        assert!(began.elapsed() < Duration::from_secs(60), "it does not come back: {code}");
        std::thread::sleep(Duration::from_millis(300));
    }
}

/// Every name answers from the site that has it.
fn answers(acme: &Acme) {
    let databases = acme.databases();
    for (name, site) in NAMES {
        let wanted =
            Answer { site: format!("{site}.erp.example.com"), database_user: databases[site].clone() };
        assert_eq!(acme.ping(name), wanted, "{name}");
    }
}

fn suspended(acme: &Acme, name: &str) {
    for path in ["/", "/api/method/ping"] {
        let (code, body) = acme.get(name, path);
        assert_eq!(code, 503, "{name}{path}: {body}");
        assert!(body.contains("This site is suspended"), "{name}{path}: {body}");
    }
}

/// Whether an account lets nobody in.
fn locked(acme: &Acme, user: &str) -> bool {
    let of = "COALESCE(JSON_VALUE(Priv, '$.account_locked'), '0') IN ('1', 'true')";
    acme.sql(&format!("SELECT {of} FROM mysql.global_priv WHERE User='{user}'")) == "1"
}

/// Demands that a plan concerns objects below one address alone.
fn only(acme: &Acme, prefix: &str) {
    let planned = acme.fleet.planned();
    let inside = planned.iter().all(|(_, identity)| identity.starts_with(prefix));
    assert!(inside && !planned.is_empty(), "{planned:?}");
}

/// Every container of the fleet and since when it runs.
fn running(acme: &Acme) -> BTreeSet<String> {
    let inspect =
        |id: &String| acme.fleet.ask(&["inspect", "-f", "{{.Name}} {{.Id}} {{.State.StartedAt}}", id]);
    acme.fleet.containers().iter().map(inspect).collect()
}
