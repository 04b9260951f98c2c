//! Random histories of a fleet, with runs that are killed and hosts that do not answer: whatever was edited, applied and cut
//! off, nothing of anybody's is lost or becomes another's ([`kept`]), every apply leads to a plan that has nothing left to do
//! or refuses the same again, and the files that were last applied whole are the way back, but for what went one way
//! ([`ways`]).
//!
//! `HISTORIES=300 EDITS=14 SEED=1 cargo test --test it histories` runs more and longer ones from another seed. A history that
//! fails prints its seed, its edits and its last files; `SEED=7 HISTORIES=1` runs it alone.

mod chance;
mod edits;
mod fleet;
mod kept;
mod sound;
mod tried;
mod ways;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use crate::plan_cases::stage::{Ran, Stage};
use crate::support::disk;
use chance::Chance;
use fleet::Fleet;
use kept::Kept;
use ways::Ways;

/// How many are run where nothing is said, the first one's seed, and how many edits each has.
const HISTORIES: u64 = 16;
const SEED: u64 = 1;
const EDITS: usize = 4;
/// The most that are killed between two edits.
const ROW: usize = 3;
/// More than any plan here deletes or replaces.
const ALL: [&str; 2] = ["--max-destroy", "1000"];

/// What was done, over all histories.
#[derive(Debug, Default)]
struct Counts {
    edits: AtomicUsize,
    points: AtomicUsize,
    kills: AtomicUsize,
    unreadable: AtomicUsize,
    refused: AtomicUsize,
    databases: AtomicUsize,
    sites: AtomicUsize,
}

#[test]
fn whatever_was_edited_and_cut_off_nothing_is_lost_and_there_is_a_way_back() {
    let number = |name: &str, otherwise: u64| {
        disk::variable(name).map_or(otherwise, |text| text.parse().expect("a number"))
    };
    let (first, count) = (number("SEED", SEED), number("HISTORIES", HISTORIES));
    let edits = disk::variable("EDITS").map_or(EDITS, |text| text.parse().expect("a number"));
    let counts = Counts::default();
    let failures: Vec<String> = (first..first + count)
        .into_par_iter()
        .filter_map(|seed| {
            let mut history = History::new(seed, &counts);
            let why = history.run(edits).err()?;
            Some(format!("seed {seed}: {why}\n  {}", history.told.join("\n  ")))
        })
        .collect();
    let of = |number: &AtomicUsize| number.load(Ordering::Relaxed);
    println!(
        "{count} histories from seed {first}: {} edits; {} runs were to be killed at a step, {} were (SIGKILL); {} applies with a \
         host that does not answer; {} plans refused whole; {} databases and {} sites held",
        of(&counts.edits),
        of(&counts.points),
        of(&counts.kills),
        of(&counts.unreadable),
        of(&counts.refused),
        of(&counts.databases),
        of(&counts.sites),
    );
    if let Some(least) = disk::variable("KILLS") {
        let least: usize = least.parse().expect("a number");
        assert!(of(&counts.kills) >= least, "{} were killed, and not {least}", of(&counts.kills));
    }
    assert!(failures.is_empty(), "{} of {count} fail:\n\n{}", failures.len(), failures.join("\n\n"));
}

struct History<'a> {
    chance: Chance,
    stage: Stage,
    kept: Kept,
    ways: Ways,
    counts: &'a Counts,
    told: Vec<String>,
}

impl<'a> History<'a> {
    fn new(seed: u64, counts: &'a Counts) -> Self {
        let stage = Stage::new();
        let kept = Kept::new(stage.place.path().join("state/tenantry/sandbox/hx"));
        Self { chance: Chance::new(seed), stage, kept, ways: Ways::default(), counts, told: Vec::new() }
    }

