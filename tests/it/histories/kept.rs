//! What came to be in the sandboxes, and must stay. Their files are followed line by line, a line a change: what was lost for
//! a moment and made anew, empty, is lost.
//!
//! | what | from when on | what of it must stay |
//! |---|---|---|
//! | a database | its administrator has a password | whose it is marked as; each app that is installed |
//! | a site's directory | its document bears a mark | site, tenant and database that it names |
//! | a volume | one of these lies in it | whose it is marked as, and each other volume of the same bench or server |

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use serde_json::{Deserializer, Value};

use crate::support::disk;

type Facts = BTreeMap<String, String>;

#[derive(Debug, Default)]
pub(super) struct Kept {
    folder: PathBuf,
    hosts: BTreeMap<String, Host>,
}

/// A host, as far as its file was read.
#[derive(Debug, Default)]
struct Host {
    read: usize,
    file: u64,
    volumes: BTreeMap<String, Volume>,
}

#[derive(Debug, Default, Clone)]
struct Volume {
    mark: String,
    documents: BTreeMap<String, Value>,
    databases: BTreeMap<String, Value>,
    marks: BTreeMap<String, Value>,
    facts: Facts,
}

impl Kept {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder, hosts: BTreeMap::new() }
    }

    /// The files of the sandboxes, by the name of the file.
    pub(super) fn files(&self) -> BTreeMap<String, PathBuf> {
        let entries =
            std::fs::read_dir(&self.folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let worlds = entries.filter(|path| path.extension().is_some_and(|end| end == "json"));
        worlds.map(|path| (path.file_stem().unwrap().display().to_string(), path)).collect()
    }

    /// Reads what was done since it was read last; an error says what was lost by it.
    pub(super) fn look(&mut self) -> Result<(), String> {
        let files = self.files();
        if let Some(gone) = self.hosts.keys().find(|name| !files.contains_key(*name)) {
            return Err(format!("the world of {gone} is gone"));
        }
        for (name, path) in &files {
            let host = self.hosts.entry(name.clone()).or_default();
            host.follow(path).map_err(|why| format!("{name}: {why}"))?;
        }
        self.is_one_place()
    }

    /// How many databases and sites there are.
    pub(super) fn count(&self) -> (usize, usize) {
        let facts = || self.volumes().flat_map(|(_, volume)| volume.facts.keys());
        let of = |word: &str| facts().filter(|fact| fact.starts_with(word)).count();
        (of("database"), of("directory"))
    }

    /// Whether a site with this identity is there with its directory.
    pub(super) fn has_site(&self, id: &str) -> bool {
        let words = format!("site.{id}/site ");
        self.volumes().any(|(_, volume)| volume.facts.values().any(|fact| fact.starts_with(&words)))
    }

    /// Volumes that hold something, by host and name, with what they are marked as.
    pub(super) fn full(&self) -> BTreeMap<(&str, &str), &str> {
        let full = self.volumes().filter(|(_, volume)| !volume.facts.is_empty());
        full.map(|(place, volume)| (place, volume.mark.as_str())).collect()
    }

    fn volumes(&self) -> impl Iterator<Item = ((&str, &str), &Volume)> {
        self.hosts.iter().flat_map(|(host, known)| {
            known.volumes.iter().map(move |(name, volume)| ((host.as_str(), name.as_str()), volume))
        })
    }

    /// No site is whole in two places, and no two share a database.
    fn is_one_place(&self) -> Result<(), String> {
        let mut seen: BTreeMap<&str, String> = BTreeMap::new();
        for ((host, volume), known) in self.volumes() {
            for (fact, names) in known.facts.iter().filter(|(fact, _)| fact.starts_with("directory")) {
                let mut words = names.split(' ');
                let (site, database) =
                    (words.next().unwrap_or_default(), words.next_back().unwrap_or_default());
                for what in [site, database] {
                    let here = format!("{host}: {fact} in {volume}");
                    if let Some(other) = seen.insert(what, here.clone()) {
                        return Err(format!("{what} is in two places: {other}; {here}"));
                    }
                }
            }
        }
        Ok(())
    }
}

impl Host {
    fn follow(&mut self, path: &Path) -> Result<(), String> {
        let file = std::fs::metadata(path).map_err(|error| error.to_string())?.ino();
        let bytes = disk::bytes(path).map_err(|error| error.to_string())?;
        // What follows the last whole line was torn: nobody was told that it is done.
        let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        if file != self.file || end < self.read {
            // The world was written anew, whole.
            let mut values = Deserializer::from_slice(&bytes[..end]).into_iter::<Value>();
            let world = values.next().ok_or("an empty file")?.map_err(|error| error.to_string())?;
            self.read = values.byte_offset();
            self.file = file;
            self.is_now(whole(&world["volumes"]))?;
        }
        let text = std::str::from_utf8(&bytes[self.read.min(end)..end]).map_err(|error| error.to_string())?;
        for line in text.lines().filter(|line| line.contains("\"volumes\"")) {
            let change: Value = serde_json::from_str(line).map_err(|error| format!("{error}: {line}"))?;
            // A container names its volumes as well.
            if change["volumes"].is_object() {
                self.is_now(changed(&self.volumes, &change["volumes"]))?;
            }
        }
        self.read = end;
        Ok(())
    }

