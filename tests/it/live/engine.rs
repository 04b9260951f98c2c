//! An engine that is stopped in the middle of an apply: on an engine of this test's own, beside the machine's.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::bench::{self, Bench};
use super::fleet::{Fleet, Run};

/// A second Docker Engine with its own socket, data and network namespace.
pub(super) struct Engine {
    directory: TempDir,
    daemon: Option<Child>,
}

impl Engine {
    pub(super) fn new() -> Self {
        let mut engine = Self { directory: tempfile::tempdir().unwrap(), daemon: None };
        engine.start();
        engine
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(super) fn host(&self) -> String {
        format!("unix://{}", self.path("docker.sock").display())
    }

    pub(super) fn start(&mut self) {
        let log = File::options().create(true).append(true).open(self.path("log")).unwrap();
        let _ = std::fs::remove_file(self.path("pid"));
        // In a network namespace of its own: a second engine in ours would take the first one's bridge away.
        let daemon = Command::new("unshare")
            .args(["--net", "sh", "-c", "ip link set lo up; exec dockerd \"$@\"", "dockerd"])
            .arg("--data-root")
            .arg(self.path("data"))
            .arg("--exec-root")
            .arg(self.path("exec"))
            .arg("--pidfile")
            .arg(self.path("pid"))
            .arg("--host")
            .arg(self.host())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        self.daemon = Some(daemon);
        let began = Instant::now();
        while !self.docker(&["version"]).status().unwrap().success() {
            assert!(began.elapsed() < Duration::from_secs(60), "{}", self.log());
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    pub(super) fn docker(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("docker");
        command.env("DOCKER_HOST", self.host()).args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    pub(super) fn stop(&mut self) {
        if let Some(mut daemon) = self.daemon.take() {
            let _ = Command::new("kill").arg(daemon.id().to_string()).status();
            let _ = daemon.wait();
        }
    }

    pub(super) fn load(&self, images: &[&str]) {
        let mut save =
            Command::new("docker").arg("save").args(images).stdout(Stdio::piped()).spawn().unwrap();
        let load = self.docker(&["load"]).stdin(save.stdout.take().unwrap()).status().unwrap();
        assert!(load.success() && save.wait().unwrap().success());
    }

    fn log(&self) -> String {
        String::from_utf8_lossy(
            &Command::new("tail").arg("-20").arg(self.path("log")).output().unwrap().stdout,
        )
        .into_owned()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        let all = self.docker(&["ps", "-aq"]).stdout(Stdio::piped()).output();
        for id in all
            .iter()
            .flat_map(|o| String::from_utf8_lossy(&o.stdout).lines().map(str::to_owned).collect::<Vec<_>>())
        {
            let _ = self.docker(&["rm", "-fv", &id]).status();
        }
        self.stop();
        let _ = Command::new("sh")
            .arg("-c")
            .arg(format!(
                "grep -o '{}[^ ]*' /proc/mounts | sort -r | xargs -r umount -l",
                self.directory.path().display()
            ))
            .status();
    }
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn an_engine_that_is_stopped_in_the_middle_and_started_again_is_gone_on_with() {
    let mut engine = Engine::new();
    engine.load(&["busybox:1.37", "traefik:v3.7", "redis:7.2"]);
    let fleet = Fleet::on("eng", Some(engine.host()));
    let child = fleet
        .command(&["apply", "--auto-approve"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let began = Instant::now();
    while fleet.containers().is_empty() {
        assert!(began.elapsed() < Duration::from_secs(60), "nothing was made");
        std::thread::sleep(Duration::from_millis(50));
    }
    engine.stop();
    let run = Run::of(child.wait_with_output().unwrap());
    assert_eq!(run.code, 7, "{run}");
    assert!(run.out.contains("the next apply goes on from there"), "{run}");
    engine.start();
    fleet.applied();
    fleet.settled();
    // Its ports are in its own network namespace, so the route is asked for inside.
    fleet.all_healthy();
    let traefik = fleet.container("edge", "traefik");
    let routes = fleet.ask(&["exec", &traefik, "wget", "-qO-", "http://127.0.0.1:8080/api/rawdata"]);
    assert!(routes.contains("status.localhost"), "{routes}");
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn an_engine_that_is_stopped_while_a_site_is_made_is_gone_on_with_and_no_other_site_is_touched() {
    let mut engine = Engine::new();
    engine.load(&["busybox:1.37", "traefik:v3.7", "redis:7.2", "mariadb:10.11", bench::IMAGE]);
    let bench = Bench::on("ens", Some(engine.host()), &[("whole", "")]);
    bench.fleet.applied();
    let whole = bench.database("whole");
    bench.sql(&format!("INSERT INTO {whole}.tabSingles (doctype, field, value) VALUES ('x', 'kept', '1')"));
    for (site, step) in [("one", "new-site:users"), ("two", "install:erpnext:tables")] {
        bench.site(site, "\"erpnext\"");
        bench.switch("hold-at", step);
        let child = bench
            .fleet
            .command(&["apply", "--auto-approve"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        bench.reached(step);
        engine.stop();
        let run = Run::of(child.wait_with_output().unwrap());
        assert_eq!(run.code, 7, "{step}: {run}");
        assert!(run.out.contains("help:"), "{step}: {run}");
        // What cannot be reached is said, and nothing is planned.
        let run = bench.fleet.run(&["plan"]);
        assert!(run.code == 5 && run.err.contains("guard/unreadable-host"), "{step}: {run}");
        engine.start();
        // Until its server is there again nobody can tell what is in it, and a plan says so.
        bench.healthy();
        bench.switch_off("hold-at");
        bench.fleet.applied();
        bench.fleet.settled();
    }
    // Its ports are in its own network namespace, so the sites are asked inside.
    let traefik = bench.fleet.container("edge", "traefik");
    for site in ["whole", "one", "two"] {
        let host = format!("Host: {}", Bench::directory(site));
        let url = "http://127.0.0.1:80/api/method/ping";
        let said = bench.fleet.ask(&["exec", &traefik, "wget", "-qO-", "--header", &host, url]);
        assert!(said.contains("pong") && said.contains(&Bench::directory(site)), "{site}: {said}");
    }
    let kept = bench.sql(&format!("SELECT value FROM {whole}.tabSingles WHERE field = 'kept'"));
    assert_eq!(kept, "1");
}
