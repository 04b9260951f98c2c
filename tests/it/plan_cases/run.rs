//! Runs a script with the real binary, on sandboxes of its own.
#![expect(clippy::disallowed_methods, reason = "a test writes the fleet that it applies")]

use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::hand;
use super::script::{Script, Section};
use crate::support::{diff, disk};

const KEY: &str = "0123456789abcdef0123456789abcdef";

/// What a case comes to: the case as it would have to be, and what else is wrong.
pub(super) struct Verdict {
    pub(super) actual: Script,
    pub(super) faults: Vec<String>,
}

pub(super) fn run(script: &Script) -> Verdict {
    let mut stage = Stage::new();
    let mut verdict = Verdict { actual: script.clone(), faults: script.faults() };
    if !verdict.faults.is_empty() {
        return verdict;
    }
    let mut last = None;
    for section in &mut verdict.actual.sections {
        match stage.play(section) {
            Ok(Some(ran)) => last = Some(ran),
            Ok(None) => {}
            Err(why) => {
                verdict.faults.push(format!("=== {}: {why}", section.head));
                return verdict;
            }
        }
    }
    if let Some(plan) = last.filter(|ran| ran.arguments.first().is_some_and(|first| first == "plan")) {
        let ends = script.sections.iter().find(|section| section.head == "ends");
        let code = ends.map_or(Ok(plan.code), |section| code(&section.body));
        if let Err(why) = code.and_then(|code| stage.settles(&plan, code, ends.is_some())) {
            verdict.faults.push(why);
        }
    }
    verdict
}

