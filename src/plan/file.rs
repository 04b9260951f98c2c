//! A plan in a file: what was shown, to be executed as it was shown, unless the world moved.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::values::{Resources, resources};
use super::{Counts, Deferred, NotCompared, Plan, Refusal};
use crate::desired::change::{Change, Step};
use crate::desired::compare::readable;
use crate::desired::observed::{Observation, Observed, Present};
use crate::desired::{Desired, ObjectId};
use crate::diag::{Code, Diagnostic, TABLE};
use crate::world::secret::hex;
use crate::world::{is_fleet_file, read_patiently};

/// What the file begins with; another number is another format.
const FORMAT: u32 = 2;

/// The largest plan that is taken from a pipe, in bytes.
const LARGEST: u64 = 1 << 30;

/// A plan as it is kept in a file. There is no secret in it, and no fingerprint of one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SavedPlan {
    /// Format of the file.
    pub tenantry_plan: u32,
    /// The version that made it. Another one may read its calls differently, so it executes none.
    pub version: String,
    /// The fleet's id.
    pub fleet: String,
    /// As in [`Plan`].
    pub changes: Vec<Change>,
    /// As in [`Plan`].
    pub steps: Vec<Step>,
    /// What was refused, as text.
    pub refusals: Vec<SavedRefusal>,
    /// As in [`Plan`].
    pub deferred: Vec<Deferred>,
    /// As in [`Plan`].
    pub not_compared: Vec<NotCompared>,
    /// As in [`Plan`].
    pub notes: Vec<String>,
    /// As in [`Plan`].
    pub looked_at: BTreeMap<String, usize>,
    /// The closing line's numbers.
    pub counts: Counts,
    /// As in [`Plan`].
    pub waiting: BTreeSet<ObjectId>,
    /// What each object that changes looked like.
    pub read: BTreeMap<ObjectId, String>,
    /// What the files said of each declaration.
    pub wanted: BTreeMap<String, String>,
    /// Every object with its fields, for those who read the plan.
    #[serde(default)]
    pub resources: Resources,
}

/// A refusal without its places in files, which may have changed since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedRefusal {
    /// `guard/slug`.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// Further facts.
    pub notes: Vec<String>,
    /// The ways out.
    pub help: Vec<String>,
    /// The object.
    pub object: Option<ObjectId>,
    /// Whether nothing at all may be applied.
    pub fatal: bool,
}

/// Why a file is not executed.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It could not be read or written.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// What stands there is a link.
    #[error("it is a symbolic link, and a plan is not written through one: name the file itself")]
    Link,
    /// What stands there is somebody's, and no plan.
    #[error("a file is there that is no saved plan, and it is not replaced: name another, or remove it")]
    Foreign,
    /// It would be read as a part of a fleet.
    #[error("files that end in `.kdl`, `.yaml` or `.yml` are a fleet's: call it `fleet.plan` or the like")]
    FleetFile,
    /// It is no plan.
    #[error("it is not a saved plan: {0}")]
    NotAPlan(#[from] serde_json::Error),
    /// Another version made it.
    #[error("another version made it, `{0}`: plan again")]
    Version(String),
}

impl SavedPlan {
    /// A plan and what it was made from.
    #[must_use]
    pub fn new(plan: &Plan, observed: &Observed, desired: &Desired) -> Self {
        let read = plan.changes.iter().map(|change| (change.id.clone(), fingerprint(&change.id, observed)));
        Self {
            tenantry_plan: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            fleet: plan.fleet.clone(),
            changes: plan.changes.clone(),
            steps: plan.steps.clone(),
            refusals: plan.refusals.iter().map(saved).collect(),
            deferred: plan.deferred.clone(),
            not_compared: plan.not_compared.clone(),
            notes: plan.notes.clone(),
            looked_at: plan.looked_at.clone(),
            counts: plan.counts(),
            waiting: plan.waiting.clone(),
            read: read.collect(),
            wanted: wanted(desired),
            resources: resources(plan, desired, observed),
        }
    }

    /// From the text of a file.
    ///
    /// # Errors
    /// When it is no plan, or one of another version.
    pub fn parse(text: &str) -> Result<Self, FileError> {
        let saved: Self = serde_json::from_str(text)?;
        let known = saved.refusals.iter().all(|refusal| code(&refusal.code).is_some());
        if saved.tenantry_plan != FORMAT || saved.version != env!("CARGO_PKG_VERSION") || !known {
            return Err(FileError::Version(saved.version));
        }
        Ok(saved)
    }

    /// The text of a file, with a line end.
    ///
    /// # Errors
    /// Never in practice: the types have string keys.
    pub fn to_text(&self) -> Result<String, FileError> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(text)
    }

    /// The plan. Its refusals have no places.
    #[must_use]
    pub fn into_plan(self) -> Plan {
        Plan {
            fleet: self.fleet,
            changes: self.changes,
            steps: self.steps,
            refusals: self.refusals.into_iter().filter_map(restored).collect(),
            deferred: self.deferred,
            waiting: self.waiting,
            not_compared: self.not_compared,
            notes: self.notes,
            looked_at: self.looked_at,
        }
    }
}

