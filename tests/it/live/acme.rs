//! `examples/acme-cloud` as a newcomer applies it, on stand-in benches.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use super::fleet::{Fleet, Run};
use crate::support::disk;

const EXAMPLE: &str = "examples/acme-cloud/";
/// The image of the example's release, and who plays it.
const RELEASE: (&str, &str) = ("frappe/erpnext:v15.80.0", "tenantry-standin/erpnext:15.80");
/// The variables that the example's secrets are in.
pub(super) const SECRETS: [&str; 4] = ["ACME_KEY", "ACME_DB_ROOT", "ACME_INITECH_ADMIN", "ACME_GLOBEX_MAIL"];

/// What answered at a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) site: String,
    pub(super) database_user: String,
}

pub(super) struct Acme {
    pub(super) fleet: Fleet,
}

impl Acme {
    /// The example with the release's image replaced; and an id and a port of its own, as tests run side by side.
    pub(super) fn new(tag: &str) -> Self {
        let mut fleet = Fleet::empty(tag, None);
        for secret in SECRETS {
            let value = format!("s3cret-{}-{}", secret.to_lowercase().replace('_', "-"), fleet.id);
            fleet.environment.insert(secret.to_owned(), value);
        }
        let acme = Self { fleet };
        acme.declare();
        acme
    }

    /// Writes the files; whether one of them was another.
    pub(super) fn declare(&self) -> bool {
        let fleet = &self.fleet;
        let replaced = [
            ("fleet.kdl", "id \"acme\"", format!("id \"{}\"", fleet.id)),
            ("platform/benches.kdl", RELEASE.0, RELEASE.1.to_owned()),
            ("platform/hosts.kdl", "http 8080", format!("http {}", fleet.port)),
            ("platform/hosts.kdl", "images \"missing\"", "images \"never\"".to_owned()),
        ];
        let mut changed = false;
        for file in disk::files(EXAMPLE.trim_end_matches('/'), &[".kdl", ".yaml"]) {
            let (name, mut text) = (&file[EXAMPLE.len()..], disk::read(&file));
            for (_, from, to) in replaced.iter().filter(|(file, _, _)| *file == name) {
                assert!(text.contains(from), "{from:?} is not in\n{text}");
                text = text.replace(from, to);
            }
            if !fleet.directory.path().join(name).exists() || fleet.read(name) != text {
                fleet.write(name, &text);
                changed = true;
            }
        }
        changed
    }

    pub(super) fn applied(tag: &str) -> Self {
        let acme = Self::new(tag);
        acme.fleet.applied();
        acme
    }

    /// Status and body at a name.
    pub(super) fn get(&self, host: &str, path: &str) -> (u16, String) {
        self.curl(host, path, &[])
    }

    pub(super) fn curl(&self, host: &str, path: &str, arguments: &[&str]) -> (u16, String) {
        let url = format!("http://127.0.0.1:{}{path}", self.fleet.port);
        let output = Command::new("curl")
            .args(["-sS", "-m", "30", "-w", "\n%{http_code}", "-H", &format!("Host: {host}"), &url])
            .args(arguments)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let (body, code) = text.rsplit_once('\n').unwrap();
        (code.parse().unwrap(), body.to_owned())
    }

    /// Which site answers a ping at a name, and as which database user.
    pub(super) fn ping(&self, host: &str) -> Answer {
        let (code, body) = self.get(host, "/api/method/ping");
        assert_eq!(code, 200, "{host}: {body}");
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["message"], "pong", "{host}: {body}");
        let text = |key: &str| body[key].as_str().unwrap().to_owned();
        assert_eq!(text("database"), text("database_user"), "{host}");
        Answer { site: text("site"), database_user: text("database_user") }
    }

    /// SQL as root, one row a line. The password is in nobody's arguments.
    pub(super) fn sql(&self, sql: &str) -> String {
        let container = self.container("db-main-mariadb");
        let output = Command::new("docker")
            .args(["exec", "-e", "MYSQL_PWD", &container, "mariadb", "-uroot", "-N", "-e", sql])
            .env("MYSQL_PWD", &self.fleet.environment["ACME_DB_ROOT"])
            .output()
            .unwrap();
        let run = Run::of(output);
        assert_eq!(run.code, 0, "{sql}: {run}");
        run.out.trim_end().to_owned()
    }

    pub(super) fn container(&self, of: &str) -> String {
        format!("{}-{of}-1", self.fleet.id)
    }

    /// Demands that the names of a bench lead its containers to nobody but its own and its database, also while its backend is down.
    pub(super) fn names_lead_home(&self, bench: &str) {
        const RESOLVE: &str = "import socket, sys\n\
            for name in sys.argv[1:]:\n \
                try: print(*socket.gethostbyname_ex(name)[2], sep='\\n')\n \
                except OSError: pass";
        let fleet = &self.fleet;
        let project = format!("{}-bench-{bench}", fleet.id);
        let backend = self.container(&format!("bench-{bench}-backend"));
        fleet.ask(&["stop", "-t0", &backend]);
        let network = format!("{project}_bench");
        let format = "{{range .Containers}}{{.IPv4Address}}\n{{end}}";
        let own = fleet.ask(&["network", "inspect", "--format", format, &network]);
        let own: BTreeSet<&str> = own.lines().filter_map(|line| Some(line.split_once('/')?.0)).collect();
        assert!(own.len() > 5, "{own:?}");
        let services = ["queue-short", "queue-long", "scheduler", "websocket", "frontend"];
        for service in services {
            let container = self.container(&format!("bench-{bench}-{service}"));
            let mut words = vec!["exec", &container, "env/bin/python", "-c", RESOLVE];
            words.extend(services);
            words.extend(["backend", "redis-cache", "redis-queue", "mariadb"]);
            let found = fleet.ask(&words);
            let found: BTreeSet<&str> = found.lines().collect();
            assert_eq!(found, own, "from {service}");
        }
        fleet.ask(&["start", &backend]);
    }

    /// The databases of the sites, by the site's name.
    pub(super) fn databases(&self) -> BTreeMap<String, String> {
        let rows = self.sql("SELECT identity, name FROM tenantry.objects");
        rows.lines()
            .filter_map(|row| {
                let (identity, name) = row.split_once('\t')?;
                Some((identity.strip_prefix("site.")?.strip_suffix("/schema")?.to_owned(), name.to_owned()))
            })
            .collect()
    }

    /// A file of a bench's, as its backend sees it.
    pub(super) fn file(&self, bench: &str, path: &str) -> String {
        self.fleet.ask(&["exec", &self.container(&format!("bench-{bench}-backend")), "cat", path])
    }
}
