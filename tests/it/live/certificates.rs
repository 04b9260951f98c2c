//! `examples/tls` with a real authority: a wildcard by DNS-01, domains by HTTP-01, a certificate of somebody's own.

#![expect(clippy::disallowed_methods, reason = "a test lays out what the fleet under test reads")]

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::authority::{self, Authority};
use super::fleet::{Fleet, free_port};
use super::metrics;
use crate::support::disk;

/// Domains that resolve, beside the one that has no record; `tests/long/certificates` has as many as it takes to be 120.
const FEW: usize = 9;
/// Seconds that a certificate lasts in a long run: a little more than Traefik leaves of the shortest ones.
const SHORT: &str = "1320";
const MISSING: &str = "www.nowhere.example";
const EDGE: &str = "edge \"fra-1\" {\n    host \"fra-1\"\n";

struct Tls {
    fleet: Fleet,
    https: u16,
    many: usize,
    /// Whether there is time to wait for a renewal.
    long: bool,
}

impl Tls {
    /// The example on the local engine, as small as this machine, and without anybody who needs a certificate yet.
    fn new() -> Self {
        let mut fleet = Fleet::empty("tl", None);
        let https = free_port();
        fleet.write("fleet.kdl", &disk::read("examples/tls/fleet.kdl"));
        let state = fleet.state.path().display().to_string();
        for (name, path) in [("tsig.key", "/etc/bind/tsig.key"), ("own.key", "/etc/pebble/own.key")] {
            std::fs::write(fleet.state.path().join(name), authority::file(path)).unwrap();
        }
        fleet.write("pki/root.pem", &authority::file("/etc/pebble/root.pem"));
        fleet.write("pki/shop.pem", &authority::file("/etc/pebble/own.pem"));
        std::fs::write(fleet.state.path().join("fleet.key"), format!("a key of the tests, {}\n", fleet.id))
            .unwrap();
        fleet.environment.insert("ACME_DB_ROOT".to_owned(), format!("s3cret-root-{}", fleet.id));
        let port = fleet.port;
        let acme = format!(
            "acme email=\"ops@acme-cloud.example\" server=\"{}\" ca=\"pki/root.pem\" {{\n            dns \"rfc2136\"\n            \
             nameserver \"{}\"\n            token (secret)\"file:{state}/tsig.key\"\n        }}\n        \
             file \"pki/shop.pem\" key=(secret)\"file:{state}/own.key\"",
            authority::DIRECTORY,
            authority::NAMES[1],
        );
        for (from, to) in [
            ("id \"acmetls\"", format!("id \"{}\"", fleet.id)),
            ("file:/etc/tenantry/acme.key", format!("file:{state}/fleet.key")),
            (
                "acme email=\"ops@acme-cloud.example\" dns=\"cloudflare\" token=(secret)\"env:CF_DNS_API_TOKEN\"",
                acme,
            ),
            (
                "engine \"docker\" at=\"ssh://deploy@fra-1.acme-cloud.example\"",
                "engine \"docker\"; images \"never\"".to_owned(),
            ),
            (
                EDGE,
                format!(
                    "{EDGE}    bind \"127.0.0.1\"\n    http {port}\n    https {https}\n    hsts \"365d\"\n"
                ),
            ),
            ("    status \"status.acme-cloud.example\"\n", String::new()),
            ("    memory \"64GiB\"\n", String::new()),
            ("    cpus 16\n", String::new()),
            ("    memory \"16GiB\"\n    cpus 4\n", "    memory \"1GiB\"\n".to_owned()),
            ("    cpus 4\n", String::new()),
            ("gunicorn workers=6 threads=4", "gunicorn workers=1 threads=2".to_owned()),
            ("queues short=2 long=2", "queues short=1 long=1".to_owned()),
            ("memory \"8GiB\"", "memory \"1GiB\"".to_owned()),
            ("registry.acme-cloud.example/erp:15.80.0", "tenantry-standin/erpnext:15.80".to_owned()),
        ] {
            fleet.edit(from, &to);
        }
        let long = disk::variable("TLS_LONG").is_some();
        if long {
            fleet.edit("ca=\"pki/root.pem\"", "ca=\"pki/root.pem\" lifetime=\"1h\"");
        }
        Self { fleet, https, many: if long { 118 } else { FEW }, long }
    }

