//! Which steps may begin now: bookkeeping over a plan's `after`, without any I/O.

use std::collections::{BTreeMap, BTreeSet};

use super::event::Outcome;
use crate::desired::call::{Call, StepId};
use crate::desired::change::Step;
use crate::provider::{Error, ErrorKind};

/// Where every step of a plan stands. Steps are known by their place.
pub(super) struct Schedule<'p> {
    steps: &'p [Step],
    places: BTreeMap<StepId, usize>,
    unmet: Vec<BTreeSet<usize>>,
    dependants: Vec<Vec<usize>>,
    ready: BTreeSet<usize>,
    running: BTreeSet<usize>,
    outcomes: Vec<Option<Outcome>>,
}

impl<'p> Schedule<'p> {
    /// Nothing has begun. A step that cannot ever begin (it waits for one that is not in the plan) has failed already.
    pub(super) fn new(steps: &'p [Step]) -> Self {
        let places: BTreeMap<_, _> = steps.iter().enumerate().map(|(place, s)| (s.id, place)).collect();
        let mut schedule = Self {
            steps,
            unmet: vec![BTreeSet::new(); steps.len()],
            dependants: vec![Vec::new(); steps.len()],
            ready: BTreeSet::new(),
            running: BTreeSet::new(),
            outcomes: vec![None; steps.len()],
            places,
        };
        let mut broken = Vec::new();
        for (place, step) in steps.iter().enumerate() {
            if schedule.places.get(&step.id) != Some(&place) {
                broken.push((place, format!("{} is in the plan twice", step.id)));
            }
            for id in &step.after {
                let Some(&other) = schedule.places.get(id) else {
                    broken.push((place, format!("{} waits for {id}, which is not in the plan", step.id)));
                    continue;
                };
                if schedule.unmet[place].insert(other) {
                    schedule.dependants[other].push(place);
                }
            }
            if schedule.unmet[place].is_empty() {
                schedule.ready.insert(place);
            }
        }
        for (place, why) in broken {
            schedule.end(place, Outcome::Failed { error: Error::new(ErrorKind::Other, why) });
        }
        schedule
    }

    /// The next step that may begin within the limits, lowest place first.
    pub(super) fn next(&self, overall: usize, per_host: usize) -> Option<usize> {
        let serial = overall <= 1;
        let counts = |place: usize| serial || !waits(&self.steps[place].call);
        let busy = self.running.iter().filter(|p| counts(**p)).count();
        self.ready.iter().copied().find(|&place| {
            let host = &self.steps[place].host;
            let on_host =
                || self.running.iter().filter(|p| counts(**p) && self.steps[**p].host == *host).count();
            !counts(place) || (busy < overall.max(1) && on_host() < per_host.max(1) && !self.is_taken(place))
        })
    }

    /// Whether a step that is under way has to itself what this one needs.
    fn is_taken(&self, place: usize) -> bool {
        let alone = self.steps[place].call.alone();
        alone.is_some() && self.running.iter().any(|other| self.steps[*other].call.alone() == alone)
    }

    /// The steps that may begin, lowest place first.
    pub(super) fn ready(&self) -> impl Iterator<Item = usize> {
        self.ready.iter().copied()
    }

    /// A step begins.
    pub(super) fn begin(&mut self, place: usize) {
        self.ready.remove(&place);
        self.running.insert(place);
    }

    /// A step has ended; returns those that will never begin because of it, with the step that failed.
    pub(super) fn end(&mut self, place: usize, outcome: Outcome) -> Vec<(usize, StepId)> {
        self.ready.remove(&place);
        self.running.remove(&place);
        if self.outcomes[place].is_some() {
            return Vec::new();
        }
        let done = outcome == Outcome::Done;
        self.outcomes[place] = Some(outcome);
        if done {
            for dependant in self.dependants[place].clone() {
                self.unmet[dependant].remove(&place);
                if self.unmet[dependant].is_empty() && self.outcomes[dependant].is_none() {
                    self.ready.insert(dependant);
                }
            }
            return Vec::new();
        }
        let because = self.steps[place].id;
        let mut skipped = Vec::new();
        let mut queue = self.dependants[place].clone();
        while let Some(dependant) = queue.pop() {
            if self.outcomes[dependant].is_none() {
                self.outcomes[dependant] = Some(Outcome::Skipped { because: Some(because) });
                self.ready.remove(&dependant);
                skipped.push((dependant, because));
                queue.extend(self.dependants[dependant].iter().copied());
            }
        }
        skipped.sort_unstable();
        skipped
    }

    /// Steps under way.
    pub(super) fn running(&self) -> Vec<usize> {
        self.running.iter().copied().collect()
    }

    /// Steps without an outcome that are not under way.
    pub(super) fn left(&self) -> Vec<usize> {
        (0..self.steps.len()).filter(|p| self.outcomes[*p].is_none() && !self.running.contains(p)).collect()
    }

    /// How a step ended.
    pub(super) fn outcome(&self, place: usize) -> Option<&Outcome> {
        self.outcomes.get(place).and_then(Option::as_ref)
    }
}

/// Waiting loads nobody and takes no place from those that work, unless one asked for one thing at a time.
const fn waits(call: &Call) -> bool {
    matches!(call, Call::AwaitHealthy { .. } | Call::AwaitExec { .. })
}
