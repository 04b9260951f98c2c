//! How far an apply is, by declaration: what a terminal shows and what a log is told. Neither prints nor looks at a clock.

use std::collections::{BTreeMap, BTreeSet};

use crate::apply::{Event, Outcome};
use crate::desired::call::StepId;
use crate::desired::change::Action;
use crate::plan::Plan;

use super::table::{count, elapsed, listed};
use crate::diag::printable;

/// How often a step must have been done before another one of its sort can be called slow.
const KNOWN: u64 = 3;
/// How much longer it must take than those, in milliseconds, beside twice as long.
const SLOWER: u64 = 5_000;
/// What usually takes so many milliseconds is worth saying.
const TOLD: u64 = 2_000;
/// Names that are told of what is done or failed; the rest is a number.
const NAMED: usize = 3;

/// One plan's progress. Times are milliseconds since its beginning.
#[derive(Debug, Default)]
pub struct Progress {
    groups: Vec<Group>,
    steps: BTreeMap<StepId, Place>,
    running: BTreeMap<StepId, Running>,
    /// By what was done: how often, and how long together.
    took: BTreeMap<String, (u64, u64)>,
    /// Declarations in the order in which they were done.
    done: Vec<usize>,
    /// Steps that failed.
    failed: Vec<StepId>,
    over: BTreeSet<StepId>,
}

/// The steps of one declaration.
#[derive(Debug, Default)]
struct Group {
    name: String,
    /// What changes: `4 added`.
    words: String,
    steps: usize,
    done: usize,
    failed: usize,
    skipped: usize,
    began: Option<u64>,
}

#[derive(Debug)]
struct Place {
    group: usize,
    /// `container backend: start`.
    what: String,
}

#[derive(Debug)]
struct Running {
    since: u64,
    message: String,
}

/// A line that stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A declaration is done: a terminal shows that in its block.
    Done(String),
    /// Something failed.
    Failed(String),
    /// Something is tried again.
    Retry(String),
    /// A word.
    Plain(String),
}

impl Group {
    const fn is_over(&self) -> bool {
        self.done + self.failed + self.skipped == self.steps
    }

    const fn is_done(&self) -> bool {
        self.done == self.steps
    }

    fn kind(&self) -> &str {
        self.name.split('.').next().unwrap_or_default()
    }
}

