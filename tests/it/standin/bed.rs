//! One bench with a MariaDB and a Redis of its own, put up by plain docker.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::ended::Ended;
use crate::support::pool::Pool;
use crate::support::used;

pub(super) const V15: &str = "tenantry-standin/erpnext:15.80";
pub(super) const V16: &str = "tenantry-standin/erpnext:16.1";
const SITES: &str = "/home/frappe/frappe-bench/sites";
const NEW: &str = "--db-password pw --no-setup-db --admin-password adm";

/// How many beds the tests take: after the last one no servers are left running.
const BEDS: usize = 28;
static FREE: Pool<Stand> = Pool::new(BEDS);

/// A network with the two servers that a bench needs. Their making is half of a bed's, and emptied they are as good as new.
struct Stand {
    name: String,
}

/// A configured bench; all of it is removed when it is dropped.
pub(super) struct Bed {
    stand: Option<Stand>,
    name: String,
    image: &'static str,
}

impl Stand {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("standin-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        used::names(&name);
        Bed::docker(&["network", "create", &name], "").succeeded();
        let stand = Self { name };
        stand.start("db", "mariadb:10.11", &["-e", "MARIADB_ROOT_PASSWORD=root"], "");
        stand.start("redis", "redis:7.2", &[], "");
        stand
    }

    fn start(&self, service: &str, image: &str, options: &[&str], command: &str) {
        let name = format!("{}-{service}", self.name);
        let mut arguments = vec!["run", "-d", "--init", "--name", &name, "--network", &self.name];
        arguments.extend(["--network-alias", service, "--label", "tenantry.standin.test"]);
        arguments.extend(options);
        arguments.push(image);
        arguments.extend(command.split_whitespace());
        Bed::docker(&arguments, "").succeeded();
    }

    /// SQL as root, one row a line. Not by the socket: there the server answers while it is still being set up.
    fn root(&self, sql: &str) -> Ended {
        let server = format!("{}-db", self.name);
        Bed::docker(&["exec", "-i", &server, "mariadb", "-h127.0.0.1", "-uroot", "-proot", "-N"], sql)
    }

    /// Whether both servers are as they were when they were new: a test may have stopped one.
    fn emptied(&self) -> bool {
        let list = "SELECT CONCAT('DROP DATABASE `', schema_name, '`;') FROM information_schema.schemata
                    WHERE schema_name NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys');
                    SELECT CONCAT('KILL USER ', QUOTE(User), '@', QUOTE(Host), ';'),
                           CONCAT('DROP USER ', QUOTE(User), '@', QUOTE(Host), ';') FROM mysql.global_priv
                    WHERE User NOT IN ('root', 'mariadb.sys', 'healthcheck')";
        let drops = self.root(list);
        let redis = format!("{}-redis", self.name);
        drops.code == 0
            && (drops.out.trim().is_empty() || self.root(&drops.out).code == 0)
            && Bed::docker(&["exec", &redis, "redis-cli", "flushall"], "").out.trim() == "OK"
    }

    /// Removes the containers of these names that are there, and what they had.
    fn remove(&self, but: &[&str]) {
        let listed = ["ps", "-a", "--format", "{{.Names}}", "--filter", &format!("name=^{}-", self.name)];
        let names = Bed::docker(&listed, "").out;
        let kept: Vec<String> = but.iter().map(|service| format!("{}-{service}", self.name)).collect();
        let names = names.lines().filter(|name| !kept.iter().any(|kept| kept == name));
        let arguments: Vec<&str> = ["rm", "-fv"].into_iter().chain(names).collect();
        if arguments.len() > 2 {
            Bed::docker(&arguments, "");
        }
        Bed::docker(&["volume", "rm", "-f", &self.name], "");
    }
}

impl Drop for Stand {
    fn drop(&mut self) {
        self.remove(&[]);
        Bed::docker(&["network", "rm", &self.name], "");
    }
}

impl Bed {
    pub(super) fn new(image: &'static str) -> Self {
        let stand = FREE.take(Stand::new);
        let bed = Self { name: stand.name.clone(), stand: Some(stand), image };
        bed.service("backend", "start.sh", &[]);
        // One command, as each is a process of the engine's; and a server that is being set up is not on the network yet.
        let settings =
            r#"{"db_host": "db", "redis_cache": "redis://redis:6379", "redis_queue": "redis://redis:6379"}"#;
        bed.sh(&format!(
            "ls -1 apps >sites/apps.txt && echo '{settings}' >sites/common_site_config.json && wait-for-it db:3306 -t 60"
        ))
        .succeeded();
        bed
    }

    fn stand(&self) -> &Stand {
        self.stand.as_ref().expect("it has one until it is dropped")
    }

    /// A container of the bench's image, with its sites.
    pub(super) fn service(&self, service: &str, command: &str, options: &[&str]) {
        let volume = format!("{}:{SITES}", self.name);
        let options = [&["-v", &volume], options].concat();
        self.stand().start(service, self.image, &options, command);
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

    pub(super) fn sql(&self, sql: &str) -> String {
        self.stand().root(sql).succeeded().trim().to_owned()
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
        let Some(stand) = self.stand.take() else { return };
        stand.remove(&["db", "redis"]);
        if !std::thread::panicking() && stand.emptied() {
            FREE.put(stand);
        }
    }
}
