//! Random histories of a fleet, with runs that are killed: whatever was edited, applied and cut off, nothing of anybody's is
//! lost, every apply leads to a plan that has nothing left to do or refuses the same again, and the files that were last
//! applied whole are the way back.
//!
//! `HISTORIES=300 SEED=1 cargo test --release --test it histories` runs more of them from another seed. A history that
//! fails prints its seed and its edits.

mod fleet;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};
use tenantry::desired::content::Content;
use tenantry::sandbox::Sandbox;
use tenantry::sandbox::state::State;

use crate::plan_cases::stage::{Ran, Stage};
use crate::support::disk;
use fleet::{Chance, Fleet};

/// How many are run where nothing is said, and the first one's seed.
const HISTORIES: u64 = 16;
const SEED: u64 = 1;
const EDITS: usize = 8;
/// Runs in which each step of a plan may be the last one.
static KILLS: AtomicUsize = AtomicUsize::new(0);

#[test]
fn whatever_was_edited_and_cut_off_nothing_is_lost_and_there_is_a_way_back() {
    let number = |name: &str, otherwise: u64| {
        disk::variable(name).map_or(otherwise, |text| text.parse().expect("a number"))
    };
    let (first, count) = (number("SEED", SEED), number("HISTORIES", HISTORIES));
    let failures: Vec<String> = (first..first + count)
        .into_par_iter()
        .filter_map(|seed| {
            let mut history = History::new(seed);
            let why = history.run().err()?;
            Some(format!("seed {seed}: {why}\n  {}", history.told.join("\n  ")))
        })
        .collect();
    println!("{count} histories from seed {first}, {} kills", KILLS.load(Ordering::Relaxed));
    assert!(failures.is_empty(), "{} of {count} fail:\n\n{}", failures.len(), failures.join("\n\n"));
}

struct History {
    chance: Chance,
    stage: Stage,
    told: Vec<String>,
}

impl History {
    fn new(seed: u64) -> Self {
        Self { chance: Chance::new(seed), stage: Stage::new(), told: Vec::new() }
    }

    fn run(&mut self) -> Result<(), String> {
        let mut fleet = Fleet::small();
        self.stage.write("fleet.kdl", &fleet.text());
        self.apply()?.demand(0)?;
        let mut whole = fleet.clone();
        for _ in 0..EDITS {
            let before = fleet.clone();
            let Some(words) = fleet.edit(&mut self.chance) else { continue };
            self.stage.write("fleet.kdl", &fleet.text());
            if self.stage.tenantry(&["check"], None).code != 0 {
                fleet = before;
                self.stage.write("fleet.kdl", &fleet.text());
                continue;
            }
            self.told.push(words);
            let kept = self.data();
            if self.chance.once_in(2) {
                self.killed()?;
                self.is_kept(&kept)?;
            }
            let ran = self.apply()?;
            self.is_kept(&kept)?;
            self.settled()?;
            if ran.code == 0 {
                whole = fleet.clone();
            }
        }
        self.told.push("the files that were last applied whole".to_owned());
        self.stage.write("fleet.kdl", &whole.text());
        let ran = self.apply()?;
        // What came in between is nobody's to take away; a server that went up and an app that was installed since then go
        // one way, as their plans say.
        let is_one_way = |line: &&str| {
            ["left the files", "guard/older-server", "guard/app-removed"].iter().any(|way| line.contains(way))
        };
        let other: Vec<&str> = ran.refusals().into_iter().filter(|line| !is_one_way(line)).collect();
        if !other.is_empty() {
            return Err(format!("the way back is refused: {other:?}\n{}", ran.text()));
        }
        self.settled()
    }

    /// One whole apply: done, or done but for what was refused.
    fn apply(&mut self) -> Result<Ran, String> {
        let ran = self.stage.tenantry(&["apply", "--auto-approve"], None);
        self.told.push(format!("applied: exit {}", ran.code));
        if matches!(ran.code, 0 | 5) {
            return Ok(ran);
        }
        Err(format!("an apply ends with {}:\n{}", ran.code, ran.text()))
    }

