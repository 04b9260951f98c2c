//! Repositories made by the real git.
#![expect(clippy::disallowed_methods, reason = "a repository has files")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// git, with nothing of this machine's or its user's settings.
pub fn git(at: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .current_dir(at)
        .env_clear()
        .env("PATH", path())
        .env("HOME", "/nonexistent")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_NAME", "Ana")
        .env("GIT_AUTHOR_EMAIL", "ana@example.com")
        .env("GIT_COMMITTER_NAME", "Ana")
        .env("GIT_COMMITTER_EMAIL", "ana@example.com")
        .env("GIT_AUTHOR_DATE", "2026-11-25T10:00:00Z")
        .env("GIT_COMMITTER_DATE", "2026-11-25T10:00:00Z");
    command
}

/// Where programs are.
pub fn path() -> String {
    std::env::var("PATH").unwrap_or_default()
}

/// A working copy in a directory of its own.
pub struct Repository {
    place: TempDir,
}

impl Repository {
    /// Without a commit; the branch is `main`.
    pub fn new() -> Self {
        let repository = Self { place: tempfile::tempdir().unwrap() };
        repository.run(&["init", "--quiet", "--initial-branch=main"]);
        repository
    }

    pub fn path(&self) -> &Path {
        self.place.path()
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Everything that is there, ignored files too; the commit's id.
    pub fn commit(&self, message: &str) -> String {
        self.run(&["add", "--all", "--force"]);
        self.run(&["commit", "--quiet", "--allow-empty", "--message", message]);
        self.run(&["rev-parse", "HEAD"]).trim().to_owned()
    }

    /// What git prints; it must succeed.
    pub fn run(&self, arguments: &[&str]) -> String {
        let output = self.output(arguments);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {stderr}");
        String::from_utf8(output.stdout).unwrap()
    }

    pub fn output(&self, arguments: &[&str]) -> Output {
        git(self.path()).args(arguments).output().unwrap()
    }

    /// A bare clone beside it.
    pub fn bare(&self, place: &Path) -> PathBuf {
        let bare = place.join("fleet.git");
        self.run(&["clone", "--quiet", "--bare", ".", bare.to_str().unwrap()]);
        bare
    }
}
