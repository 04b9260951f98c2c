//! A job of one of the workflow files, executed as its host's runner would: the shell text and the variables come out of
//! the file that `init` wrote, in a checkout made by the real git.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_yaml::Value;
use tempfile::TempDir;

use super::forge::{Forge, Kind, TOKEN};
use crate::cli::fleet::Run;
use crate::support::git::{Repository, git, path};

/// Where the workflow of a host is.
pub fn file(kind: Kind) -> &'static str {
    match kind {
        Kind::Github => ".github/workflows/tenantry.yml",
        Kind::Gitlab => ".gitlab-ci.yml",
        Kind::Forgejo => ".forgejo/workflows/tenantry.yml",
    }
}

/// A repository with what `init` wrote as its first commit, and a place beside it.
pub struct Project {
    pub repository: Repository,
    pub place: TempDir,
}

impl Project {
    pub fn new() -> Self {
        let project = Self { repository: Repository::new(), place: tempfile::tempdir().unwrap() };
        let run = Command::new(env!("CARGO_BIN_EXE_tenantry"))
            .args(["init", "--name", "acme"])
            .current_dir(project.repository.path())
            .output()
            .unwrap();
        assert!(run.status.success(), "{run:?}");
        project.repository.commit("begin");
        project
    }

    /// Replaces text in a file; it must be there.
    pub fn edit(&self, path: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.repository.path().join(path)).unwrap();
        assert!(text.contains(from), "{from:?} is not in\n{text}");
        self.repository.write(path, &text.replace(from, to));
    }

    /// A branch off `main` with a change, committed and checked out.
    pub fn change(&self, path: &str, from: &str, to: &str) {
        self.repository.run(&["checkout", "--quiet", "-B", "change", "main"]);
        self.edit(path, from, to);
        self.repository.commit("change");
    }

    /// What a runner has: a clone of its own, at a commit, with all branches of the origin.
    pub fn checkout(&self, rev: &str) -> PathBuf {
        let id = self.repository.run(&["rev-parse", rev]);
        let at = self.place.path().join("checkout");
        if at.exists() {
            fs::remove_dir_all(&at).unwrap();
        }
        self.repository.run(&["clone", "--quiet", ".", at.to_str().unwrap()]);
        let output = git(&at).args(["checkout", "--quiet", "--detach", id.trim()]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        at
    }

    /// `change` merged into `main`, as a branch of its own.
    fn merged(&self) -> &'static str {
        self.repository.run(&["checkout", "--quiet", "-B", "pull/7/merge", "main"]);
        self.repository.run(&["merge", "--quiet", "--no-ff", "--no-edit", "change"]);
        self.repository.run(&["checkout", "--quiet", "change"]);
        "pull/7/merge"
    }

    /// The review of `change`, on its way to `main`.
    pub fn review(&self, forge: &Forge, kind: Kind, fork: bool) -> Run {
        // GitHub checks out what merging would give, the others what is to be merged.
        let rev = if kind == Kind::Github { self.merged() } else { "change" };
        let at = self.checkout(rev);
        let base = self.repository.run(&["merge-base", "main", "change"]);
        let mut values = values(kind, &forge.url, base.trim(), fork);
        if kind == Kind::Github {
            let summary = self.place.path().join("summary");
            values.insert("GITHUB_STEP_SUMMARY".to_owned(), summary.to_str().unwrap().to_owned());
        }
        Job::of(&at, kind, "review").run(&at, self.place.path(), &values)
    }

    /// What is done when `rev` was pushed to `main`.
    pub fn apply(&self, kind: Kind, rev: &str) -> Run {
        let at = self.checkout(rev);
        Job::of(&at, kind, "apply").run(
            &at,
            self.place.path(),
            &values(kind, "http://127.0.0.1:9", "", false),
        )
    }
}

