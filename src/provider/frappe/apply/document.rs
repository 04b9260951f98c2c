//! Changes in documents that Frappe and people write too.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::provider::frappe::mark::Mark;
use crate::provider::frappe::parts::HOME;
use crate::provider::inside::{Inside, Script};
use crate::provider::{Error, ErrorKind};

const PROGRAM: &str = include_str!("edit.py");
const SCRIPT: &str = r#"cd "$1" && exec env/bin/python -I -S -c "$2""#;

/// What is to change.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Edit {
    /// The document.
    pub(super) path: String,
    /// The file by which Frappe locks it.
    pub(super) lock: String,
    /// Whether it is made where it is not there.
    pub(super) create: bool,
    /// Permission bits of one that is made.
    pub(super) mode: u32,
    /// Keys that must be so.
    pub(super) expect: Map<String, Value>,
    /// Keys to set.
    pub(super) set: Map<String, Value>,
    /// Of those the ones that are secrets, and where each comes from.
    pub(super) secrets: BTreeMap<String, String>,
    /// Keys to remove.
    pub(super) remove: BTreeSet<String>,
    /// Fields of the mark to set.
    pub(super) mark: Value,
    /// Lists of the mark, and what is added.
    pub(super) add: BTreeMap<String, BTreeSet<String>>,
    /// Lists of the mark, and what is taken away.
    pub(super) drop: BTreeMap<String, BTreeSet<String>>,
    /// Further files that are written with it.
    pub(super) beside: BTreeMap<String, String>,
}

impl Edit {
    /// A change of a bench's document.
    pub(super) fn bench() -> Self {
        Self {
            path: "sites/common_site_config.json".to_owned(),
            lock: "config/site_config.lock".to_owned(),
            create: true,
            mode: 0o644,
            expect: Map::new(),
            set: Map::new(),
            secrets: BTreeMap::new(),
            remove: BTreeSet::new(),
            mark: json!({}),
            add: BTreeMap::new(),
            drop: BTreeMap::new(),
            beside: BTreeMap::new(),
        }
    }

    /// A change of a site's document.
    pub(super) fn site(directory: &str) -> Self {
        Self {
            path: format!("sites/{directory}/site_config.json"),
            lock: format!("sites/{directory}/locks/site_config.lock"),
            create: false,
            mode: 0o640,
            ..Self::bench()
        }
    }

    /// Makes it; `mark` says whose the document must be, or will be.
    pub(super) async fn run(
        self,
        inside: &dyn Inside,
        container: &str,
        exec: &str,
        mark: &Mark,
    ) -> Result<(), Error> {
        let note = self.note(mark)?;
        let arguments = [HOME, PROGRAM].map(str::to_owned);
        let script = Script { stdin: Some(note.order.as_bytes()), ..Script::new(SCRIPT, &arguments) };
        let said = inside.exec(container, exec, script).await?;
        if said.code == 0 {
            return Ok(());
        }
        let complaint = said.complaint();
        Err(note.failed(said.code, complaint.lines().last().unwrap_or("it said nothing")))
    }

    /// The change as a command makes it that ends later; `mark` as above.
    pub(super) fn note(mut self, mark: &Mark) -> Result<Note, Error> {
        if let Value::Object(fields) = &mut self.mark {
            fields.insert("fleet".to_owned(), json!(mark.fleet));
            fields.insert("identity".to_owned(), json!(mark.identity));
        }
        let order = serde_json::to_string(&self)
            .map_err(|error| Error::new(ErrorKind::Invalid, error.to_string()))?;
        Ok(Note { path: self.path, order })
    }
}

/// A change that is ready to be made.
#[derive(Debug, Clone)]
pub(super) struct Note {
    path: String,
    order: String,
}

impl Note {
    /// A program, and what it reads.
    pub(super) fn parts(&self) -> (&str, &str) {
        (PROGRAM, &self.order)
    }

    /// Why it was not made.
    pub(super) fn failed(&self, code: i64, why: &str) -> Error {
        let path = &self.path;
        match code {
            3 => Error::new(ErrorKind::Conflict, format!("{why}; it is left alone")),
            4 => Error::new(ErrorKind::NotFound, why.to_owned())
                .advise("plan again: the site went away, or was never made"),
            5 => Error::new(ErrorKind::Conflict, why.to_owned())
                .advise("mend it by hand; nothing writes over a document that cannot be read"),
            6 => Error::new(ErrorKind::LockTimeout, why.to_owned())
                .advise("another command works on the site; plan again when it has ended"),
            _ if why.contains("No space left") => {
                Error::new(ErrorKind::NoSpace, format!("write {path}: {why}"))
            }
            _ => Error::new(ErrorKind::ExecFailed, format!("write {path}: {why}")),
        }
    }
}
