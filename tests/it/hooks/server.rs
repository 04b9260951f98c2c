//! A bare repository with hooks, and a working copy that pushes to it.
#![expect(clippy::disallowed_methods, reason = "a repository has files")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::support::disk;
use crate::support::git::{Repository, git, path};

/// What a push said and whether it was accepted.
pub struct Push {
    pub accepted: bool,
    /// What the server said, without git's `remote: `, and what git said.
    pub text: String,
}

impl std::fmt::Display for Push {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "accepted: {}\n{}", self.accepted, self.text)
    }
}

impl From<Output> for Push {
    fn from(output: Output) -> Self {
        let text = String::from_utf8_lossy(&output.stderr);
        let lines = text.lines().map(|line| line.strip_prefix("remote: ").unwrap_or(line).trim_end());
        let text = lines.filter(|line| *line != "remote:").collect::<Vec<_>>().join("\n");
        Self { accepted: output.status.success(), text }
    }
}

pub struct Server {
    pub place: TempDir,
    pub clone: Repository,
}

impl Server {
    /// Hooks installed; the quick start in the working copy, committed and not pushed.
    pub fn new() -> Self {
        let server = Self::without_hooks();
        let run = server.tenantry(&["hook", "install", server.bare().to_str().unwrap()]);
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        server
    }

    pub fn without_hooks() -> Self {
        let place = tempfile::tempdir().unwrap();
        let made = git(place.path())
            .args(["init", "--quiet", "--bare", "-b", "main", "fleet.git"])
            .status()
            .unwrap();
        assert!(made.success());
        let clone = Repository::new();
        for file in disk::files("examples/quickstart", &[".kdl"]) {
            clone.write(&file["examples/quickstart/".len()..], &disk::read(&file));
        }
        clone.commit("the fleet");
        let url = place.path().join("fleet.git");
        clone.run(&["remote", "add", "origin", url.to_str().unwrap()]);
        Self { place, clone }
    }

    pub fn bare(&self) -> PathBuf {
        self.place.path().join("fleet.git")
    }

    /// Pushes; `arguments` follow `git push origin`.
    pub fn push(&self, arguments: &[&str]) -> Push {
        self.pushing(arguments).output().unwrap().into()
    }

    pub fn pushing(&self, arguments: &[&str]) -> Command {
        let mut command = git(self.clone.path());
        command.args(["push", "origin"]).args(arguments).env("USER", "ana");
        command
    }

    /// A push to `main` that has to be applied.
    pub fn deployed(&self) -> Push {
        let push = self.push(&["main"]);
        assert!(push.accepted && push.text.contains("is applied."), "{push}");
        push
    }

    /// Replaces text in a file of the working copy and commits that; the commit's id.
    pub fn edit(&self, file: &str, from: &str, to: &str) -> String {
        let path = self.clone.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from:?} is not in\n{text}");
        self.clone.write(file, &text.replace(from, to));
        self.clone.commit(&format!("{to} instead of {from}"))
    }

    pub fn tenantry(&self, arguments: &[&str]) -> Output {
        tenantry(self.place.path(), arguments)
    }

    /// What a command on the repository prints; it must end with 0.
    pub fn said(&self, arguments: &[&str]) -> String {
        let output = self.tenantry(arguments);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {stderr}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The note on a commit.
    pub fn note(&self, commit: &str) -> String {
        let output = git(&self.bare()).args(["notes", "--ref=tenantry", "show", commit]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    /// The commit of the branch on the server; empty where there is none.
    pub fn head(&self) -> String {
        let output =
            git(&self.bare()).args(["rev-parse", "--verify", "--quiet", "refs/heads/main"]).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// The sandbox of what was applied.
    pub fn world(&self) -> PathBuf {
        self.bare().join("tenantry/state/tenantry/sandbox/quick/host.local.json")
    }

    /// Takes a site's directory, database and account away behind everybody's back.
    pub fn lose(&self, site: &str) {
        let mark = |kind: &str| format!("site.{site}/{kind}").parse().unwrap();
        let lose = |state: &mut tenantry::sandbox::State| {
            for volume in state.volumes.values_mut().map(|volume| &mut volume.thing) {
                volume.files.retain(|path, _| !path.starts_with(&format!("{site}.")));
                let Some(marks) = volume.databases.marks.get("quick") else { continue };
                let (schema, account) = (marks[&mark("schema")].clone(), marks[&mark("account")].clone());
                volume.databases.schemas.remove(&schema);
                volume.databases.accounts.remove(&account);
            }
        };
        tenantry::sandbox::Sandbox::file(self.world()).edit(lose).unwrap();
    }

    /// Takes containers away behind everybody's back, by the beginning of their objects' ids.
    pub fn take_away(&self, of: &str) {
        let gone = |state: &mut tenantry::sandbox::State| {
            let of_it = state.containers.iter().filter(|(_, one)| {
                one.mark
                    .as_ref()
                    .is_some_and(|mark| mark.identity.starts_with(of) && !mark.identity.contains("redis"))
            });
            let ids: Vec<String> = of_it.map(|(id, _)| id.clone()).collect();
            assert!(!ids.is_empty(), "{of}");
            for id in ids {
                state.containers.remove(&id);
            }
        };
        tenantry::sandbox::Sandbox::file(self.world()).edit(gone).unwrap();
    }

    /// Writes the server's file of variables and names it to the hooks.
    pub fn variables(&self, text: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt as _;
        let file = self.place.path().join("fleet.env");
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        let bare = self.bare();
        self.said(&["hook", "install", bare.to_str().unwrap(), "--environment", file.to_str().unwrap()]);
        file
    }
}

/// The binary, with nothing of this machine's settings.
pub fn tenantry(place: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tenantry"))
        .args(arguments)
        .current_dir(place)
        .env_clear()
        .env("PATH", path())
        .env("HOME", place)
        .env("USER", "root")
        .output()
        .unwrap()
}