    /// An apply that is killed at a step of its own.
    fn killed(&mut self) -> Result<(), String> {
        let file = self.stage.place.path().join("killed.plan");
        let plan = self.stage.tenantry(&["plan", "--out", file.to_str().unwrap()], None);
        let Ok(bytes) = disk::bytes(&file) else { return Ok(()) };
        std::fs::remove_file(&file).unwrap();
        let saved: serde_json::Value = serde_json::from_slice(&bytes).map_err(|e| e.to_string())?;
        let steps = saved["steps"].as_array().map_or(0, Vec::len);
        if steps == 0 || !matches!(plan.code, 0 | 5) {
            return Ok(());
        }
        let when = ["before", "after", "journal"][self.chance.below(3)];
        let at = self.chance.below(steps);
        let ran = self.stage.tenantry(&["apply", "--auto-approve"], Some(&format!("{when}:s-{at}")));
        self.told.push(format!("killed {when} step {at} of {steps}: {}", saved["steps"][at]["call"]["call"]));
        KILLS.fetch_add(1, Ordering::Relaxed);
        // A step that another one did the work of never begins.
        if matches!(ran.code, -9 | 0 | 5) { Ok(()) } else { Err(ran.text()) }
    }

    /// Nothing is left to do, or the same is refused again.
    fn settled(&mut self) -> Result<(), String> {
        let plan = self.stage.tenantry(&["plan"], None);
        if !matches!(plan.code, 0 | 5) || plan.err.contains("panicked") {
            return Err(format!("a plan ends with {}:\n{}", plan.code, plan.text()));
        }
        let whole = plan.err.contains("The whole plan is refused");
        if !whole && !plan.leaves_nothing() {
            return Err(format!("something is left to do after an apply:\n{}", plan.text()));
        }
        self.routers()
    }

    fn worlds(&self) -> BTreeMap<String, State> {
        let folder = self.stage.place.path().join("state/tenantry/sandbox/hx");
        let files = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let worlds = files.filter(|path: &PathBuf| path.extension().is_some_and(|end| end == "json"));
        worlds
            .map(|path| {
                (path.file_stem().unwrap().display().to_string(), Sandbox::file(&path).state().unwrap())
            })
            .collect()
    }

    /// Every volume but the edges' own, every database to which somebody may have logged in, every site's configuration.
    fn data(&self) -> BTreeSet<String> {
        let mut data = BTreeSet::new();
        for (host, world) in self.worlds() {
            for (name, volume) in &world.volumes {
                if name.contains("-edge-") {
                    continue;
                }
                data.insert(format!("{host}: volume {name}"));
                let databases = &volume.thing.databases.schemas;
                for (database, _) in databases.iter().filter(|(_, database)| database.has_administrator) {
                    data.insert(format!("{host}: database {database} in {name}"));
                }
            }
        }
        data
    }

    fn is_kept(&self, before: &BTreeSet<String>) -> Result<(), String> {
        let after = self.data();
        // Volumes without anything in them may go with a bench that never had a site.
        let lost: Vec<_> = before.difference(&after).filter(|what| what.contains("database")).collect();
        if lost.is_empty() { Ok(()) } else { Err(format!("lost: {lost:?}")) }
    }

    /// No name leads to two places.
    fn routers(&self) -> Result<(), String> {
        for (host, world) in self.worlds() {
            let mut seen = BTreeSet::new();
            for (name, volume) in world.volumes.iter().filter(|(name, _)| name.contains("-edge-")) {
                for (path, file) in &volume.thing.files {
                    let Content::Text(text) = &file.content else { continue };
                    for rule in text.lines().filter(|line| line.trim_start().starts_with("rule:")) {
                        for part in rule.split("Host(`").skip(1) {
                            let domain = part.split('`').next().unwrap_or_default().to_owned();
                            if !seen.insert(domain.clone()) {
                                return Err(format!("{host}: {domain} is routed twice ({name}/{path})"));
                            }
                        }
                    }
                }
            }
        }
        Ok(())
    }
}
