//! How a repository deploys: the section `tenantry` of its own configuration, which no push can change, and the server's file of
//! variables.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::file;
use crate::world::git::{GitError, Repository};

/// How a repository deploys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `tenantry.branch`: the branch that deploys.
    pub branch: String,
    /// `tenantry.directory`: the fleet's directory in it; empty for the top.
    pub directory: String,
    /// `tenantry.environment`: a file of variables for secrets and `DOCKER_HOST`.
    pub environment: Option<PathBuf>,
    /// `tenantry.color`: colours in what a pusher sees.
    pub color: bool,
}

/// What a pusher asks for with `git push -o`: leave to do what a plan would refuse.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leave {
    /// `-o max-destroy=N`
    pub max_destroy: Option<usize>,
    /// `-o new-fleet`
    pub new_fleet: bool,
    /// `-o anew=ADDRESS`
    #[serde(default)]
    pub anew: BTreeSet<String>,
    /// `-o without-host=NAME`, as often as it is given
    #[serde(default)]
    pub without_host: Vec<String>,
    /// `-o color`
    pub color: bool,
}

impl Leave {
    /// Reads push options.
    ///
    /// # Errors
    /// The option that nobody knows.
    pub fn parse<'o>(options: impl IntoIterator<Item = &'o str>) -> Result<Self, String> {
        let mut leave = Self::default();
        for option in options {
            match option.split_once('=') {
                None if option == "new-fleet" => leave.new_fleet = true,
                None if option == "color" => leave.color = true,
                Some(("max-destroy", n)) if n.parse::<usize>().is_ok() => leave.max_destroy = n.parse().ok(),
                Some(("anew", address)) if !address.is_empty() => {
                    leave.anew.insert(address.to_owned());
                }
                Some(("without-host", name)) if !name.is_empty() => leave.without_host.push(name.to_owned()),
                _ => return Err(option.to_owned()),
            }
        }
        Ok(leave)
    }
}

impl Settings {
    /// Reads them from the repository's own configuration; the machine's and a user's have no say.
    ///
    /// # Errors
    /// When the configuration cannot be read.
    pub fn read(repository: &Repository) -> Result<Self, GitError> {
        let git = repository.git();
        let config = git.config()?.open_level(git2::ConfigLevel::Local)?;
        let text = |key: &str| config.get_string(key).ok().filter(|text| !text.is_empty());
        let head = git.find_reference("HEAD").ok();
        let head = head
            .as_ref()
            .and_then(|head| head.symbolic_target().ok().flatten())
            .and_then(|target| target.strip_prefix("refs/heads/"))
            .unwrap_or("main");
        Ok(Self {
            branch: text("tenantry.branch").unwrap_or_else(|| head.to_owned()),
            directory: text("tenantry.directory").unwrap_or_default(),
            environment: text("tenantry.environment").map(PathBuf::from),
            color: config.get_bool("tenantry.color").unwrap_or(false),
        })
    }

    /// `refs/heads/main`.
    #[must_use]
    pub fn reference(&self) -> String {
        format!("refs/heads/{}", self.branch)
    }

    /// The revision to read: `4f2a9c1…`, or `4f2a9c1…:deploy/fleet`.
    #[must_use]
    pub fn rev(&self, commit: &str) -> String {
        match self.directory.as_str() {
            "" => commit.to_owned(),
            directory => format!("{commit}:{directory}"),
        }
    }

    /// The server's variables.
    ///
    /// # Errors
    /// When the file cannot be read, others than its owner and group may read it, or a line of it is no variable.
    pub fn variables(&self) -> Result<BTreeMap<String, String>, String> {
        self.environment.as_deref().map_or_else(|| Ok(BTreeMap::new()), variables)
    }
}

/// Reads `NAME=value` lines; quotes around a value are taken off, `#` begins a comment line.
fn variables(path: &Path) -> Result<BTreeMap<String, String>, String> {
    let shown = path.display();
    let failed = |error: io::Error| format!("the file of variables {shown} cannot be read: {error}");
    let text = file::read_text(path).and_then(|text| text.ok_or_else(|| io::ErrorKind::NotFound.into()));
    let text = text.map_err(failed)?;
    let mode = std::fs::metadata(path).map_err(failed)?.mode();
    if mode & 0o007 != 0 {
        return Err(format!("everybody may read the file of variables {shown}; chmod o-rwx {shown}"));
    }
    let mut variables = BTreeMap::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let name_of = |name: &str| {
            let name = name.strip_prefix("export ").unwrap_or(name).trim().to_owned();
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
            (!name.is_empty() && name.chars().all(plain)).then_some(name)
        };
        let Some((name, value)) =
            line.split_once('=').and_then(|(name, value)| Some((name_of(name)?, value)))
        else {
            // The line itself may hold a secret.
            return Err(format!("{shown}:{}: no variable; write NAME=value", number + 1));
        };
        let quoted = ['"', '\''].iter().find_map(|q| value.strip_prefix(*q)?.strip_suffix(*q));
        variables.insert(name, quoted.unwrap_or(value).to_owned());
    }
    Ok(variables)
}
