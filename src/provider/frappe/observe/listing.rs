//! What a bench holds, as one command tells it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::super::mark::Mark;
use super::super::parts::HOME;
use crate::provider::inside::{Inside, Said, Script};
use crate::provider::{Error, ErrorKind};

/// Reads documents and versions; needs nothing but Python itself, so that it takes milliseconds where `bench` takes a
/// second.
const PROGRAM: &str = include_str!("listing.py");
/// `-I -S` keeps the bench's packages, and whatever lies in its folders, out of it.
const SCRIPT: &str = r#"cd "$1" && exec env/bin/python -I -S -c "$2" "$3""#;

/// What a bench holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Listing {
    /// Version by app, of those in the image; empty where an app does not tell.
    pub apps: BTreeMap<String, String>,
    /// `common_site_config.json`.
    pub common: Document,
    /// `apps.txt`.
    pub apps_txt: Document,
    /// The directories below `sites/`, links aside.
    pub sites: BTreeMap<String, Directory>,
}

/// A file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Document {
    /// What is in it; `None` where it is not there.
    pub text: Option<String>,
    /// Why it could not be read.
    pub error: Option<String>,
}

/// A directory below `sites/`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Directory {
    /// Its `site_config.json`; `None` where there is none.
    pub config: Option<String>,
    /// Why that could not be read.
    pub error: Option<String>,
    /// Without one: whether there are files in it all the same.
    pub files: bool,
}

impl Directory {
    /// The document; `None` where there is none.
    ///
    /// # Errors
    /// Why it cannot be understood.
    pub fn document(&self) -> Result<Option<Map<String, Value>>, String> {
        match (&self.error, &self.config) {
            (Some(error), _) => Err(error.clone()),
            (None, None) => Ok(None),
            (None, Some(text)) => parse(text).map(Some),
        }
    }
}

impl Document {
    /// The document; `None` where there is none.
    ///
    /// # Errors
    /// Why it cannot be understood.
    pub fn document(&self) -> Result<Option<Map<String, Value>>, String> {
        match (&self.error, &self.text) {
            (Some(error), _) => Err(error.clone()),
            (None, None) => Ok(None),
            // Cut off to nothing: what belongs in it is known, and is written again.
            (None, Some(text)) if text.trim().is_empty() => Ok(Some(Map::new())),
            (None, Some(text)) => parse(text).map(Some),
        }
    }
}

fn parse(text: &str) -> Result<Map<String, Value>, String> {
    match serde_json::from_str(text) {
        Ok(Value::Object(map)) => match Mark::fault(&map) {
            Some(why) => Err(why),
            None => Ok(map),
        },
        Ok(_) => Err("it is JSON, but no object".to_owned()),
        // The message of the parser names a place and never what stands there.
        Err(error) => Err(format!("it is not JSON: {error}")),
    }
}

/// Asks a running container for everything, or for the apps in its image alone.
///
/// # Errors
/// When it has no bench, or does not answer.
pub async fn ask(
    inside: &dyn Inside,
    container: &str,
    mark: &str,
    image_only: bool,
) -> Result<Listing, Error> {
    let part = if image_only { "image" } else { "all" };
    let arguments = [HOME.to_owned(), PROGRAM.to_owned(), part.to_owned()];
    let said = inside.exec(container, mark, Script::new(SCRIPT, &arguments)).await?;
    understand(&said)
}

/// What the command said.
///
/// # Errors
/// When it failed, or said something else.
pub fn understand(said: &Said) -> Result<Listing, Error> {
    if said.code != 0 {
        let why = said.complaint();
        let why = why.lines().last().unwrap_or("it said nothing").to_owned();
        return Err(Error::new(ErrorKind::ExecFailed, format!("the bench could not be read: {why}"))
            .advise(format!("the release's image must have a bench in {HOME}, as frappe_docker's have")));
    }
    serde_json::from_slice(&said.stdout).map_err(|error| {
        Error::new(
            ErrorKind::ExecFailed,
            format!("the bench could not be read: its answer is cut off ({error})"),
        )
    })
}
