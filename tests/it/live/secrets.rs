//! Secrets are in none of the places that others can read.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tenantry::world::Memory;
use tenantry::world::secret::{Opener, Secret, SecretRef};

use super::acme::{Acme, SECRETS};
use crate::support::disk;

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn no_secret_is_where_others_can_read_it() {
    let acme = Acme::new("sec");
    let watched = Watch::begin();
    let first = acme.fleet.applied();
    // From here on the server writes down every statement.
    acme.sql("SET GLOBAL general_log_file = '/var/lib/mysql/all.log'; SET GLOBAL general_log = 1");
    acme.fleet.write(
        "tenants/wayne.kdl",
        "tenant \"wayne\" {\n    plan \"starter\"\n    site \"wayne\" {\n        bench \"shared-a\"\n        \
         apps \"erpnext\"\n    }\n}\n",
    );
    // The password of an account that is there is set again.
    acme.sql(&format!("ALTER USER `{}`@`%` IDENTIFIED BY 'by-hand'", acme.databases()["umbrella"]));
    let second = acme.fleet.applied();
    let arguments = watched.end();

    let mut places: BTreeMap<String, String> = BTreeMap::new();
    for id in acme.fleet.containers() {
        places.insert(format!("docker inspect {id}"), acme.fleet.ask(&["inspect", &id]));
        places.insert(format!("docker logs {id}"), acme.fleet.docker(&["logs", &id]).to_string());
    }
    let log = acme.fleet.ask(&["exec", &acme.container("db-main-mariadb"), "cat", "/var/lib/mysql/all.log"]);
    assert!(log.contains("ALTER USER"), "the log has nothing\n{log}");
    places.insert("general log".to_owned(), log);
    places.insert("arguments of processes".to_owned(), arguments);
    let secrets = secrets(&acme);
    // A plan that has something to show: a password that differs, a secret key, a site to be made.
    acme.sql(&format!("ALTER USER `{}`@`%` IDENTIFIED BY 'by-hand'", acme.databases()["umbrella"]));
    acme.fleet.write(
        "tenants/stark.kdl",
        "tenant \"stark\" {\n    plan \"starter\"\n    site \"stark\" {\n        bench \"shared-a\"\n        \
         config {\n            mail_password (secret)\"env:ACME_GLOBEX_MAIL\"\n        }\n    }\n}\n",
    );
    let saved = tempfile::tempdir().unwrap();
    let plan = saved.path().join("plan.json");
    let planned = acme.fleet.run(&["plan", "--new-fleet", "--json", "--out", plan.to_str().unwrap()]);
    assert!(planned.out.contains("site.stark") && planned.out.contains("site.umbrella"), "{planned}");
    let plain = acme.fleet.run(&["plan", "--new-fleet"]);
    places.insert("output".to_owned(), format!("{first}{second}{planned}{plain}"));
    let built = tempfile::tempdir().unwrap();
    let run = acme.fleet.run(&["build", "--out", built.path().to_str().unwrap()]);
    for directory in [built.path(), acme.fleet.state.path(), saved.path()] {
        let files = disk::below(directory);
        assert!(!files.is_empty(), "{}: {run}", directory.display());
        places.extend(files);
    }

    for (name, secret) in secrets {
        for (place, text) in &places {
            assert!(!text.contains(&secret), "{name} is in {place}");
        }
    }
}

/// Those that somebody wrote, and those that are derived: the databases' passwords, and the administrators'.
fn secrets(acme: &Acme) -> BTreeMap<String, String> {
    let mut secrets: BTreeMap<String, String> =
        SECRETS.iter().map(|name| ((*name).to_owned(), acme.fleet.environment[*name].clone())).collect();
    for (bench, site) in
        [("shared-a", "globex"), ("shared-a", "umbrella"), ("shared-a", "wayne"), ("initech", "initech")]
    {
        let config = acme.file(bench, &format!("sites/{site}.erp.example.com/site_config.json"));
        let config: serde_json::Value = serde_json::from_str(&config).unwrap();
        let password = config["db_password"].as_str().unwrap();
        assert!(password.len() >= 16, "{site}");
        secrets.insert(format!("the database password of {site}"), password.to_owned());
    }
    // Nothing holds an administrator's password but its hash, so it is derived here as the driver derives it.
    let world = Memory::default();
    let key = Secret::new(acme.fleet.environment["ACME_KEY"].clone().into_bytes());
    let opener = Opener::new(&world, &acme.fleet.id, Some(key));
    for site in ["umbrella", "wayne"] {
        let (purpose, identity) = ("site-admin".to_owned(), format!("site.{site}"));
        let derived = opener.open(&SecretRef::Derived { purpose, identity, generation: 0 }).unwrap();
        let password = String::from_utf8(derived.expose().to_vec()).unwrap();
        // The one that is suspended lets nobody in.
        if site == "umbrella" {
            let login = format!("usr=Administrator&pwd={password}");
            let name = format!("{site}.erp.example.com");
            assert_eq!(acme.curl(&name, "/api/method/login", &["-d", &login]).0, 200, "it is not {site}'s");
        }
        secrets.insert(format!("the administrator's password of {site}"), password);
    }
    secrets
}

/// Collects the arguments of all processes of the machine, those in containers included.
struct Watch {
    ended: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<String>,
}

impl Watch {
    fn begin() -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&ended);
        let thread = std::thread::spawn(move || {
            let mut seen = std::collections::BTreeSet::new();
            while !flag.load(Ordering::Relaxed) {
                for entry in std::fs::read_dir("/proc").unwrap().flatten() {
                    if let Ok(bytes) = disk::bytes(&entry.path().join("cmdline")) {
                        seen.insert(String::from_utf8_lossy(&bytes).replace('\0', " "));
                    }
                }
                std::thread::sleep(Duration::from_millis(20));
            }
            seen.into_iter().collect::<Vec<_>>().join("\n")
        });
        Self { ended, thread }
    }

    fn end(self) -> String {
        self.ended.store(true, Ordering::Relaxed);
        let text = self.thread.join().unwrap();
        // It must have seen the client that Frappe starts, else it looked in the wrong place.
        assert!(text.contains("bench_helper"), "no process of a bench was seen");
        text
    }
}