impl Progress {
    /// Nothing has begun.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        let mut progress = Self::default();
        let addresses: BTreeMap<_, _> = plan.changes.iter().map(|c| (&c.id, c.address.as_str())).collect();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for step in &plan.steps {
            let object = step.object.to_string();
            let address = addresses.get(&step.object).copied().unwrap_or(&object);
            let (name, part) = address.split_once('/').unwrap_or((address, ""));
            let group = *places.entry(name.to_owned()).or_insert_with(|| {
                progress.groups.push(Group { name: printable(name), ..Group::default() });
                progress.groups.len() - 1
            });
            progress.groups[group].steps += 1;
            let what = printable(&format!("{}: {}", part.replacen('/', " ", 1), step.call.verb()));
            progress.steps.insert(step.id, Place { group, what });
        }
        let mut actions: BTreeMap<usize, Vec<Action>> = BTreeMap::new();
        for change in &plan.changes {
            let name = change.address.split_once('/').map_or(change.address.as_str(), |(name, _)| name);
            if let Some(group) = places.get(name) {
                actions.entry(*group).or_default().push(change.action);
            }
        }
        for (group, actions) in actions {
            progress.groups[group].words = changes(actions.into_iter());
        }
        progress
    }

    /// How many steps are under way.
    #[must_use]
    pub fn running(&self) -> usize {
        self.running.len()
    }

    /// Something happened; what must be said of it.
    pub fn on(&mut self, event: &Event, now: u64) -> Vec<Line> {
        match event {
            Event::LockWaiting { host, holder } => vec![Line::Plain(format!("waiting for {host}: {holder}"))],
            Event::StepStart { step } => {
                self.running.insert(*step, Running { since: now, message: String::new() });
                if let Some(group) = self.group(*step) {
                    group.began.get_or_insert(now);
                }
                Vec::new()
            }
            Event::StepProgress { step, message } => {
                if let Some(running) = self.running.get_mut(step) {
                    running.message = printable(message);
                }
                Vec::new()
            }
            Event::StepRetry { step, error, wait_ms } => {
                let name = self.name(*step);
                vec![Line::Retry(format!("  {name}: {error}; trying again in {}", elapsed(*wait_ms)))]
            }
            Event::StepEnd { step, outcome, elapsed_ms } => self.end(*step, outcome, *elapsed_ms, now),
            Event::Stopping => {
                let words = "stopping: what is under way is finished; once more to leave at once";
                vec![Line::Plain(words.to_owned())]
            }
        }
    }

    fn end(&mut self, step: StepId, outcome: &Outcome, elapsed_ms: u64, now: u64) -> Vec<Line> {
        self.running.remove(&step);
        self.over.insert(step);
        let mut lines = Vec::new();
        if let Outcome::Failed { .. } = outcome {
            self.failed.push(step);
            lines.push(Line::Failed(format!("{} failed after {}", self.name(step), elapsed(elapsed_ms))));
        }
        let Some(Place { group: place, what }) = self.steps.get(&step) else { return lines };
        let place = *place;
        if *outcome == Outcome::Done {
            let took = self.took.entry(what.clone()).or_default();
            *took = (took.0 + 1, took.1 + elapsed_ms);
        }
        let Some(group) = self.groups.get_mut(place) else { return lines };
        match outcome {
            Outcome::Done => group.done += 1,
            Outcome::Failed { .. } => group.failed += 1,
            Outcome::Skipped { .. } => group.skipped += 1,
        }
        if group.is_over() {
            let took = elapsed(now.saturating_sub(group.began.unwrap_or(now)));
            let steps = count(group.steps, "step");
            if group.is_done() {
                let words = if group.words.is_empty() { steps } else { format!("{}, {steps}", group.words) };
                lines.push(Line::Done(format!("{}: {words}  {took}", group.name)));
                self.done.push(place);
            } else if group.done + group.failed > 0 {
                lines.push(Line::Failed(format!(
                    "{}: {} of {steps} done, {} failed, {} did not run  {took}",
                    group.name, group.done, group.failed, group.skipped
                )));
            }
        }
        lines
    }

    /// The word that a log gets from time to time; `None` while nothing is under way.
    #[must_use]
    pub fn word(&self, now: u64) -> Option<String> {
        let (name, what, time) = self.rows(now).into_iter().next()?;
        let more = match self.running.len() - 1 {
            0 => String::new(),
            n => format!(" · {n} more under way"),
        };
        Some(format!("{} · {name}, {what}, {time}{more}", self.tally()))
    }

    /// The moving block, at most so many lines of so many columns; empty while nothing is under way.
    #[must_use]
    pub fn block(&self, now: u64, width: usize, height: usize) -> Vec<String> {
        let rows = self.rows(now);
        if rows.is_empty() {
            return Vec::new();
        }
        let left = self.left(now).map(|left| format!(" · ≈ {} left", time(left))).unwrap_or_default();
        let head = format!("{} · {} at once · {}{left}", self.tally(), self.running.len(), time(now));
        let mut lines = vec![head];
        let shown = rows.len().min(height.saturating_sub(4).max(1));
        let wide = |of: fn(&(String, String, String)) -> &str| {
            rows.iter().take(shown).map(|row| of(row).chars().count()).max().unwrap_or(0)
        };
        let (names, whats) = (wide(|row| &row.0), wide(|row| &row.1));
        for (name, what, time) in rows.iter().take(shown) {
            lines.push(format!("  {name:names$}  {what:whats$}  {time}"));
        }
        if rows.len() > shown {
            lines.push(format!("  and {} more", rows.len() - shown));
        }
        let done = (!self.done.is_empty()).then(|| {
            let names = self.done.iter().filter_map(|place| self.groups.get(*place));
            format!("done  {}", listed(&names.map(|group| group.name.clone()).collect::<Vec<_>>(), NAMED))
        });
        let failed = (!self.failed.is_empty()).then(|| {
            let names = self.failed.iter().map(|step| {
                let group = self.steps.get(step).and_then(|place| self.groups.get(place.group));
                format!("{} (tenantry log {step})", group.map_or("", |group| group.name.as_str()))
            });
            format!("failed  {}", listed(&names.collect::<Vec<_>>(), NAMED))
        });
        let last: Vec<String> = [failed, done].into_iter().flatten().collect();
        if !last.is_empty() {
            lines.push(format!("  {}", last.join("     ")));
        }
        lines.into_iter().map(|line| cut(&line, width)).collect()
    }

    /// `9 of 15 sites · 640 of 1300 steps`.
    fn tally(&self) -> String {
        let mut kinds: Vec<(&str, usize, usize)> = Vec::new();
        for group in &self.groups {
            let done = usize::from(group.is_done());
            match kinds.iter_mut().find(|(kind, _, _)| *kind == group.kind()) {
                Some((_, all, ready)) => {
                    *all += 1;
                    *ready += done;
                }
                None => kinds.push((group.kind(), 1, done)),
            }
        }
        let several = kinds.iter().filter(|(_, all, _)| *all > 1);
        let mut words: Vec<String> =
            several.map(|(kind, all, ready)| format!("{ready} of {}", count(*all, kind))).collect();
        words.push(format!("{} of {}", self.over.len(), count(self.steps.len(), "step")));
        words.join(" · ")
    }

    /// What is under way, a row a declaration, what takes longest first: who, what, how long.
    fn rows(&self, now: u64) -> Vec<(String, String, String)> {
        let mut running: Vec<(&StepId, &Running)> = self.running.iter().collect();
        running.sort_by_key(|(step, running)| (running.since, **step));
        let mut groups = Vec::new();
        let mut rows = Vec::new();
        for (step, running) in running {
            let Some(place) = self.steps.get(step) else { continue };
            let Some(group) = self.groups.get(place.group) else { continue };
            if groups.contains(&place.group) {
                continue;
            }
            groups.push(place.group);
            let took = now.saturating_sub(running.since);
            let mut words = time(took);
            match self.usual(&place.what) {
                Some((n, mean)) if took > 2 * mean && took > mean + SLOWER => {
                    words.push_str(&format!(", the {n} before took {}", elapsed(mean)));
                }
                Some((_, mean)) if mean >= TOLD => words.push_str(&format!(" of ≈ {}", time(mean))),
                _ => {}
            }
            let mut what = place.what.clone();
            if !running.message.is_empty() {
                what.push_str(&format!(", {}", running.message));
            }
            rows.push((group.name.clone(), what, words));
        }
        rows
    }

    /// How long a step of a sort took so far, in milliseconds, and of how many that is known.
    fn usual(&self, what: &str) -> Option<(u64, u64)> {
        self.took.get(what).filter(|(n, _)| *n >= KNOWN).map(|(n, sum)| (*n, sum / n))
    }

    /// Milliseconds until everything has ended, where as many steps run at once as now: `None` while a step is left of whose sort
    /// too little is known, or where that is not worth a word.
    fn left(&self, now: u64) -> Option<u64> {
        let mut left = 0;
        for (step, place) in self.steps.iter().filter(|(step, _)| !self.over.contains(step)) {
            let (_, mean) = self.usual(&place.what)?;
            let took = self.running.get(step).map_or(0, |running| now.saturating_sub(running.since));
            left += mean.saturating_sub(took);
        }
        let left = left / u64::try_from(self.running.len().max(1)).unwrap_or(1);
        (left >= SLOWER).then_some(left)
    }

    fn group(&mut self, step: StepId) -> Option<&mut Group> {
        let place = self.steps.get(&step)?.group;
        self.groups.get_mut(place)
    }

    /// `site.globex, site: install erpnext`.
    fn name(&self, step: StepId) -> String {
        let place = self.steps.get(&step);
        let group = place.and_then(|place| self.groups.get(place.group));
        format!("{}, {}", group.map_or("", |g| g.name.as_str()), place.map_or("", |p| p.what.as_str()))
    }
}