    /// A figure of a long run, which somebody reads.
    fn tell(&self, what: &str) {
        if self.long {
            eprintln!("{what}");
        }
    }

    fn traefik(&self) -> String {
        format!("{}-edge-fra-1-traefik-1", self.fleet.id)
    }

    /// The tenant of the example, with a domain of its own certificate and as many more; and the edge's page.
    fn tenants(&self) {
        let mut text = disk::read("examples/tls/tenants/globex.kdl");
        let domain = "domain \"erp.globex.example\" primary=#true";
        let more: String = (0..self.many).map(|n| format!("; domain \"d{n}.globex.example\"")).collect();
        assert!(text.contains(domain));
        let all = format!("{domain}\n        domain \"shop.globex.example\"; domain \"{MISSING}\"{more}");
        text = text.replace(domain, &all);
        self.fleet.write("tenants/globex.kdl", &text);
        self.fleet.edit(EDGE, &format!("{EDGE}    status \"status.acme-cloud.example\"\n"));
    }

    /// What `status` says of certificates.
    fn certificates(&self) -> Vec<Value> {
        let run = self.fleet.run(&["status", "--json"]);
        let json: Value = serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {run}"));
        json["certificates"].as_array().unwrap().clone()
    }

    /// Waits until so many names have a certificate, and gives back what is said of the others.
    fn wait(&self, authority: &Authority, wanted: usize) -> Vec<Value> {
        let began = Instant::now();
        loop {
            let (present, others): (Vec<Value>, Vec<Value>) =
                self.certificates().into_iter().partition(|one| one["is"] == "present");
            if present.len() >= wanted && others.iter().all(|one| one["why"].is_string()) {
                assert_eq!(present.len(), wanted, "{present:#?}");
                self.tell(&format!(
                    "{wanted} names have a certificate after {} s",
                    began.elapsed().as_secs()
                ));
                return others;
            }
            assert!(
                began.elapsed() < Duration::from_secs(if self.long { 300 } else { 60 }),
                "{} have one\n{others:#?}\n{}\n{}",
                present.len(),
                authority.log(&self.fleet),
                self.fleet.docker(&["logs", "--tail", "5", &self.traefik()]),
            );
            std::thread::sleep(Duration::from_millis(500));
        }
    }

