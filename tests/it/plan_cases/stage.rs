//! A fleet's directory with sandboxes of its own, and the real binary run on it.
#![expect(clippy::disallowed_methods, reason = "a test writes the fleet that it applies")]

use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

const KEY: &str = "0123456789abcdef0123456789abcdef";

/// A command that ended.
pub struct Ran {
    pub arguments: Vec<String>,
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn text(&self) -> String {
        let mut text = still(&self.out);
        let err = still(&self.err);
        if !text.is_empty() && !err.is_empty() {
            text.push_str("---\n");
        }
        text.push_str(&err);
        if self.code != 0 {
            text.push_str(&format!("exit {}\n", self.code));
        }
        text
    }

    pub fn demand(&self, code: i32) -> Result<(), String> {
        if self.code == code {
            return Ok(());
        }
        Err(format!("it ends with {}, not {code}:\n{}", self.code, self.text()))
    }

    /// Whether a plan has nothing left to do but what it refuses.
    pub fn leaves_nothing(&self) -> bool {
        let has_plan = self.out.starts_with("Plan: ") || self.out.contains("\nPlan: ");
        !has_plan || self.out.contains("Plan: 0 to add, 0 to change, 0 to destroy.")
    }

    /// What it refuses: the first line of each error.
    pub fn refusals(&self) -> Vec<&str> {
        self.err.lines().filter(|line| line.starts_with("error")).collect()
    }
}

/// Text without what differs from run to run: times.
fn still(text: &str) -> String {
    let mut calm = String::new();
    for line in text.lines() {
        let mut words = Vec::new();
        let mut rest = line.split(' ').peekable();
        while let Some(word) = rest.next() {
            let unit = rest.peek().map(|next| next.trim_end_matches(['.', ',', ')']));
            let timed = ["No changes.", "Apply complete!", "✓ "].iter().any(|begin| line.starts_with(begin));
            let is_time = unit == Some("ms") || (timed && unit == Some("s"));
            if word.parse::<f64>().is_ok() && is_time {
                words.push("N ms.");
                rest.next();
            } else {
                words.push(word);
            }
        }
        calm.push_str(words.join(" ").trim_end());
        calm.push('\n');
    }
    calm
}

/// A fleet's directory, its state and its variables.
pub struct Stage {
    pub place: TempDir,
    pub environment: Vec<(String, String)>,
}

impl Stage {
    pub fn new() -> Self {
        // In memory where there is such a place: what is tried here is not the disk.
        let memory = Path::new("/dev/shm");
        let place = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        let stage =
            Self { place: place.unwrap(), environment: vec![("TENANTRY_KEY".to_owned(), KEY.to_owned())] };
        fs::create_dir(stage.fleet()).unwrap();
        stage
    }

    pub fn fleet(&self) -> PathBuf {
        self.place.path().join("fleet")
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.fleet().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Keeps the fleet as it was applied.
    pub fn keep(&self) {
        let applied = self.place.path().join("applied");
        let _ = fs::remove_dir_all(&applied);
        copy(&self.fleet(), &applied);
    }

    /// The fleet's id and its first host's identity, as the sandboxes' files are called.
    pub fn identity(&self) -> Result<(String, String), String> {
        let first = |path: PathBuf| -> Option<String> {
            let mut names: Vec<String> = fs::read_dir(path)
                .ok()?
                .flatten()
                .map(|entry| entry.file_name().to_string_lossy().into_owned())
                // Beside a world lies its lock, and what a store may need.
                .filter_map(|name| match name.strip_suffix(".json") {
                    Some(host) => Some(host.to_owned()),
                    None => (!name.contains('.')).then_some(name),
                })
                .collect();
            names.sort();
            names.into_iter().next()
        };
        let sandboxes = self.place.path().join("state/tenantry/sandbox");
        let fleet = first(sandboxes.clone()).ok_or("nothing was applied yet")?;
        let host = first(sandboxes.join(&fleet)).ok_or("nothing was applied yet")?;
        Ok((fleet, host))
    }

    pub fn tenantry(&self, arguments: &[&str], kill: Option<&str>) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tenantry"));
        command.args(arguments).current_dir(self.fleet()).stdin(Stdio::null());
        command.env_remove("DOCKER_HOST").env_remove("TENANTRY_TEST_KILL").env("NO_COLOR", "1");
        command.env("XDG_STATE_HOME", self.place.path().join("state"));
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        if let Some(kill) = kill {
            command.env("TENANTRY_TEST_KILL", kill);
        }
        let output = command.output().unwrap();
        let code = output.status.code().unwrap_or_else(|| -output.status.signal().unwrap_or(0));
        let text = |bytes: &[u8]| {
            String::from_utf8_lossy(bytes).replace(&self.place.path().display().to_string(), "PLACE")
        };
        Ran {
            arguments: arguments.iter().map(|a| (*a).to_owned()).collect(),
            code,
            out: text(&output.stdout),
            err: text(&output.stderr),
        }
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