    fn run(&mut self, edits: usize) -> Result<(), String> {
        let mut fleet = Fleet::small();
        self.stage.write("fleet.kdl", &fleet.text());
        self.apply(&[])?.demand(0)?;
        let mut whole = fleet.clone();
        for _ in 0..edits {
            let before = fleet.clone();
            let Some(words) = fleet.edit(&mut self.chance) else { continue };
            self.stage.write("fleet.kdl", &fleet.text());
            let Some(steps) = self.steps()? else {
                fleet = before;
                self.stage.write("fleet.kdl", &fleet.text());
                continue;
            };
            self.told.push(words);
            add(&self.counts.edits, 1);
            let killed = self.killed(steps)?;
            if self.chance.once_in(6) {
                self.unreadable(&fleet)?;
            }
            let mut flags: &[&str] = &[];
            let mut ran = self.apply(flags)?;
            if ran.refusals().iter().any(|line| line.starts_with("error[guard/budget]")) {
                self.settled(&ran, flags)?;
                flags = &ALL;
                ran = self.apply(flags)?;
            }
            self.settled(&ran, flags)?;
            if killed || !is_refused_whole(&ran) {
                self.ways.went(&fleet);
            }
            if ran.code == 0 {
                self.is_complete(&fleet)?;
                whole = fleet.clone();
                self.ways.begin();
            } else if is_refused_whole(&ran) && self.chance.below(3) > 0 {
                self.told.push("and is taken back".to_owned());
                fleet = before;
            }
        }
        self.back(&whole)
    }

    /// The files that were last applied whole. What came in between is nobody's to take away, and what went one way stays; the
    /// rest is as it was.
    fn back(&mut self, whole: &Fleet) -> Result<(), String> {
        self.told.push("the files that were last applied whole".to_owned());
        self.stage.write("fleet.kdl", &whole.text());
        let mut flags: Vec<String> = ALL.map(str::to_owned).to_vec();
        let mut ran = self.apply(&words(&flags))?;
        if is_refused_whole(&ran) {
            // Hosts that came since, with customers on them: from here on without them.
            self.settled(&ran, &words(&flags))?;
            self.is_explained(&ran, whole)?;
            for line in ran.refusals() {
                let name = line.split('`').nth(1).unwrap_or_default();
                flags.extend(["--without-host".to_owned(), name.to_owned()]);
            }
            ran = self.apply(&words(&flags))?;
        }
        self.is_explained(&ran, whole)?;
        self.settled(&ran, &words(&flags))?;
        self.is_complete(whole)?;
        let (databases, sites) = self.kept.count();
        add(&self.counts.databases, databases);
        add(&self.counts.sites, sites);
        Ok(())
    }

    fn is_explained(&self, ran: &Ran, whole: &Fleet) -> Result<(), String> {
        let other: Vec<_> =
            ran.refusals().into_iter().filter(|line| !self.ways.explain(line, whole)).collect();
        if other.is_empty() {
            return Ok(());
        }
        Err(format!("the way back is refused: {other:?}\n{}", ran.text()))
    }

    /// Every site that is declared is there, with its directory.
    fn is_complete(&self, fleet: &Fleet) -> Result<(), String> {
        let missing: Vec<&String> =
            fleet.sites().filter(|(_, site)| !self.kept.has_site(&site.id)).map(|(name, _)| name).collect();
        if missing.is_empty() { Ok(()) } else { Err(format!("applied whole, and not there: {missing:?}")) }
    }

    /// One whole apply: done, or done but for what was refused.
    fn apply(&mut self, flags: &[&str]) -> Result<Ran, String> {
        let worlds = self.bytes();
        let ran = self.stage.tenantry(&[&["apply", "--auto-approve"], flags].concat(), None);
        self.told.push(format!(
            "applied{}: exit {}",
            flags.iter().map(|flag| format!(" {flag}")).collect::<String>(),
            ran.code
        ));
        self.kept.look()?;
        if !matches!(ran.code, 0 | 5) || (ran.code == 0) != ran.refusals().is_empty() {
            return Err(format!("an apply ends with {}:\n{}", ran.code, ran.text()));
        }
        if is_refused_whole(&ran) {
            add(&self.counts.refused, 1);
            if ran.code != 5 || worlds != self.bytes() {
                return Err(format!("it is refused whole, and something was done:\n{}", ran.text()));
            }
        }
        Ok(ran)
    }

    /// How many steps an apply would have, none where it is refused whole; `None` where the files are wrong.
    fn steps(&self) -> Result<Option<usize>, String> {
        let file = self.stage.place.path().join("killed.plan");
        let plan = self.stage.tenantry(&["plan", "--out", file.to_str().unwrap()], None);
        if plan.code == 1 && self.stage.tenantry(&["check"], None).code == 1 {
            return Ok(None);
        }
        if !matches!(plan.code, 0 | 5) {
            return Err(format!("a plan ends with {}:\n{}", plan.code, plan.text()));
        }
        let Ok(bytes) = disk::bytes(&file) else { return Ok(Some(0)) };
        std::fs::remove_file(&file).unwrap();
        if is_refused_whole(&plan) {
            return Ok(Some(0));
        }
        let saved: serde_json::Value = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
        Ok(Some(saved["steps"].as_array().map_or(0, Vec::len)))
    }

