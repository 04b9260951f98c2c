//! Secrets are in none of the places that others can read.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

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
    places
        .insert("output".to_owned(), format!("{first}{second}{}", acme.fleet.run(&["plan", "--new-fleet"])));
    let built = tempfile::tempdir().unwrap();
    let run = acme.fleet.run(&["build", "--out", built.path().to_str().unwrap()]);
    for directory in [built.path(), acme.fleet.state.path()] {
        let files = disk::below(directory);
        assert!(!files.is_empty(), "{}: {run}", directory.display());
        places.extend(files);
    }

    for (name, secret) in secrets(&acme) {
        for (place, text) in &places {
            assert!(!text.contains(&secret), "{name} is in {place}");
        }
    }
}

/// Those that somebody wrote, and those that are derived: the databases' passwords.
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
