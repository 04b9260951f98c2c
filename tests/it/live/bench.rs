//! A small fleet with one bench on a stand-in, for what goes wrong with sites.

use std::process::Command;

use super::fleet::{Fleet, Run};

pub(super) const IMAGE: &str = "tenantry-standin/erpnext:15.80";

pub(super) struct Bench {
    pub(super) fleet: Fleet,
}

impl Bench {
    /// One server, one bench, and the sites, by name and apps.
    pub(super) fn new(tag: &str, sites: &[(&str, &str)]) -> Self {
        Self::on(tag, None, sites)
    }

    /// The same on another engine.
    pub(super) fn on(tag: &str, docker_host: Option<String>, sites: &[(&str, &str)]) -> Self {
        let fleet = Fleet::empty(tag, docker_host);
        fleet.write("key", "a key for this test alone");
        let platform = format!(
            r#"fleet "{id}" {{
    id "{id}"
    key (secret)"file:key"
    sites-under "sites.example"
}}
host "h" {{
    engine "docker"
    images "never"
}}
edge "h" {{
    host "h"
    http {port}
    bind "127.0.0.1"
}}
database "main" {{
    mariadb "10.11"
    host "h"
}}
app "erpnext"
app "hrms" {{ requires "erpnext" }}
app "brokeninstall"
release "r" {{
    frappe "15"
    image "{IMAGE}"
    apps "erpnext" "hrms" "brokeninstall"
}}
bench "a" {{
    release "r"
    host "h"
    database "main"
    gunicorn workers=1 threads=2
    queues short=1 long=1
    cache "64MiB"
}}
plan "p" {{ price "1 EUR/month" }}
"#,
            id = fleet.id,
            port = fleet.port
        );
        fleet.write("fleet.kdl", &platform);
        let bench = Self { fleet };
        for (site, apps) in sites {
            bench.site(site, apps);
        }
        bench
    }

    /// Declares a site, or changes the one there is.
    pub(super) fn site(&self, name: &str, apps: &str) {
        let apps = if apps.is_empty() { String::new() } else { format!("\n        apps {apps}") };
        let text = format!(
            "tenant \"{name}\" {{\n    plan \"p\"\n    site \"{name}\" {{\n        bench \"a\"{apps}\n    }}\n}}\n"
        );
        self.fleet.write(&format!("tenants/{name}.kdl"), &text);
    }

    pub(super) fn directory(name: &str) -> String {
        format!("{name}.sites.example")
    }

    pub(super) fn backend(&self) -> String {
        self.fleet.container("bench", "backend")
    }

    /// A command in the backend.
    pub(super) fn sh(&self, script: &str) -> String {
        self.fleet.ask(&["exec", &self.backend(), "sh", "-c", script])
    }

    /// Sets one of the stand-in's switches.
    pub(super) fn switch(&self, name: &str, value: &str) {
        self.sh(&format!("mkdir -p sites/.standin && echo '{value}' > sites/.standin/{name}"));
    }

    pub(super) fn switch_off(&self, name: &str) {
        self.sh(&format!("rm -f sites/.standin/{name}"));
    }

    /// Waits until a command has come to a step at which it is held.
    pub(super) fn reached(&self, step: &str) {
        // One command that waits: each is a process of the engine's.
        let found = format!(
            "for _ in $(seq 300); do grep -qs '^{step}' sites/.standin/reached && exit; sleep 0.1; done; exit 1"
        );
        if self.fleet.docker(&["exec", &self.backend(), "sh", "-c", &found]).code == 0 {
            return;
        }
        panic!("nothing came to {step}");
    }

    /// Waits until all of its containers are healthy, as after a start of the engine.
    pub(super) fn healthy(&self) {
        let sick = |id: &String| {
            let inspect = self.fleet.docker(&["inspect", "-f", "{{.State.Health.Status}}", id]);
            inspect.out.trim() != "healthy"
        };
        for _ in 0..300 {
            if !self.fleet.containers().iter().any(sick) {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(500));
        }
        panic!("not all of it is healthy");
    }

    /// SQL as root, one row a line.
    pub(super) fn sql(&self, sql: &str) -> String {
        let server = format!("{}-db-main-mariadb-1", self.fleet.id);
        let script = "MYSQL_PWD=$(cat /run/secrets/root-password) exec mariadb -uroot -N -e \"$1\"";
        self.fleet.ask(&["exec", &server, "sh", "-c", script, "sh", sql])
    }

    /// The database of a site.
    pub(super) fn database(&self, site: &str) -> String {
        self.sql(&format!("SELECT name FROM tenantry.objects WHERE identity = 'site.{site}/schema'"))
    }

    /// The status that a site answers a ping with.
    pub(super) fn ping(&self, site: &str) -> String {
        let url = format!("http://127.0.0.1:{}/api/method/ping", self.fleet.port);
        let host = format!("Host: {}", Self::directory(site));
        let output = Command::new("curl")
            .args(["-s", "-m", "10", "-o", "/dev/null", "-w", "%{http_code}", "-H", &host, &url])
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Applies, demands failure of a step, and that all of the given is said.
    pub(super) fn fails(&self, said: &[&str]) -> Run {
        let run = self.fleet.apply();
        assert_eq!(run.code, 7, "{run}");
        for text in said {
            assert!(run.out.contains(text), "{text:?} is not said: {run}");
        }
        run
    }

    /// Applies; the sites then answer, and nothing is left to do.
    pub(super) fn converges(&self, sites: &[&str]) -> Run {
        let run = self.fleet.applied();
        for site in sites {
            assert_eq!(self.ping(site), "200", "{site}: {run}");
        }
        self.fleet.settled();
        run
    }
}