    /// Applies that are killed, each at a step of its own: the first one of a plan of so many steps, the next ones early in
    /// what the killed one left. Whether one was.
    fn killed(&mut self, mut steps: usize) -> Result<bool, String> {
        let mut any = false;
        for _ in 0..ROW {
            if steps == 0 || self.chance.once_in(3) {
                break;
            }
            let point = format!(
                "{}:s-{}",
                ["before", "after", "journal"][self.chance.below(3)],
                self.chance.below(steps)
            );
            let ran = self.stage.tenantry(&["apply", "--auto-approve"], Some(&point));
            self.told.push(format!("killed {point} of {steps}: exit {}", ran.code));
            self.kept.look()?;
            add(&self.counts.points, 1);
            match ran.code {
                -9 => add(&self.counts.kills, 1),
                // A step that another one did the work of never begins.
                0 | 5 => break,
                _ => return Err(ran.text()),
            }
            any = true;
            steps = steps.min(8);
        }
        Ok(any)
    }

    /// An apply while one of the hosts cannot be read, and nothing of it is taken for absent.
    fn unreadable(&mut self, fleet: &Fleet) -> Result<(), String> {
        const SPOILT: &str = "{ no world";
        let files = self.kept.files();
        let Some(host) = self.chance.of(files.keys()).cloned() else { return Ok(()) };
        let (file, aside) = (&files[&host], self.stage.place.path().join("aside"));
        std::fs::rename(file, &aside).unwrap();
        #[expect(clippy::disallowed_methods, reason = "a test spoils a world")]
        std::fs::write(file, SPOILT).unwrap();
        let ran = self.stage.tenantry(&["apply", "--auto-approve"], None);
        let is_spoilt = disk::bytes(file).is_ok_and(|bytes| bytes == SPOILT.as_bytes());
        std::fs::rename(&aside, file).unwrap();
        add(&self.counts.unreadable, 1);
        self.told.push(format!("applied while {host} cannot be read: exit {}", ran.code));
        let is_declared = fleet.declares("host", host.trim_start_matches("host."));
        if !is_spoilt || !(ran.code == 5 || ran.code == 0 && !is_declared) {
            return Err(format!("an apply without {host} ends with {}:\n{}", ran.code, ran.text()));
        }
        self.kept.look()
    }

    /// Nothing is left to do, and the same is refused again.
    fn settled(&self, ran: &Ran, flags: &[&str]) -> Result<(), String> {
        let plan = self.stage.tenantry(&[&["plan"], flags].concat(), None);
        if plan.code != ran.code || plan.err.contains("panicked") {
            return Err(format!("a plan after exit {} ends with {}:\n{}", ran.code, plan.code, plan.text()));
        }
        if is_refused_whole(&plan) != is_refused_whole(ran) || !is_refused_alike(ran, &plan) {
            return Err(format!(
                "another refusal after an apply:\n{}\nand then:\n{}",
                ran.text(),
                plan.text()
            ));
        }
        if !is_refused_whole(&plan) && !plan.leaves_nothing() {
            return Err(format!("something is left to do after an apply:\n{}", plan.text()));
        }
        sound::check(&self.kept)
    }

    fn bytes(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let files = self.kept.files().into_values();
        files.map(|path| (path.clone(), disk::bytes(&path).unwrap_or_default())).collect()
    }
}

fn is_refused_whole(ran: &Ran) -> bool {
    ran.err.contains("The whole plan is refused")
}

/// Whether a plan refuses what the apply before it did. The later rounds of an apply may find out more of the same thing, and
/// then that is what is told of it from then on.
fn is_refused_alike(ran: &Ran, plan: &Ran) -> bool {
    let (before, after) = (ran.refusals(), plan.refusals());
    let names = |line: &str| line.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<String>>();
    let again: Vec<String> = after.iter().flat_map(|line| names(line)).collect();
    after.iter().all(|line| before.contains(line))
        && before.iter().all(|line| {
            after.contains(line)
                || !is_refused_whole(ran) && names(line).iter().any(|name| again.contains(name))
        })
}

fn words(flags: &[String]) -> Vec<&str> {
    flags.iter().map(String::as_str).collect()
}

fn add(count: &AtomicUsize, more: usize) {
    count.fetch_add(more, Ordering::Relaxed);
}
