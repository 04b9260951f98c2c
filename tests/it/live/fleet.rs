//! A fleet of its own for each live test, applied by the real binary to a real engine, and taken away at the end.

#![expect(clippy::disallowed_methods, reason = "a test writes the fleet that it applies")]

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU16, AtomicU32, Ordering};

use serde_json::Value;
use tempfile::TempDir;

use super::used;

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A fleet on the local engine (or on `docker_host`), with a directory and a state directory of its own.
pub struct Fleet {
    pub id: String,
    pub port: u16,
    pub directory: TempDir,
    pub state: TempDir,
    pub docker_host: Option<String>,
    /// Variables that its secrets are in.
    pub environment: BTreeMap<String, String>,
}

impl Fleet {
    /// An edge with its page, and one bench without a release: its Redis pair, networks and volumes.
    pub fn new(tag: &str) -> Self {
        Self::on(tag, None)
    }

    /// The same on another engine.
    pub fn on(tag: &str, docker_host: Option<String>) -> Self {
        let fleet = Self::empty(tag, docker_host);
        fleet.write("fleet.kdl", &fleet.text());
        fleet
    }

    /// A fleet's surroundings, without any file.
    pub fn empty(tag: &str, docker_host: Option<String>) -> Self {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        // Short, and of this process alone, whatever another run makes or one that was killed has left.
        let id = format!("{tag}{}{count}", base36(std::process::id()));
        assert!(id.len() <= 12, "{id} is too long for a fleet's id");
        if docker_host.is_none() {
            used::fleet(&id);
        }
        Self {
            id,
            port: free_port(),
            directory: tempfile::tempdir().unwrap(),
            state: tempfile::tempdir().unwrap(),
            docker_host,
            environment: BTreeMap::new(),
        }
    }

