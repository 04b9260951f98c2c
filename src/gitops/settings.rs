//! How a repository deploys: the section `tenantry` of its own configuration, which no push can change, and the server's file of
//! variables.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::variables;
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

/// A push option that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadOption {
    /// Nobody knows it.
    Unknown(String),
    /// It is known, and its value is none.
    Value {
        /// As it was given.
        option: String,
        /// What would be one, with an example.
        wants: &'static str,
    },
}

impl Leave {
    /// Reads push options.
    ///
    /// # Errors
    /// The first that nobody knows, or whose value is none.
    pub fn parse<'o>(options: impl IntoIterator<Item = &'o str>) -> Result<Self, BadOption> {
        let mut leave = Self::default();
        for option in options {
            let (name, value) =
                option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value)));
            let bad = |wants| BadOption::Value { option: option.to_owned(), wants };
            let text =
                |wants| value.filter(|value| !value.is_empty()).map(str::to_owned).ok_or_else(|| bad(wants));
            let nothing = || if value.is_none() { Ok(true) } else { Err(bad("no value")) };
            match name {
                "new-fleet" => leave.new_fleet = nothing()?,
                "color" => leave.color = nothing()?,
                "max-destroy" => {
                    let wants = "one whole number: max-destroy=40";
                    let n = value.and_then(|n| n.parse().ok()).ok_or_else(|| bad(wants))?;
                    if leave.max_destroy.is_some_and(|other| other != n) {
                        return Err(bad(wants));
                    }
                    leave.max_destroy = Some(n);
                }
                "anew" => {
                    leave.anew.insert(text("an address: anew=site.globex")?);
                }
                "without-host" => leave.without_host.push(text("the name of a host: without-host=eu-1")?),
                _ => return Err(BadOption::Unknown(option.to_owned())),
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
        self.environment.as_deref().map_or_else(|| Ok(BTreeMap::new()), variables::read)
    }
}