/// What the host knows: expressions and variables that the files may use. Any other one is a fault of the file.
fn values(kind: Kind, url: &str, base: &str, fork: bool) -> BTreeMap<String, String> {
    let binary = env!("CARGO_BIN_EXE_tenantry");
    let token = if fork { "" } else { TOKEN };
    let pairs: &[(&str, &str)] = match kind {
        Kind::Github | Kind::Forgejo => &[
            ("${{ vars.TENANTRY || 'tenantry' }}", binary),
            ("${{ github.event.number }}", "7"),
            ("${{ github.base_ref }}", "main"),
            ("${{ github.actor }}", "ana"),
            ("${{ secrets.TENANTRY_KEY }}", ""),
            (
                "${{ github.event.pull_request.head.repo.full_name == github.repository && github.token || '' }}",
                token,
            ),
            ("GITHUB_API_URL", url),
            ("GITHUB_REPOSITORY", "acme/fleet"),
        ],
        Kind::Gitlab => &[
            ("CI_MERGE_REQUEST_DIFF_BASE_SHA", base),
            ("CI_MERGE_REQUEST_IID", "7"),
            ("CI_MERGE_REQUEST_PROJECT_ID", "31"),
            ("CI_API_V4_URL", url),
            ("CI_DEFAULT_BRANCH", "main"),
            ("GITLAB_USER_LOGIN", "ana"),
            // Variables of the project; they win over those of the file.
            ("TENANTRY", binary),
            ("TENANTRY_TOKEN", token),
        ],
    };
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// What a runner is told.
pub struct Job {
    pub script: String,
    pub variables: BTreeMap<String, String>,
}

impl Job {
    pub fn of(at: &Path, kind: Kind, name: &str) -> Self {
        let text = fs::read_to_string(at.join(file(kind))).unwrap();
        let workflow: Value = serde_yaml::from_str(&text).unwrap();
        let mut variables = BTreeMap::new();
        let mut add = |map: &Value| {
            for (key, value) in map.as_mapping().into_iter().flatten() {
                variables.insert(key.as_str().unwrap().to_owned(), value.as_str().unwrap().to_owned());
            }
        };
        let script = if kind == Kind::Gitlab {
            add(&workflow["variables"]);
            add(&workflow[name]["variables"]);
            let lines = workflow[name]["script"].as_sequence().unwrap();
            lines.iter().map(|line| line.as_str().unwrap().to_owned() + "\n").collect()
        } else {
            let job = &workflow["jobs"][name];
            add(&workflow["env"]);
            let steps = job["steps"].as_sequence().unwrap();
            let step = steps.iter().find(|step| step["run"].is_string()).unwrap();
            add(&step["env"]);
            step["run"].as_str().unwrap().to_owned()
        };
        Self { script, variables }
    }

    /// Runs it. `PATH` begins with `bin` of the place, where a test may put programs in front.
    fn run(&self, at: &Path, place: &Path, values: &BTreeMap<String, String>) -> Run {
        let mut command = Command::new("sh");
        command.arg("-e").arg("-c").arg(&self.script).current_dir(at).env_clear();
        command.env("PATH", format!("{}:{}", place.join("bin").display(), path()));
        command.env("HOME", place).env("XDG_STATE_HOME", place).env("TMPDIR", place);
        for (name, text) in &self.variables {
            command.env(name, filled(text, values));
        }
        // After those of the file: variables of the host itself, and of the project.
        for (name, value) in values.iter().filter(|(name, _)| !name.starts_with('$')) {
            command.env(name, value);
        }
        Run::of(command.output().unwrap())
    }
}

/// A value of the file with everything in it replaced.
fn filled(text: &str, values: &BTreeMap<String, String>) -> String {
    let mut out = text.to_owned();
    for (name, value) in values {
        let name = if name.starts_with('$') { name.clone() } else { format!("${name}") };
        if name.starts_with("${{") || out == name {
            out = out.replace(&name, value);
        }
    }
    assert!(!out.contains('$'), "nothing is known of {out}");
    out
}
