//! One bench with a MariaDB and a Redis of its own, put up by plain docker.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::ended::Ended;
use crate::support::used;

pub(super) const V15: &str = "tenantry-standin/erpnext:15.80";
pub(super) const V16: &str = "tenantry-standin/erpnext:16.1";
const SITES: &str = "/home/frappe/frappe-bench/sites";
const NEW: &str = "--db-password pw --no-setup-db --admin-password adm";

/// A configured bench; all of it is removed when it is dropped.
pub(super) struct Bed {
    name: String,
    image: &'static str,
}

impl Bed {
    pub(super) fn new(image: &'static str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("standin-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        used::names(&name);
        let bed = Self { name, image };
        Self::docker(&["network", "create", &bed.name], "").succeeded();
        bed.start("db", "mariadb:10.11", &["-e", "MARIADB_ROOT_PASSWORD=root"], "");
        bed.start("redis", "redis:7.2", &[], "");
        bed.service("backend", "start.sh", &[]);
        bed.bench("set-config -g db_host db").succeeded();
        bed.bench("set-config -g redis_cache redis://redis:6379").succeeded();
        bed.bench("set-config -g redis_queue redis://redis:6379").succeeded();
        bed.sh("ls -1 apps >sites/apps.txt").succeeded();
        bed.until("MariaDB", || bed.root("SELECT 1").code == 0);
        bed
    }

    fn start(&self, service: &str, image: &str, options: &[&str], command: &str) {
        let name = self.container(service);
        let mut arguments = vec!["run", "-d", "--init", "--name", &name, "--network", &self.name];
        arguments.extend(["--network-alias", service, "--label", "tenantry.standin.test"]);
        arguments.extend(options);
        arguments.push(image);
        arguments.extend(command.split_whitespace());
        Self::docker(&arguments, "").succeeded();
    }

    /// A container of the bench's image, with its sites.
    pub(super) fn service(&self, service: &str, command: &str, options: &[&str]) {
        let volume = format!("{}:{SITES}", self.name);
        let options = [&["-v", &volume], options].concat();
        self.start(service, self.image, &options, command);
    }

    pub(super) fn container(&self, service: &str) -> String {
        format!("{}-{service}", self.name)
    }

    pub(super) fn docker(arguments: &[&str], input: &str) -> Ended {
        let mut child = Command::new("docker")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // One that does not read is gone before this is written.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        Ended::of(child.wait_with_output().unwrap())
    }

    /// A command in the backend, in the bench's directory.
    pub(super) fn sh(&self, script: &str) -> Ended {
        Self::docker(&["exec", "-i", &self.container("backend"), "bash", "-c", script], "")
    }

    pub(super) fn bench(&self, arguments: &str) -> Ended {
        self.sh(&format!("bench {arguments}"))
    }

    pub(super) fn bench_with_input(&self, arguments: &str, input: &str) -> Ended {
        let line = format!("bench {arguments}");
        Self::docker(&["exec", "-i", &self.container("backend"), "bash", "-c", &line], input)
    }

    /// Starts a `bench` command without waiting for its end; its output goes to a file and its exit code to another.
    pub(super) fn bench_behind(&self, arguments: &str) {
        let line = format!("bench {arguments} >sites/.out 2>&1; echo $? >sites/.code");
        self.sh("rm -f sites/.code").succeeded();
        Self::docker(&["exec", "-d", &self.container("backend"), "bash", "-c", &line], "").succeeded();
    }

    /// How the last such command ended, when it has.
    pub(super) fn ended_behind(&self) -> Option<(i32, String)> {
        let code = self.sh("cat sites/.code").out.trim().parse().ok()?;
        Some((code, self.sh("cat sites/.out").out))
    }

    /// SQL as root, one row a line. Not by the socket: there the server answers while it is still being set up.
    pub(super) fn root(&self, sql: &str) -> Ended {
        let container = self.container("db");
        Self::docker(&["exec", "-i", &container, "mariadb", "-h127.0.0.1", "-uroot", "-proot", "-N"], sql)
    }

    pub(super) fn sql(&self, sql: &str) -> String {
        self.root(sql).succeeded().trim().to_owned()
    }

    /// A database and its account, as Tenantry makes them: nothing is left for `new-site` to set up.
    pub(super) fn database(&self, name: &str) {
        self.sql(&format!(
            "CREATE DATABASE IF NOT EXISTS `{name}` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
             CREATE USER IF NOT EXISTS '{name}'@'%' IDENTIFIED BY 'pw'; GRANT ALL ON `{name}`.* TO '{name}'@'%'"
        ));
    }

    /// The arguments that make a site.
    pub(super) fn new_site(site: &str, database: &str) -> String {
        format!("new-site {site} --db-name {database} {NEW}")
    }

    /// A site that is complete.
    pub(super) fn site(&self, site: &str, database: &str) {
        self.database(database);
        self.bench(&Self::new_site(site, database)).succeeded();
    }

    pub(super) fn apps(&self, database: &str) -> String {
        self.sql(&format!(
            "SELECT defvalue FROM {database}.tabDefaultValue WHERE defkey='installed_apps' AND parent='__global'"
        ))
    }

    /// Turns a switch of the stand-in on.
    pub(super) fn switch(&self, name: &str, lines: &str) {
        self.sh(&format!("mkdir -p sites/.standin && printf '%s\\n' {lines} >sites/.standin/{name}"))
            .succeeded();
    }

    pub(super) fn switch_off(&self, name: &str) {
        self.sh(&format!("rm sites/.standin/{name}")).succeeded();
    }

    /// Asks the backend; status and body.
    pub(super) fn ask(&self, host: &str, path: &str) -> (u16, String) {
        self.curl(&format!("-H 'Host: {host}' http://127.0.0.1:8000{path}"))
    }

    pub(super) fn curl(&self, arguments: &str) -> (u16, String) {
        let text = self.sh(&format!("curl -s -m 20 -w '\\n%{{http_code}}' {arguments}")).out;
        let (body, code) = text.rsplit_once('\n').unwrap();
        (code.parse().unwrap(), body.to_owned())
    }

    pub(super) fn exit_code(&self, service: &str) -> Option<i32> {
        let container = self.container(service);
        let format = "{{.State.Running}} {{.State.ExitCode}}";
        let text = Self::docker(&["inspect", "-f", format, &container], "").succeeded();
        text.trim().strip_prefix("false ").map(|code| code.parse().unwrap())
    }

    pub(super) fn until(&self, what: &str, mut done: impl FnMut() -> bool) {
        let began = Instant::now();
        while !done() {
            assert!(began.elapsed() < Duration::from_secs(60), "{}: waited a minute for {what}", self.name);
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for Bed {
    fn drop(&mut self) {
        let names = Self::docker(&["ps", "-aq", "--filter", &format!("name=^{}-", self.name)], "").out;
        for id in names.lines() {
            Self::docker(&["rm", "-fv", id], "");
        }
        Self::docker(&["volume", "rm", "-f", &self.name], "");
        Self::docker(&["network", "rm", &self.name], "");
    }
}
