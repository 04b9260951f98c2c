//! A document in a sites volume.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::super::files;
use super::super::state::{State, Stored};
use super::listed;
use crate::desired::ObjectId;
use crate::desired::content::Content;
use crate::desired::docker::File;
use crate::provider::frappe::HOME;
use crate::provider::frappe::mark::{MARK, Mark};
use crate::provider::{Error, ErrorKind};

/// A document while it is changed.
#[derive(Debug)]
pub(super) struct Document {
    container: String,
    path: String,
    fields: Map<String, Value>,
    mark: Option<Mark>,
}

impl Document {
    pub(super) fn new(container: &str, path: &str) -> Self {
        Self {
            container: container.to_owned(),
            path: path.to_owned(),
            fields: Map::new(),
            mark: Some(Mark::default()),
        }
    }

    pub(super) fn open(state: &State, container: &str, path: &str) -> Result<Self, Error> {
        let Some(text) = read(state, container, path) else {
            return Err(Error::new(ErrorKind::NotFound, format!("{path} is not there")));
        };
        let Ok(Value::Object(fields)) = serde_json::from_str(text) else {
            return Err(Error::new(ErrorKind::Conflict, format!("{path} is not JSON")));
        };
        if let Some(why) = Mark::fault(&fields) {
            return Err(Error::new(ErrorKind::Conflict, format!("{path}: {why}")));
        }
        let mark = Mark::read(&fields).or_else(|| Some(Mark::default()));
        Ok(Self { fields, mark, ..Self::new(container, path) })
    }

    pub(super) fn open_or_new(state: &State, container: &str, path: &str) -> Result<Self, Error> {
        if read(state, container, path).is_some_and(|text| text.trim().is_empty()) {
            return Ok(Self::new(container, path));
        }
        match Self::open(state, container, path) {
            Err(error) if error.kind == ErrorKind::NotFound => Ok(Self::new(container, path)),
            other => other,
        }
    }

    pub(super) const fn fields(&self) -> &Map<String, Value> {
        &self.fields
    }

    pub(super) fn database(&self) -> String {
        self.fields.get("db_name").and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// It is this object's from now on; it must not be another's.
    pub(super) fn claim(&mut self, fleet: &str, id: &ObjectId) -> Result<(), Error> {
        let mark = self.mark.get_or_insert_default();
        if !mark.identity.is_empty() && (mark.fleet != fleet || mark.identity != id.to_string()) {
            let why = format!("{} is {} of fleet {}; it is left alone", self.path, mark.identity, mark.fleet);
            return Err(Error::new(ErrorKind::Conflict, why));
        }
        fleet.clone_into(&mut mark.fleet);
        mark.identity = id.to_string();
        Ok(())
    }

    pub(super) fn expect(&self, key: &str, value: Option<&Value>) -> Result<(), Error> {
        if value.is_some() && self.fields.get(key) != value {
            let why = format!("{} names another {key}; it is left alone", self.path);
            return Err(Error::new(ErrorKind::Conflict, why));
        }
        Ok(())
    }

    pub(super) fn change(&mut self, set: BTreeMap<String, Value>, remove: &BTreeSet<String>) {
        for key in remove {
            self.fields.remove(key);
        }
        self.mark(|mark| {
            mark.keys.extend(set.keys().filter(|key| listed(key)).cloned());
            mark.keys.retain(|key| !remove.contains(key));
            mark.secrets.retain(|key, _| !remove.contains(key) && !set.contains_key(key));
        });
        self.fields.extend(set);
    }

    pub(super) fn mark(&mut self, change: impl FnOnce(&mut Mark)) {
        change(self.mark.get_or_insert_default());
    }

    /// Frappe itself writes none.
    pub(super) fn forget_mark(&mut self) {
        self.mark = None;
    }

    pub(super) fn save(&mut self, state: &mut State) -> Result<(), Error> {
        if let Some(mark) = self.mark.as_ref().filter(|mark| !mark.identity.is_empty()) {
            self.fields.insert(MARK.to_owned(), mark.value());
        }
        let text = serde_json::to_string_pretty(&Value::Object(self.fields.clone())).unwrap_or_default();
        put(state, &self.container, &self.path, text)
    }
}

fn read<'s>(state: &'s State, container: &str, path: &str) -> Option<&'s str> {
    let instance = &state.containers.get(state.container_id(container)?)?.thing;
    match &files::get(state, instance, path)?.content {
        Content::Text(text) => Some(text),
        _ => None,
    }
}

pub(super) fn put(state: &mut State, container: &str, path: &str, text: String) -> Result<(), Error> {
    let file = File { content: Content::Text(text), mode: 0o640, uid: 1000, gid: 1000 };
    files::set(state, container, path, Some(file))
}

/// The files below `sites/`, by their paths there.
pub(super) fn files<'s>(state: &'s State, container: &str) -> impl Iterator<Item = (&'s str, &'s File)> {
    let volume = sites(state, container).into_iter();
    volume.flat_map(|volume| volume.files.iter()).map(|(path, file)| (path.as_str(), file))
}

/// The volume that is `sites/`.
fn sites<'s>(state: &'s State, container: &str) -> Option<&'s Stored> {
    let instance = &state.containers.get(state.container_id(container)?)?.thing;
    let mount = instance.container.volumes.get(&format!("{HOME}/sites"))?;
    Some(&state.volumes.get(&mount.volume)?.thing)
}

/// The paths below a directory of `sites/`.
fn below<'s>(state: &'s State, container: &str, directory: &str) -> impl Iterator<Item = &'s String> {
    let from = format!("{directory}/");
    let volume = sites(state, container).into_iter();
    volume.flat_map(move |volume| {
        let from = from.clone();
        let all = volume.files.range(from.clone()..).map(|(path, _)| path);
        all.take_while(move |path| path.starts_with(&from))
    })
}

/// Whether there is a directory below `sites/`.
pub(super) fn exists(state: &State, container: &str, directory: &str) -> bool {
    below(state, container, directory).next().is_some()
}

pub(super) fn remove(state: &mut State, container: &str, directory: &str) -> Result<(), Error> {
    let paths: Vec<String> =
        below(state, container, directory).map(|path| format!("{HOME}/sites/{path}")).collect();
    for path in paths {
        files::set(state, container, &path, None)?;
    }
    Ok(())
}