/// Saves a plan, readable by its owner only.
///
/// # Errors
/// When it cannot be written.
pub fn save(path: &Path, plan: &Plan, observed: &Observed, desired: &Desired) -> Result<(), FileError> {
    if is_fleet_file(&path.to_string_lossy()) {
        return Err(FileError::FleetFile);
    }
    let text = SavedPlan::new(plan, observed, desired).to_text()?;
    match std::fs::symlink_metadata(path) {
        // A pipe or a device, `/dev/stdout` too, has no old contents to keep.
        Ok(there) if !there.is_file() && std::fs::metadata(path).is_ok_and(|end| !end.is_file()) => {
            return write(path, &text, false);
        }
        // Whoever put it there chose what is overwritten, and who may read it.
        Ok(there) if there.is_symlink() => return Err(FileError::Link),
        // An empty one was made to be written to: `mktemp`.
        Ok(there) if there.is_file() && there.len() > 0 && !begins_as_plan(path)? => {
            return Err(FileError::Foreign);
        }
        _ => {}
    }
    // Under another name first: a full disk leaves what was there before, and no half of a plan.
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(name);
    // What a run that died left there under the same number is no longer anybody's.
    let _ = std::fs::remove_file(&temporary);
    let written = write(&temporary, &text, true).and_then(|()| Ok(std::fs::rename(&temporary, path)?));
    if written.is_err() {
        // That it could not be written is what is told.
        let _ = std::fs::remove_file(&temporary);
    }
    written
}

/// Whether a file is a plan that somebody saved, of whatever version.
fn begins_as_plan(path: &Path) -> Result<bool, FileError> {
    let mut begin = Vec::new();
    std::fs::File::open(path)?.take(64).read_to_end(&mut begin)?;
    Ok(String::from_utf8_lossy(&begin)
        .trim_start()
        .trim_start_matches('{')
        .trim_start()
        .starts_with("\"tenantry_plan\""))
}

/// A `new` file is made by this call or not at all: what somebody put there meanwhile, a link too, is not written through.
fn write(path: &Path, text: &str, new: bool) -> Result<(), FileError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(new);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    // A pipe has nothing to be synced.
    if new {
        file.sync_all()?;
    }
    Ok(())
}

/// Reads a saved plan.
///
/// # Errors
/// When it cannot be read, is no plan, or another version made it.
#[expect(clippy::disallowed_methods, reason = "a saved plan is the command's own file, not the fleet's")]
pub fn load(path: &Path) -> Result<SavedPlan, FileError> {
    // A shell hands one over in a pipe; a device never ends.
    let kind = std::fs::metadata(path)?.file_type();
    if !kind.is_file() && !std::os::unix::fs::FileTypeExt::is_fifo(&kind) {
        return Err(std::io::Error::other("it is no file").into());
    }
    if kind.is_file() {
        return SavedPlan::parse(&std::fs::read_to_string(path)?);
    }
    SavedPlan::parse(&String::from_utf8_lossy(&read_patiently(path, LARGEST)?))
}

/// The objects that are no longer as the plan saw them, by id.
#[must_use]
pub fn stale(saved: &SavedPlan, observed: &Observed) -> Vec<ObjectId> {
    let moved = saved.read.iter().filter(|(id, read)| fingerprint(id, observed) != **read);
    moved.map(|(id, _)| id.clone()).collect()
}

/// The declarations of which the files say something else by now, or nothing, or said nothing then.
#[must_use]
pub fn rewritten(saved: &SavedPlan, desired: &Desired) -> BTreeSet<String> {
    let now = wanted(desired);
    let all = saved.wanted.keys().chain(now.keys());
    all.filter(|of| saved.wanted.get(*of) != now.get(*of)).cloned().collect()
}

/// SHA-256 of what is wanted of each declaration, secrets left out.
fn wanted(desired: &Desired) -> BTreeMap<String, String> {
    let mut hashes: BTreeMap<String, Sha256> = BTreeMap::new();
    for (id, entry) in &desired.objects {
        let object = readable(&entry.object);
        let hash = hashes.entry(id.of.clone()).or_default();
        hash.update(json!([id, entry.host, object]).to_string());
    }
    hashes.into_iter().map(|(of, hash)| (of, hex(&hash.finalize()))).collect()
}

/// SHA-256 of what was seen, secrets left out. Health comes and goes by itself and does not count.
fn fingerprint(id: &ObjectId, observed: &Observed) -> String {
    let here = match observed.objects.get(id) {
        None | Some(Observation::Absent) => json!("absent"),
        Some(Observation::Present(present)) => seen(present),
        Some(Observation::Foreign { .. }) => json!("foreign"),
        Some(Observation::Lost(_)) => json!("lost"),
        Some(Observation::Unreadable { .. }) => json!("unreadable"),
    };
    let seen = match observed.elsewhere.get(id) {
        None => here,
        Some(all) => json!({ "here": here, "elsewhere": all.iter().map(seen).collect::<Vec<_>>() }),
    };
    hex(&Sha256::digest(seen.to_string().as_bytes()))
}

fn seen(present: &Present) -> Value {
    json!({
        "object": readable(&present.object),
        "handle": present.handle,
        "running": present.status.running,
        "attached": present.attached,
        "spare": present.spare.iter().map(seen).collect::<Vec<_>>(),
    })
}

fn saved(refusal: &Refusal) -> SavedRefusal {
    let diagnostic = &refusal.diagnostic;
    SavedRefusal {
        code: diagnostic.code.as_str().to_owned(),
        message: diagnostic.message.clone(),
        notes: diagnostic.notes.clone(),
        help: diagnostic.help.iter().map(|help| help.text.clone()).collect(),
        object: refusal.object.clone(),
        fatal: refusal.fatal,
    }
}

fn code(text: &str) -> Option<Code> {
    TABLE.iter().find(|page| page.code.as_str() == text).map(|page| page.code)
}

fn restored(saved: SavedRefusal) -> Option<Refusal> {
    let code = code(&saved.code)?;
    let diagnostic = saved.notes.into_iter().fold(Diagnostic::error(code, saved.message), Diagnostic::note);
    let diagnostic = saved.help.into_iter().fold(diagnostic, Diagnostic::help);
    Some(Refusal { diagnostic, object: saved.object, fatal: saved.fatal })
}