    /// What [`Fleet::new`] writes.
    pub fn text(&self) -> String {
        format!(
            r#"fleet "{id}" {{
    id "{id}"
}}
host "h" {{
    engine "docker"
    images "never"
}}
edge "h" {{
    host "h"
    http {port}
    bind "127.0.0.1"
    status "status.localhost"
    memory "256MiB"
}}
size "small" {{
    cache "64MiB"
}}
bench "a" {{
    size "small"
    host "h"
}}
"#,
            id = self.id,
            port = self.port
        )
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.directory.path().join(path)).unwrap()
    }

    /// Replaces text in the fleet's file; it must be there.
    pub fn edit(&self, from: &str, to: &str) {
        self.edit_file("fleet.kdl", from, to);
    }

    /// The same in another of its files.
    pub fn edit_file(&self, file: &str, from: &str, to: &str) {
        let text = self.read(file);
        assert!(text.contains(from), "{from:?} is not in\n{text}");
        self.write(file, &text.replace(from, to));
    }

    /// The binary with this fleet's surroundings.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tenantry"));
        command.args(arguments).arg(self.directory.path());
        command.env("XDG_STATE_HOME", self.state.path()).env("NO_COLOR", "1").stdin(Stdio::null());
        command.envs(&self.environment);
        if let Some(host) = &self.docker_host {
            command.env("DOCKER_HOST", host);
        }
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        Run::of(self.command(arguments).output().unwrap())
    }

    /// Other fleets are on this engine while tests run side by side.
    pub fn apply(&self) -> Run {
        self.run(&["apply", "--auto-approve", "--new-fleet"])
    }

    /// Applies, and demands success.
    pub fn applied(&self) -> Run {
        let run = self.apply();
        assert_eq!(run.code, 0, "{run}");
        run
    }

    /// The changes of a plan: action, identity.
    pub fn planned(&self) -> Vec<(String, String)> {
        let run = self.run(&["plan", "--json", "--new-fleet"]);
        assert!(run.code == 0 || run.code == 5, "{run}");
        run.events("planned_change")
            .iter()
            .map(|e| {
                let text = |v: &Value| v.as_str().unwrap().to_owned();
                (text(&e["change"]["action"]), text(&e["change"]["resource"]["identity"]))
            })
            .collect()
    }

    /// What the last run began: steps of the journal, `{"step":3,"object":…,"call":…,"reason":…}`.
    pub fn begun(&self) -> Vec<Value> {
        let journal = self.state.path().join(format!("tenantry/{}/journal.jsonl", self.id));
        let text = fs::read_to_string(journal).unwrap();
        let mut records: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let begins = records.iter().rposition(|record| record["type"] == "run-start").unwrap();
        let run = records[begins]["run"].clone();
        records.retain(|record| record["type"] == "intent" && record["run"] == run);
        records
    }

    /// The same, a line a step: `site.one/site install-app not installed yet`.
    pub fn did(&self) -> String {
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        self.begun()
            .iter()
            .map(|step| {
                format!("{} {} {}\n", word(&step["object"]), word(&step["call"]), word(&step["reason"]))
            })
            .collect()
    }

    /// Demands that there is nothing to do. What a plan says to people is the same plan: it is looked at once.
    pub fn settled(&self) {
        let run = self.run(&["plan", "--new-fleet"]);
        assert!(run.code == 0 && run.out.contains("No changes."), "{run}");
    }

    pub fn docker(&self, arguments: &[&str]) -> Run {
        let mut command = Command::new("docker");
        command.args(arguments);
        if let Some(host) = &self.docker_host {
            command.env("DOCKER_HOST", host);
        }
        Run::of(command.output().unwrap())
    }

    /// Docker's answer, which must be a success.
    pub fn ask(&self, arguments: &[&str]) -> String {
        let run = self.docker(arguments);
        assert_eq!(run.code, 0, "docker {arguments:?}: {run}");
        run.out.trim().to_owned()
    }

    /// The name of a container: project kind and service.
    pub fn container(&self, kind: &str, service: &str) -> String {
        let of = if kind == "edge" { "h" } else { "a" };
        format!("{}-{kind}-{of}-{service}-1", self.id)
    }

    /// Ids of this fleet's containers, all of them.
    pub fn containers(&self) -> Vec<String> {
        let filter = format!("label=tenantry.fleet={}", self.id);
        self.ask(&["ps", "-aq", "--no-trunc", "--filter", &filter]).lines().map(str::to_owned).collect()
    }

    /// Demands that every container is healthy, as `status` sees it: the engine itself looks only every half minute.
    pub fn all_healthy(&self) {
        let status = self.run(&["status", "--json"]);
        let status: serde_json::Value = serde_json::from_str(&status.out).unwrap();
        let objects = status["objects"].as_array().unwrap();
        let containers =
            objects.iter().filter(|one| one["identity"].as_str().unwrap().contains("/container/"));
        let mut seen = 0;
        for container in containers {
            assert_eq!(container["state"]["status"]["health"], "healthy", "{container}");
            seen += 1;
        }
        assert!(seen > 0, "{status}");
    }

    /// The status page, by the route.
    pub fn page(&self) -> Option<String> {
        let url = format!("http://127.0.0.1:{}/", self.port);
        let output = Command::new("curl")
            .args(["-fsS", "-m", "5", "-H", "Host: status.localhost", &url])
            .output()
            .unwrap();
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

fn base36(mut number: u32) -> String {
    let mut digits = Vec::new();
    while number > 0 {
        digits.extend(char::from_digit(number % 36, 36));
        number /= 36;
    }
    digits.iter().rev().collect()
}

impl Drop for Fleet {
    fn drop(&mut self) {
        self.away();
    }
}

impl Fleet {
    /// Takes away what bears its mark.
    pub fn away(&self) {
        let mark = format!("label=tenantry.fleet={}", self.id);
        let lock = format!("label=tenantry.lock={}", self.id);
        let docker = |arguments: &[&str]| -> Vec<String> {
            let mut command = Command::new("docker");
            if let Some(host) = &self.docker_host {
                command.env("DOCKER_HOST", host);
            }
            // Where there is no Docker there is nothing to take away either.
            let output = command.args(arguments).output();
            output
                .map(|o| String::from_utf8_lossy(&o.stdout).lines().map(str::to_owned).collect())
                .unwrap_or_default()
        };
        // One command for all of a kind: the engine is asked for them at once.
        let all = |remove: &[&str], found: Vec<String>| {
            if !found.is_empty() {
                docker(&remove.iter().copied().chain(found.iter().map(String::as_str)).collect::<Vec<_>>());
            }
        };
        all(&["rm", "-fv"], docker(&["ps", "-aq", "--filter", &mark]));
        all(&["network", "rm"], docker(&["network", "ls", "-q", "--filter", &mark]));
        for filter in [&mark, &lock] {
            all(&["volume", "rm", "-f"], docker(&["volume", "ls", "-q", "--filter", filter]));
        }
    }
}

/// How a command ended.
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    #[expect(clippy::needless_pass_by_value, reason = "a command's output is read once")]
    pub fn of(output: Output) -> Self {
        use std::os::unix::process::ExitStatusExt;
        let code = output.status.code().unwrap_or_else(|| -output.status.signal().unwrap_or(0));
        Self {
            code,
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The lines of a JSON stream of one type.
    pub fn events(&self, kind: &str) -> Vec<Value> {
        self.out
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter(|event| event["type"] == kind)
            .collect()
    }
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "exit code {}\n--- out\n{}\n--- err\n{}", self.code, self.out, self.err)
    }
}

/// A port that nothing listened on a moment ago, on any address, and that no other test of this process was given. It is
/// below the ports that Linux gives to outgoing connections (32768 and up), since one of those may take it before Traefik does.
pub fn free_port() -> u16 {
    static GIVEN: AtomicU16 = AtomicU16::new(0);
    // Two processes of the tests begin at different places.
    let begin = (std::process::id() % 12) as u16 * 1000;
    (0..12_000)
        .map(|_| 20_000 + (begin + GIVEN.fetch_add(1, Ordering::Relaxed)) % 12_000)
        .find(|port| std::net::TcpListener::bind(("0.0.0.0", *port)).is_ok())
        .expect("one of 12,000 ports is free")
}
