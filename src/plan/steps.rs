//! Steps on their way into a plan: edges by place, then merged where one call can do the work of several, then in order.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use crate::desired::ObjectId;
use crate::desired::call::{Arg, Call, StepId};
use crate::desired::change::Step;
use crate::provider::proposal::Draft;

/// A step by the place at which it was added.
pub(super) type Place = usize;

#[derive(Debug)]
struct Node {
    object: ObjectId,
    host: String,
    draft: Draft,
    after: BTreeSet<Place>,
}

/// The steps so far.
#[derive(Debug, Default)]
pub(super) struct Steps(Vec<Node>);

/// Where containers are that calls name by their object: seen, or made by a step.
pub(super) type Containers = BTreeMap<ObjectId, Container>;

/// The container that an object is, or will be.
#[derive(Debug, Clone)]
pub(super) enum Container {
    /// It was seen: the engine's id.
    Seen(String),
    /// A step makes it.
    Made(Place),
}

impl Steps {
    /// Adds a step.
    pub(super) fn add(
        &mut self,
        object: &ObjectId,
        host: &str,
        draft: Draft,
        after: BTreeSet<Place>,
    ) -> Place {
        let object = draft.object.clone().unwrap_or_else(|| object.clone());
        self.0.push(Node { object, host: host.to_owned(), draft, after });
        self.0.len() - 1
    }

    /// Makes a step wait for others as well.
    pub(super) fn wait(&mut self, place: Place, others: impl IntoIterator<Item = Place>) {
        if let Some(node) = self.0.get_mut(place) {
            node.after.extend(others.into_iter().filter(|other| *other != place));
        }
    }

    /// What a step waits for.
    pub(super) fn after(&self, place: Place) -> BTreeSet<Place> {
        self.0.get(place).map(|node| node.after.clone()).unwrap_or_default()
    }

    /// The file of routes that a step writes, and its host.
    pub(super) fn file(&self, place: Place) -> Option<(&str, &str)> {
        let node = self.0.get(place)?;
        match &node.draft.call {
            Call::Routes { file, .. } => Some((&node.host, file)),
            _ => None,
        }
    }

    /// Whether a step starts a container.
    pub(super) fn starts(&self, place: Place) -> bool {
        self.0.get(place).is_some_and(|node| matches!(node.draft.call, Call::StartContainer { .. }))
    }

    /// The steps in their final order, and the final id of every place.
    pub(super) fn finish(mut self, containers: &Containers) -> (Vec<Step>, Vec<StepId>) {
        for node in &mut self.0 {
            resolve(&mut node.draft.call, containers);
        }
        let stands_for = self.merge();
        let order = self.order(&stands_for);
        let mut ids = vec![StepId(u32::MAX); self.0.len()];
        for (id, place) in order.iter().enumerate() {
            ids[*place] = StepId(u32::try_from(id).unwrap_or(u32::MAX));
        }
        for (place, other) in stands_for.iter().enumerate() {
            ids[place] = ids[*other];
        }
        let mut nodes: Vec<Option<Node>> = self.0.into_iter().map(Some).collect();
        let mut steps = Vec::with_capacity(order.len());
        for place in order {
            let Some(node) = nodes.get_mut(place).and_then(Option::take) else { continue };
            let mut call = node.draft.call;
            if let Some(Arg::Output(step)) = call.container_mut() {
                *step = ids.get(step.0 as usize).copied().unwrap_or(*step);
            }
            let id = ids[place];
            let mut after: Vec<StepId> =
                node.after.iter().map(|place| ids[*place]).filter(|a| *a != id).collect();
            after.sort_unstable();
            after.dedup();
            steps.push(Step {
                id,
                object: node.object,
                host: node.host,
                call,
                after,
                consequence: node.draft.consequence,
                reason: node.draft.reason,
                at_once: node.draft.at_once,
            });
        }
        (steps, ids)
    }

    /// Lets one call do what several would do that wait for the same: what holds up or fails one site's route holds up no
    /// other's. Who waits for the same does not wait for one another, so no circle can come of it. Returns who stands for
    /// each place.
    fn merge(&mut self) -> Vec<Place> {
        let mut stands_for: Vec<Place> = (0..self.0.len()).collect();
        let mut groups: BTreeMap<(String, String, BTreeSet<Place>), Vec<Place>> = BTreeMap::new();
        for (place, node) in self.0.iter().enumerate() {
            if let Call::Routes { file, .. } = &node.draft.call {
                let key = (node.host.clone(), file.clone(), node.after.clone());
                groups.entry(key).or_default().push(place);
            }
        }
        for places in groups.into_values() {
            let mut places = places.into_iter();
            let Some(first) = places.next() else { continue };
            for place in places {
                let other = self.0[place].draft.call.clone();
                if self.0[first].draft.call.merge(other).is_err() {
                    continue;
                }
                self.0[place].after.clear();
                let felt = self.0[place].draft.consequence;
                let reason = self.0[place].draft.reason.clone();
                let node = &mut self.0[first];
                node.draft.consequence = node.draft.consequence.max(felt);
                if node.draft.reason != reason {
                    "several routes of one file change".clone_into(&mut node.draft.reason);
                }
                stands_for[place] = first;
            }
        }
        for node in &mut self.0 {
            node.after = node.after.iter().map(|place| stands_for[*place]).collect();
        }
        stands_for
    }

    /// Every step after those it waits for; of several that could be next, the one that was added first.
    fn order(&self, stands_for: &[Place]) -> Vec<Place> {
        let own = |place: &Place| stands_for[*place] == *place;
        let mut waits: Vec<usize> = self.0.iter().map(|node| node.after.len()).collect();
        let mut next: Vec<Vec<Place>> = vec![Vec::new(); self.0.len()];
        for (place, node) in self.0.iter().enumerate().filter(|(place, _)| own(place)) {
            for before in &node.after {
                next[*before].push(place);
            }
        }
        let mut free: BinaryHeap<Reverse<Place>> =
            (0..self.0.len()).filter(|place| own(place) && waits[*place] == 0).map(Reverse).collect();
        let mut order = Vec::with_capacity(self.0.len());
        while let Some(Reverse(place)) = free.pop() {
            order.push(place);
            for after in &next[place] {
                waits[*after] -= 1;
                if waits[*after] == 0 {
                    free.push(Reverse(*after));
                }
            }
        }
        order
    }
}

fn resolve(call: &mut Call, containers: &Containers) {
    let Some(arg) = call.container_mut() else { return };
    let Arg::Object(id) = &*arg else { return };
    match containers.get(id) {
        Some(Container::Seen(handle)) => *arg = Arg::Handle(handle.clone()),
        Some(Container::Made(place)) => *arg = Arg::Output(StepId(u32::try_from(*place).unwrap_or(u32::MAX))),
        None => {}
    }
}
