//! Which steps may begin now: bookkeeping over a plan's `after`, without any I/O.

use std::collections::{BTreeMap, BTreeSet};

use super::event::Outcome;
use crate::desired::call::{Call, StepId};
use crate::desired::change::Step;
use crate::provider::{Error, ErrorKind};

/// What decides whether there is room for a step.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Lane<'p> {
    /// It only waits, and takes nobody's place.
    Waits,
    /// It works on a host.
    Works { host: &'p str },
    /// It works for minutes in a bench, whose turns say how many do: it takes nobody's place on the host.
    Turns,
}

impl<'p> Lane<'p> {
    fn of(step: &'p Step) -> Self {
        if waits(&step.call) {
            Self::Waits
        } else if step.call.works_in_bench() {
            Self::Turns
        } else {
            Self::Works { host: &step.host }
        }
    }
}

/// Where every step of a plan stands. Steps are known by their place.
pub(super) struct Schedule<'p> {
    steps: &'p [Step],
    places: BTreeMap<StepId, usize>,
    unmet: Vec<BTreeSet<usize>>,
    dependants: Vec<Vec<usize>>,
    /// Steps that may begin: whether they may is asked a lane at a time, since thousands may be ready while a host has no room.
    ready: BTreeMap<Lane<'p>, BTreeSet<usize>>,
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
            ready: BTreeMap::new(),
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
                schedule.offer(place);
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
        let working: Vec<&Step> = self.running.iter().map(|place| &self.steps[*place]).collect();
        let busy = working.iter().filter(|step| serial || !waits(&step.call)).count();
        let has_room = |host: &str| {
            let on_host = working.iter().filter(|step| Lane::of(step) == Lane::Works { host });
            on_host.count() < per_host.max(1)
        };
        let lanes = self.ready.iter().filter(|(lane, _)| match lane {
            Lane::Waits => !serial || busy == 0,
            Lane::Works { host } => busy < overall.max(1) && has_room(host),
            Lane::Turns => busy < overall.max(1),
        });
        lanes.filter_map(|(_, places)| places.iter().copied().find(|place| !self.is_taken(*place))).min()
    }

    /// Whether as many steps as may be are under way at what this one needs.
    fn is_taken(&self, place: usize) -> bool {
        let step = &self.steps[place];
        let Some(turns) = step.call.turns() else { return false };
        let same = self.running.iter().filter(|other| self.steps[**other].call.turns() == Some(turns));
        u64::try_from(same.count()).is_ok_and(|same| same >= step.at_once)
    }

    fn offer(&mut self, place: usize) {
        self.ready.entry(Lane::of(&self.steps[place])).or_default().insert(place);
    }

    fn withdraw(&mut self, place: usize) {
        if let Some(places) = self.ready.get_mut(&Lane::of(&self.steps[place])) {
            places.remove(&place);
        }
    }

    /// The steps that may begin.
    pub(super) fn ready(&self) -> impl Iterator<Item = usize> {
        self.ready.values().flatten().copied()
    }

    /// A step begins.
    pub(super) fn begin(&mut self, place: usize) {
        self.withdraw(place);
        self.running.insert(place);
    }

    /// A step has ended; returns those that will never begin because of it, with the step that failed.
    pub(super) fn end(&mut self, place: usize, outcome: Outcome) -> Vec<(usize, StepId)> {
        self.withdraw(place);
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
                    self.offer(dependant);
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
                self.withdraw(dependant);
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
