//! A copy of the quick start with a sandbox of its own, and the binary run on it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::disk;

/// A fleet's directory, and a place for the sandbox and whatever else a test writes.
pub struct Fleet {
    pub directory: TempDir,
    pub place: TempDir,
}

impl Fleet {
    /// The quick start: two tenants, one bench, nothing of it applied.
    pub fn new() -> Self {
        let fleet = Self { directory: tempfile::tempdir().unwrap(), place: tempfile::tempdir().unwrap() };
        for file in disk::files("examples/quickstart", &[".kdl"]) {
            fleet.write(&file["examples/quickstart/".len()..], &disk::read(&file));
        }
        fleet
    }

    /// The same, applied.
    pub fn applied() -> Self {
        let fleet = Self::new();
        let run = fleet.run(&["apply", "--auto-approve"]);
        assert_eq!(run.code, 0, "{run}");
        fleet
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn remove(&self, path: &str) {
        fs::remove_file(self.directory.path().join(path)).unwrap();
    }

    /// Replaces text in a file; it must be there.
    pub fn edit(&self, path: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.directory.path().join(path)).unwrap();
        assert!(text.contains(from), "{from:?} is not in\n{text}");
        self.write(path, &text.replace(from, to));
    }

    /// A path beside the fleet.
    pub fn beside(&self, name: &str) -> String {
        self.place.path().join(name).to_str().unwrap().to_owned()
    }

    /// The file that is the sandbox.
    pub fn world(&self) -> PathBuf {
        self.place.path().join("tenantry/sandbox/quick/host.local.json")
    }

    /// The binary on this fleet, which is its working directory.
    pub fn command(&self, arguments: &[&str]) -> Command {
        self.command_in(self.place.path(), arguments)
    }

    /// The same with its state somewhere else.
    pub fn command_in(&self, state: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tenantry"));
        command.args(arguments).current_dir(self.directory.path()).stdin(Stdio::null());
        command.env_remove("DOCKER_HOST").env_remove("TENANTRY_TEST_KILL");
        command.env("XDG_STATE_HOME", state).env("NO_COLOR", "1");
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        Run::of(self.command(arguments).output().unwrap())
    }

    /// Runs, and demands an exit code and words of either stream.
    pub fn demand(&self, arguments: &[&str], code: i32, words: &[&str]) -> Run {
        let run = self.run(arguments);
        run.demand(code, words);
        run
    }
}

/// How a command ended.
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    pub fn demand(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, code, "{self}");
        for word in words {
            assert!(self.out.contains(word) || self.err.contains(word), "no {word:?} in\n{self}");
        }
    }

    /// The JSON stream: every line of it must be an object with Terraform's fields.
    pub fn events(&self) -> Vec<Value> {
        let events: Vec<Value> = self
            .out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}")))
            .collect();
        for event in &events {
            for key in ["@level", "@message", "@module", "@timestamp", "type"] {
                assert!(event[key].is_string(), "no {key} in {event}");
            }
        }
        events
    }
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "exit code {}\n--- out\n{}\n--- err\n{}", self.code, self.out, self.err)
    }
}

/// Every file and folder below a folder, with its bytes.
pub fn listing(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(listing(&path));
            found.insert(path, Vec::new());
        } else {
            let bytes = fs::read(&path).unwrap();
            found.insert(path, bytes);
        }
    }
    found
}