    /// Head and body that a name answers with, over HTTPS where there is a root to trust.
    fn curl(&self, name: &str, path: &str, root: Option<&str>, arguments: &[&str]) -> String {
        let mut command = Command::new("curl");
        command.args(["-sSi", "-m", "20"]).args(arguments);
        let roots = self.fleet.state.path().join("trusted.pem");
        if let Some(root) = root {
            std::fs::write(&roots, root).unwrap();
            command.arg("--cacert").arg(&roots);
            command.args(["--resolve", &format!("{name}:{}:127.0.0.1", self.https)]);
            command.arg(format!("https://{name}:{}{path}", self.https));
        } else {
            command.args([
                "-H",
                &format!("Host: {name}"),
                &format!("http://127.0.0.1:{}{path}", self.fleet.port),
            ]);
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{name}{path}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// All names answer over HTTPS with certificates that a client of theirs trusts.
    fn serves(&self, root: &str) {
        let own = authority::file("/etc/pebble/own.pem");
        for (name, root) in [
            ("globex.erp.acme-cloud.example", root),
            ("erp.globex.example", root),
            ("shop.globex.example", &own),
        ] {
            let answer = self.curl(name, "/api/method/ping", Some(root), &[]);
            assert!(answer.contains("200") && answer.contains("pong"), "{name}: {answer}");
            assert!(
                answer.to_lowercase().contains("strict-transport-security: max-age=31536000"),
                "{name}: {answer}"
            );
        }
    }

    /// What must be nowhere but where it belongs.
    fn secrets(&self) -> Vec<String> {
        let tsig = authority::file("/etc/bind/tsig.key");
        let tsig = tsig.split('"').nth(3).unwrap().to_owned();
        let line = |pem: &str| pem.lines().nth(1).unwrap().to_owned();
        let mut secrets = vec![tsig, line(&authority::file("/etc/pebble/own.key"))];
        for resolver in ["single", "wildcard"] {
            let text = self.fleet.ask(&["exec", &self.traefik(), "cat", &format!("/acme/{resolver}.json")]);
            let json: Value = serde_json::from_str(&text).unwrap();
            let key = |value: &Value| value.as_str().unwrap()[..60].to_owned();
            secrets.push(key(&json[resolver]["Account"]["PrivateKey"]));
            secrets.push(key(&json[resolver]["Certificates"][0]["key"]));
        }
        secrets
    }
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn the_example_with_certificates_comes_up_for_real() {
    let mut tls = Tls::new();
    tls.fleet.applied();
    let network = format!("{}-edge-fra-1_web", tls.fleet.id);
    let traefik = authority::address(&tls.fleet, &tls.traefik());
    let authority =
        Authority::start(&tls.fleet, &network, &traefik, if tls.long { SHORT } else { "7776000" });
    tls.tenants();
    tls.fleet.applied();

    // The site's name, its status page, and all domains but the one; nothing is held up by that.
    let others = tls.wait(&authority, tls.many + 4);
    assert_eq!(others.len(), 1, "{others:#?}");
    assert_eq!((&others[0]["name"], &others[0]["is"]), (&MISSING.into(), &"absent".into()));
    let why = others[0]["why"].as_str().unwrap();
    assert!(why.starts_with("no A or AAAA record of this name is found"), "{why}");
    let status = tls.fleet.run(&["status"]);
    let of =
        |name: &str| status.out.lines().find(|line| line.contains(&format!("//{name}:"))).unwrap_or_default();
    assert!(of(MISSING).contains("no certificate: no A or AAAA record"), "{status}");
    assert!(of("d0.globex.example").contains("certificate until 20"), "{status}");
    tls.fleet.settled();
    tls.tell(&format!("of {MISSING}: {why}"));
    metrics::judge(&tls.fleet.run(&["status", "--format", "prometheus"]).out);

    let root = authority.root().unwrap();
    tls.serves(&root);
    let redirected = tls.curl("erp.globex.example", "/app", None, &[]);
    assert!(redirected.starts_with("HTTP/1.1 301"), "{redirected}");
    let to = format!("location: https://erp.globex.example:{}/app", tls.https);
    assert!(redirected.to_lowercase().contains(&to), "{redirected}");
    let challenge = tls.curl("erp.globex.example", "/.well-known/acme-challenge/none", None, &[]);
    assert!(challenge.starts_with("HTTP/1.1 404"), "{challenge}");

    // What a visitor says of himself is believed where a declared proxy says it, and only there.
    let echo = format!(
        "http:\n  routers:\n    zz-echo: {{rule: 'Host(`echo.example`)', service: zz-echo, entryPoints: [websecure], tls: {{}}}}\n  \
         services:\n    zz-echo: {{loadBalancer: {{servers: [{{url: 'http://{}:9000'}}]}}}}\n",
        authority::NAMES[0]
    );
    let path = tls.fleet.state.path().join("echo.yml");
    std::fs::write(&path, echo).unwrap();
    tls.fleet.ask(&[
        "cp",
        path.to_str().unwrap(),
        &format!("{}:/etc/traefik/dynamic/zz-echo.yml", tls.traefik()),
    ]);
    let spoofed = [
        "-k",
        "--retry",
        "5",
        "--retry-delay",
        "1",
        "--retry-all-errors",
        "-f",
        "-H",
        "X-Forwarded-For: 203.0.113.9",
    ];
    let seen = tls.curl("echo.example", "/", Some(&root), &spoofed);
    assert!(seen.contains("X-Forwarded-For: ") && !seen.contains("203.0.113.9"), "{seen}");
    let gateway = seen.split("X-Forwarded-For: ").nth(1).unwrap().lines().next().unwrap().trim().to_owned();

    // Another port makes Traefik's container anew; what it has is kept, and asked for by nobody.
    let before = tls.certificates();
    let id = tls.fleet.ask(&["inspect", "-f", "{{.Id}}", &tls.traefik()]);
    let port = free_port();
    tls.fleet.edit(
        &format!("    http {}\n", tls.fleet.port),
        &format!("    http {port}\n    proxy \"{gateway}\"\n"),
    );
    tls.fleet.port = port;
    tls.fleet.applied();
    assert_ne!(tls.fleet.ask(&["inspect", "-f", "{{.Id}}", &tls.traefik()]), id);
    tls.fleet.settled();
    tls.serves(&root);
    let seen = tls.curl("echo.example", "/", Some(&root), &spoofed);
    assert!(seen.contains("X-Forwarded-For: 203.0.113.9"), "{seen}");
    if tls.long {
        tls.renews(&before);
    } else {
        assert_eq!(ends(&tls.certificates()), ends(&before), "no certificate was asked for again");
    }

    tls.by_compose(&root);
    tls.tells_no_secret();
}

fn ends(all: &[Value]) -> Vec<Value> {
    all.iter().map(|one| one["not_after"].clone()).collect()
}

impl Tls {
    /// Traefik looks every minute, and renews what ends in twenty.
    fn renews(&self, before: &[Value]) {
        let began = Instant::now();
        let mut seen = false;
        let acme =
            |all: &[Value]| all.iter().filter(|one| one["from"] == "acme").cloned().collect::<Vec<_>>();
        let old = ends(&acme(before));
        loop {
            let new = ends(&acme(&self.certificates()));
            let renewed = new.iter().zip(&old).filter(|(new, old)| new.as_str() > old.as_str()).count();
            if renewed > 0 && !seen {
                self.tell(&format!("{renewed} are renewed after another {} s", began.elapsed().as_secs()));
                seen = true;
            }
            if renewed == old.len() {
                self.tell(&format!("all {renewed} are renewed after {} s", began.elapsed().as_secs()));
                return;
            }
            assert!(began.elapsed() < Duration::from_secs(900), "{old:?}\n{new:?}");
            std::thread::sleep(Duration::from_secs(5));
        }
    }

    /// The edge from its artifacts alone.
    fn by_compose(&self, root: &str) {
        let out = self.fleet.state.path().join("out");
        let secrets = self.fleet.state.path().join("secrets");
        let (to, into) = (out.to_str().unwrap(), secrets.to_str().unwrap());
        for arguments in [["build", "--out", to], ["secrets", "--out", into]] {
            let run = self.fleet.run(&arguments);
            assert_eq!(run.code, 0, "{run}");
        }
        for service in ["traefik", "page"] {
            self.fleet.ask(&["rm", "-f", &format!("{}-edge-fra-1-{service}-1", self.fleet.id)]);
        }
        let project = out.join("fra-1").join(format!("{}-edge-fra-1", self.fleet.id));
        let compose = |arguments: &[&str]| {
            let output = Command::new("docker")
                .args(["compose", "-f", project.join("compose.yaml").to_str().unwrap()])
                .args(arguments)
                .env("COMPOSE_ENV_FILES", secrets.join("compose.env"))
                .output()
                .unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        };
        compose(&["up", "-d", "--wait"]);
        compose(&["cp", project.join("dynamic/.").to_str().unwrap(), "traefik:/etc/traefik/dynamic/"]);
        self.fleet.settled();
        self.serves(root);
    }

    /// Keys and tokens are in no artifact, plan, label, variable, log or journal.
    fn tells_no_secret(&self) {
        let secrets = self.secrets();
        assert_eq!(secrets.len(), 6);
        let state = self.fleet.state.path();
        let mut places: Vec<(String, String)> = disk::below(&state.join("out")).into_iter().collect();
        places.extend(disk::below(&state.join("tenantry")));
        assert!(places.len() > 5, "{places:?}");
        for command in [&["plan", "--json"][..], &["status", "--json"], &["status", "--format", "prometheus"]]
        {
            places.push((command.join(" "), self.fleet.run(command).to_string()));
        }
        for container in self.fleet.containers() {
            places.push(("inspect".to_owned(), self.fleet.ask(&["inspect", &container])));
            places.push(("logs".to_owned(), self.fleet.docker(&["logs", &container]).to_string()));
        }
        for (place, text) in &places {
            for (number, secret) in secrets.iter().enumerate() {
                assert!(!text.contains(secret.as_str()), "secret {number} is in {place}");
            }
        }
        // They are where they belong, so that the search is not for something else.
        let there = self.fleet.ask(&[
            "exec",
            &self.traefik(),
            "sh",
            "-c",
            "cat /run/secrets/* /etc/traefik/certificates/* /acme/*",
        ]);
        for (number, secret) in secrets.iter().enumerate() {
            assert!(there.contains(secret.as_str()), "secret {number} is nowhere");
        }
    }
}