    /// These volumes are there from now on. What was in the ones before is in them, and as it was.
    fn is_now(&mut self, now: BTreeMap<String, Volume>) -> Result<(), String> {
        let full: BTreeSet<&str> =
            self.volumes.values().filter(|volume| !volume.facts.is_empty()).map(Volume::of).collect();
        for (name, before) in self.volumes.iter().filter(|(_, volume)| full.contains(volume.of())) {
            let Some(after) = now.get(name) else { return Err(format!("lost: volume {name}")) };
            if after.mark != before.mark {
                return Err(format!("volume {name} of {} is {}'s now", before.mark, after.mark));
            }
            for (fact, was) in &before.facts {
                match after.facts.get(fact) {
                    None => return Err(format!("lost: {fact} in {name} ({was})")),
                    Some(is) if is != was => return Err(format!("{fact} in {name}: {was} is {is} now")),
                    Some(_) => {}
                }
            }
        }
        self.volumes = now;
        Ok(())
    }
}

impl Volume {
    /// The bench or server that it is marked as.
    fn of(&self) -> &str {
        self.mark.split('/').next().unwrap_or_default()
    }

    fn facts(&self) -> Facts {
        let mut facts = Facts::new();
        for (name, database) in &self.databases {
            if database["has_administrator"] != true {
                continue;
            }
            let is_it = |(id, marked): &(&String, &Value)| id.ends_with("/schema") && *marked == name;
            let marked: Vec<&str> = self.marks.iter().filter(is_it).map(|(id, _)| id.as_str()).collect();
            facts.insert(format!("database {name}"), marked.join(" "));
            let apps = database["installed"].as_array().into_iter().flatten().filter_map(Value::as_str);
            facts.extend(apps.map(|app| (format!("installed {app} in {name}"), String::new())));
        }
        for (path, file) in &self.documents {
            let Some(directory) = path.strip_suffix("/site_config.json") else { continue };
            let text = file["content"]["text"].as_str().unwrap_or_default();
            let document: Value = serde_json::from_str(text).unwrap_or_default();
            if let Some(identity) = document["tenantry"]["identity"].as_str() {
                let word = |value: &Value| value.as_str().unwrap_or("nothing").to_owned();
                let (tenant, database) = (word(&document["tenantry"]["tenant"]), word(&document["db_name"]));
                facts.insert(
                    format!("directory {directory}"),
                    format!("{identity} of {tenant} on {database}"),
                );
            }
        }
        facts
    }
}

/// Volumes as a whole world has them.
fn whole(volumes: &Value) -> BTreeMap<String, Volume> {
    let each = volumes.as_object().into_iter().flatten().map(|(name, marked)| {
        let databases = &marked["thing"]["databases"];
        let mut volume = Volume {
            mark: marked["mark"]["identity"].as_str().unwrap_or_default().to_owned(),
            documents: entries(&marked["thing"]["files"]),
            databases: entries(&databases["schemas"]),
            marks: entries(&databases["marks"]["hx"]),
            facts: Facts::new(),
        };
        volume.facts = volume.facts();
        (name.clone(), volume)
    });
    each.collect()
}

/// Volumes after a line.
fn changed(before: &BTreeMap<String, Volume>, change: &Value) -> BTreeMap<String, Volume> {
    let mut now = if change["all"] == true { BTreeMap::new() } else { before.clone() };
    for name in change["gone"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        now.remove(name);
    }
    for (name, of) in change["set"].as_object().into_iter().flatten() {
        let volume = now.entry(name.clone()).or_default();
        of["mark"]["identity"].as_str().unwrap_or_default().clone_into(&mut volume.mark);
        patch(&mut volume.documents, &of["files"]);
        patch(&mut volume.databases, &of["schemas"]);
        let marks = &of["marks"];
        if marks["all"] == true {
            volume.marks.clear();
        }
        patch(&mut volume.marks, &marks["set"]["hx"]);
        volume.facts = volume.facts();
    }
    now
}

fn patch(map: &mut BTreeMap<String, Value>, change: &Value) {
    if change["all"] == true {
        map.clear();
    }
    for key in change["gone"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        map.remove(key);
    }
    map.extend(entries(&change["set"]));
}

fn entries(map: &Value) -> BTreeMap<String, Value> {
    map.as_object().into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect()
}