/// A command that ended.
struct Ran {
    arguments: Vec<String>,
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    fn text(&self) -> String {
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

    fn demand(&self, code: i32) -> Result<(), String> {
        if self.code == code {
            return Ok(());
        }
        Err(format!("it ends with {}, not {code}:\n{}", self.code, self.text()))
    }

    /// What it refuses: the first line of each error.
    fn refusals(&self) -> Vec<&str> {
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

fn code(body: &str) -> Result<i32, String> {
    match body.trim() {
        "" => Ok(0),
        text => text
            .strip_prefix("exit ")
            .and_then(|number| number.parse().ok())
            .ok_or_else(|| format!("`exit N`, not `{text}`")),
    }
}

/// A fleet's directory, its state and its variables.
struct Stage {
    place: TempDir,
    environment: Vec<(String, String)>,
}

impl Stage {
    fn new() -> Self {
        // In memory where there is such a place: what is tried here is not the disk.
        let memory = Path::new("/dev/shm");
        let place = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        let stage =
            Self { place: place.unwrap(), environment: vec![("TENANTRY_KEY".to_owned(), KEY.to_owned())] };
        fs::create_dir(stage.fleet()).unwrap();
        stage
    }

    fn fleet(&self) -> PathBuf {
        self.place.path().join("fleet")
    }

    fn play(&mut self, section: &mut Section) -> Result<Option<Ran>, String> {
        let head = section.head.clone();
        let (word, rest) = head.split_once(' ').unwrap_or((head.as_str(), ""));
        match word {
            "use" => self.write(rest, &disk::read(&format!("tests/cases/shared/{rest}"))),
            "edit" => self.edit(rest, &section.body)?,
            "remove" => fs::remove_file(self.fleet().join(rest)).map_err(|error| error.to_string())?,
            "environment" => {
                let pairs = section.body.lines().filter_map(|line| line.split_once('='));
                self.environment.extend(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
            }
            "apply" => {
                let mut arguments = vec!["apply", "--auto-approve"];
                arguments.extend(rest.split_whitespace());
                let ran = self.tenantry(&arguments, None);
                ran.demand(code(&section.body)?)?;
                self.keep();
            }
            "killed" => {
                let step = self.step(rest)?;
                let ran = self.tenantry(&["apply", "--auto-approve"], Some(&step));
                ran.demand(-9)?;
                self.keep();
            }
            "by" if rest == "hand" => {
                let (fleet, host) = self.identity()?;
                hand::run(&self.place.path().join("state/tenantry/sandbox"), &fleet, &host, &section.body)?;
            }
            "ends" => {}
            "$" => {
                let ran = self.tenantry(&rest.split_whitespace().collect::<Vec<_>>(), None);
                section.body = ran.text();
                return Ok(Some(ran));
            }
            path if [".kdl", ".yaml", ".yml"].iter().any(|ending| path.ends_with(ending)) => {
                self.write(path, &section.body);
            }
            _ => return Err("no section is called so".to_owned()),
        }
        Ok(None)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.fleet().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Each run of `-` lines, which must be there just once, becomes the `+` lines after it.
    fn edit(&self, path: &str, body: &str) -> Result<(), String> {
        let mut text = fs::read_to_string(self.fleet().join(path)).map_err(|error| error.to_string())?;
        let (mut old, mut new) = (String::new(), String::new());
        let mut lines = body.lines().peekable();
        while let Some(line) = lines.next() {
            match line.split_at_checked(2) {
                Some(("- ", rest)) => old.push_str(&format!("{rest}\n")),
                Some(("+ ", rest)) => new.push_str(&format!("{rest}\n")),
                _ => return Err(format!("`- old` or `+ new`, not `{line}`")),
            }
            let ends = lines.peek().is_none_or(|next| !new.is_empty() && next.starts_with("- "));
            if !ends {
                continue;
            }
            if old.is_empty() {
                text.push_str(&new);
            } else if text.matches(&old).count() == 1 {
                text = text.replace(&old, &new);
            } else {
                return Err(format!("`{}` is not there just once in\n{text}", old.trim_end()));
            }
            old.clear();
            new.clear();
        }
        self.write(path, &text);
        Ok(())
    }

    /// Keeps the fleet as it was applied.
    fn keep(&self) {
        let applied = self.place.path().join("applied");
        let _ = fs::remove_dir_all(&applied);
        copy(&self.fleet(), &applied);
    }

    /// The fleet's id and its first host's identity, as the sandboxes' files are called.
    fn identity(&self) -> Result<(String, String), String> {
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

    /// `after site.s/site new-site` as the fail point that it is in the plan that would be applied.
    fn step(&self, words: &str) -> Result<String, String> {
        let words: Vec<&str> = words.split(' ').collect();
        let [when, object, call] = words[..] else { return Err("`after|before OBJECT CALL`".to_owned()) };
        let file = self.place.path().join("killed.plan");
        let plan = self.tenantry(&["plan", "--out", file.to_str().unwrap()], None);
        let text = fs::read_to_string(&file).map_err(|error| format!("{error}\n{}", plan.text()))?;
        fs::remove_file(&file).map_err(|error| error.to_string())?;
        let saved: serde_json::Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        let steps = saved["steps"].as_array().cloned().unwrap_or_default();
        let at = steps.iter().position(|step| step["object"] == object && step["call"]["call"] == call);
        at.map(|at| format!("{when}:s-{at}")).ok_or_else(|| {
            let own = steps.iter().filter(|step| step["object"] == object).map(|step| &step["call"]["call"]);
            format!("no such step; {object} has {:?}", own.collect::<Vec<_>>())
        })
    }

    fn tenantry(&self, arguments: &[&str], kill: Option<&str>) -> Ran {
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

    /// Applies what was planned and plans again: nothing is left, or the same is refused.
    fn settles(&self, plan: &Ran, code: i32, free: bool) -> Result<(), String> {
        if plan.code != 0 && plan.code != 2 && plan.code != 5 {
            return Ok(());
        }
        let mut apply = vec!["apply", "--auto-approve"];
        apply.extend(plan.arguments[1..].iter().map(String::as_str).filter(|a| *a != "--detailed-exitcode"));
        let applied = self.tenantry(&apply, None);
        applied.demand(if code == 2 { 0 } else { code }).map_err(|why| format!("applied: {why}"))?;
        if free {
            return Ok(());
        }
        let mut again = vec!["plan"];
        again.extend(plan.arguments[1..].iter().map(String::as_str));
        let again = self.tenantry(&again, None);
        let whole = plan.err.contains("The whole plan is refused");
        let is_settled = whole
            || (!again.out.contains("\nPlan: ") && !again.out.starts_with("Plan: "))
            || again.out.contains("Plan: 0 to add, 0 to change, 0 to destroy.");
        if !is_settled || again.refusals() != plan.refusals() {
            let before = plan.refusals().join("\n");
            let after = again.refusals().join("\n");
            return Err(format!(
                "applied and planned again:\n{}\nrefusals:\n{}",
                again.text(),
                diff::lines(&before, &after)
            ));
        }
        Ok(())
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