/// `4 added, 1 changed`.
fn changes(actions: impl Iterator<Item = Action>) -> String {
    let mut counts: BTreeMap<Action, usize> = BTreeMap::new();
    for action in actions {
        *counts.entry(action).or_default() += 1;
    }
    let word = |action: Action| match action {
        Action::Create => "added",
        Action::Update => "changed",
        Action::Replace => "made anew",
        Action::Delete => "destroyed",
    };
    counts.iter().map(|(action, n)| format!("{n} {}", word(*action))).collect::<Vec<_>>().join(", ")
}

/// Whole seconds: what changes faster cannot be read.
fn time(ms: u64) -> String {
    if ms < 60_000 { format!("{} s", ms / 1_000) } else { elapsed(ms) }
}

/// No longer than the terminal is wide: a line that wraps could not be taken back. What is neither ASCII nor one of our own
/// signs counts as two columns.
fn cut(line: &str, width: usize) -> String {
    let columns = |c: char| if c.is_ascii() || "·…✓✗≈→".contains(c) { 1 } else { 2 };
    if line.chars().map(columns).sum::<usize>() <= width {
        return line.trim_end().to_owned();
    }
    let mut left = width.saturating_sub(1);
    let mut short = String::new();
    for c in line.chars() {
        let Some(rest) = left.checked_sub(columns(c)) else { break };
        left = rest;
        short.push(c);
    }
    short.push('…');
    short
}

#[cfg(test)]
mod tests;
