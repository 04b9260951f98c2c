//! Wanted and seen, object by object in the order of needs, to changes and their steps.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{causes, edges, members, physical};
pub(super) use super::pending::Fate;
use super::pending::{Head, Own, Pending, shown};
use super::stays::Stays;
use super::steps::{Container, Containers, Place, Steps};
use super::withhold::{self, Known};
use super::{NotCompared, Plan, Policy, Refusal, deletions, finish, guard, moves, rejoin};
use crate::desired::change::Change;
use crate::desired::fields::Consequence;
use crate::desired::graph::Graph;
use crate::desired::observed::{Observation, Observed, Present};
use crate::desired::{Desired, Entry, Object, ObjectId};
use crate::diag::Diagnostic;
use crate::provider::diff::{self, Context};
use crate::provider::docker;
use crate::provider::proposal::{Proposal, Verdict};
use crate::source::SourceMap;
use crate::world::secret::Opener;

/// What must change so that the world is as wanted, by which calls and in which order; what is refused, and why.
#[must_use]
pub fn build(
    desired: &Desired,
    observed: &Observed,
    graph: &Graph,
    policy: &Policy,
    opener: &Opener<'_>,
    sources: &SourceMap,
) -> Plan {
    let members = members(observed);
    let context = || Context { desired, observed, opener, members: &members };
    finish::finish(withhold::build(desired, observed, |known| {
        attempt(graph, policy, sources, context(), known)
    }))
}

/// One attempt, with what is known from the one before it.
fn attempt<'a>(
    graph: &Graph,
    policy: &'a Policy,
    sources: &'a SourceMap,
    context: Context<'a>,
    known: &Known<'a>,
) -> Builder<'a> {
    let Context { desired, observed, .. } = context;
    let mut builder = Builder {
        desired,
        observed,
        policy,
        sources,
        context,
        edges: edges(desired, observed),
        plan: Plan { fleet: desired.fleet.clone(), ..Plan::default() },
        steps: Steps::default(),
        containers: Containers::new(),
        changes: Vec::new(),
        fates: BTreeMap::new(),
        awaits: BTreeMap::new(),
        waiting: BTreeMap::new(),
        stays: Stays::default(),
        withheld: known.withheld.keys().copied().collect(),
        left: known.left.clone(),
        kept: known.kept.clone(),
        pulled: BTreeMap::new(),
        idle: known.idle.clone(),
    };
    guard::world(&mut builder);
    moves::find(&mut builder);
    builder.plan.refusals.extend(known.withheld.values().cloned());
    let order = graph.order().iter().filter_map(|id| desired.objects.get_key_value(id));
    let (late, rest) = builder.late(order);
    for (id, entry) in rest.into_iter().chain(late) {
        builder.object(id, entry);
    }
    deletions::add(&mut builder);
    rejoin::order(&mut builder);
    builder
}

/// A plan while it is made.
pub(super) struct Builder<'a> {
    pub(super) desired: &'a Desired,
    pub(super) observed: &'a Observed,
    pub(super) policy: &'a Policy,
    pub(super) sources: &'a SourceMap,
    pub(super) context: Context<'a>,
    /// The Traefik of each host.
    edges: BTreeMap<&'a str, &'a ObjectId>,
    pub(super) plan: Plan,
    pub(super) steps: Steps,
    pub(super) containers: Containers,
    pub(super) changes: Vec<Pending>,
    pub(super) fates: BTreeMap<&'a ObjectId, Fate>,
    /// The step that waits for an object that is there, unchanged and not ready.
    awaits: BTreeMap<&'a ObjectId, Place>,
    /// Who waits for something that is left out, by what it waits for.
    pub(super) waiting: BTreeMap<ObjectId, BTreeSet<ObjectId>>,
    /// What stays where and as it is, whatever its declaration says now.
    pub(super) stays: Stays,
    /// Declarations of which nothing changes.
    withheld: BTreeSet<&'a str>,
    /// Sites that turned out to stay as they are, by identity.
    pub(super) left: BTreeSet<String>,
    /// Routes that keep what they have until others can take it, by those.
    kept: BTreeMap<ObjectId, ObjectId>,
    /// Bytes that images will take, by host.
    pub(super) pulled: BTreeMap<String, u64>,
    /// Images that nobody will run.
    idle: BTreeSet<ObjectId>,
}

impl<'a> Builder<'a> {
    fn object(&mut self, id: &'a ObjectId, entry: &'a Entry) {
        if let Some(root) = self.stays.root(&id.of) {
            self.fates.insert(id, Fate::Out(root.clone()));
            return;
        }
        if self.idle.contains(id) {
            self.fates.insert(id, Fate::Stays(BTreeSet::new()));
            return;
        }
        let edge = self.edge(&entry.host);
        let by_now = self.as_guest(id, entry);
        let mut needs: BTreeSet<&'a ObjectId> =
            entry.needs.iter().filter(|need| by_now.needs.contains(*need)).collect();
        if matches!(entry.object, Object::Route(_)) {
            needs.extend(edge);
        }
        let fate = self.applied(id, &by_now, &needs, edge);
        self.fates.insert(id, fate);
    }

    fn applied(
        &mut self,
        id: &'a ObjectId,
        entry: &Entry,
        needs: &BTreeSet<&'a ObjectId>,
        edge: Option<&'a ObjectId>,
    ) -> Fate {
        let out = || Fate::Out(id.clone());
        // It is elsewhere: already refused.
        if self.observed.left.values().any(|left| left.objects.contains(id)) {
            return out();
        }
        if self.observed.hosts.get(&entry.host).is_none_or(|host| host.unreadable.is_some()) {
            return out();
        }
        let present = match self.observed.objects.get(id) {
            None | Some(Observation::Absent) => None,
            Some(Observation::Present(present)) => Some(present.as_ref()),
            // Whoever is not to have the name is told so already.
            Some(Observation::Foreign { .. }) if self.withheld.contains(id.of.as_str()) => return out(),
            Some(Observation::Foreign { evidence }) => {
                let diagnostic = match guard::foreign_object::site_naming(id, entry, self.observed) {
                    Some(site) => guard::foreign_object::unmarked(id, entry, site),
                    None => guard::foreign_object::refuse(id, entry, evidence),
                };
                self.refuse(id, diagnostic);
                return out();
            }
            Some(Observation::Lost(lost)) => {
                if !guard::lost::may_begin_anew(self.policy, entry, lost) {
                    let told = guard::lost::told(id, self.desired, self.observed);
                    if told == *id {
                        self.refuse(id, guard::lost::refuse(entry, lost));
                    }
                    return Fate::Out(told);
                }
                None
            }
            Some(Observation::Unreadable { behind, why }) => {
                return self.unread(id, entry, behind.as_ref(), why);
            }
        };
        let comparison = diff::wanted(id, entry, present, edge, &self.context);
        self.plan.not_compared.extend(comparison.not_compared.into_iter().map(|(path, why)| NotCompared {
            id: id.clone(),
            path,
            why,
        }));
        let mut proposal = match comparison.verdict {
            Verdict::Refused(obstacle) => {
                self.refuse(id, guard::obstacle(entry, &obstacle, self.desired));
                return out();
            }
            Verdict::Unchanged => {
                self.remember(id, present);
                None
            }
            Verdict::Change(proposal) => Some(proposal),
        };
        let stale = self.stale_upstreams(id, needs);
        if let Some(present) = present.filter(|present| !stale.is_empty() || present.status.stale) {
            docker::diff::restart(id, present, &mut proposal);
        }
        let Some(proposal) = proposal else { return self.stays(needs) };
        if self.withheld.contains(id.of.as_str()) {
            return out();
        }
        if let Some(diagnostic) = self.overfills(entry) {
            self.refuse(id, diagnostic);
            return out();
        }
        if let Some(taker) = self.kept.get(id) {
            self.waiting.entry(taker.clone()).or_default().insert(id.clone());
            return Fate::Out(taker.clone());
        }
        let mut still = needs.iter().filter(|need| !diff::has_had(id, need, self.observed));
        if let Some(root) = still.find_map(|need| self.out(need)) {
            self.waiting.entry(root.clone()).or_default().insert(id.clone());
            return Fate::Out(root);
        }
        if !self.is_approved(id, proposal.consequence()) {
            let diagnostic =
                guard::ceiling::refuse(&entry.address, entry.causes.first(), proposal.consequence());
            self.refuse(id, diagnostic);
            return out();
        }
        if let Some(note) = present.and_then(|seen| diff::one_way(id, entry, seen, self.desired)) {
            self.plan.notes.push(note);
        }
        let fate = self.change(id, entry, needs, proposal);
        if let Fate::Changes { last, .. } = &fate {
            for upstream in stale {
                if let Some(Fate::Changes { cleanup, .. }) = self.fates.get(upstream) {
                    for place in cleanup.clone() {
                        self.steps.wait(place, [*last]);
                    }
                }
            }
        }
        fate
    }

    /// Those it needs that may have another address afterwards, where it looks addresses up only once.
    fn stale_upstreams(&self, id: &ObjectId, needs: &BTreeSet<&'a ObjectId>) -> Vec<&'a ObjectId> {
        let moves = |need: &&&'a ObjectId| {
            diff::looks_up_once(id, need)
                && matches!(self.fates.get(**need), Some(Fate::Changes { restarts: true, .. }))
        };
        needs.iter().filter(moves).copied().collect()
    }

    /// What it waits for because of what its needs wait for.
    fn stays(&self, needs: &BTreeSet<&'a ObjectId>) -> Fate {
        let mut places = BTreeSet::new();
        for need in needs {
            match self.fates.get(*need) {
                Some(Fate::Stays(inherited)) => places.extend(inherited),
                Some(Fate::Changes { ready, .. }) => places.extend(ready),
                Some(Fate::Out(_)) | None => {}
            }
        }
        Fate::Stays(places)
    }

    /// Why a need is left out, where it is.
    fn out(&self, need: &ObjectId) -> Option<ObjectId> {
        match self.fates.get(need) {
            Some(Fate::Out(root)) => Some(root.clone()),
            _ => None,
        }
    }

    fn change(
        &mut self,
        id: &'a ObjectId,
        entry: &Entry,
        needs: &BTreeSet<&'a ObjectId>,
        proposal: Proposal,
    ) -> Fate {
        let mut places = Vec::new();
        let mut before = match self.stays(needs) {
            Fate::Stays(places) => places,
            _ => BTreeSet::new(),
        };
        for need in needs {
            before.extend(self.await_ready(need, &mut places));
        }
        let restarts = proposal.drafts.iter().any(|draft| docker::diff::may_move(&draft.call));
        let head = Head {
            id,
            address: &entry.address,
            physical: physical(&entry.object),
            owner: entry.owner.clone(),
            host: &entry.host,
            causes: causes(self.desired, self.sources, id, entry, &proposal),
        };
        let keeps = proposal.keeps.clone();
        let ready = proposal.ready;
        let own = self.push(head, proposal, before, places);
        match (keeps, own.made) {
            (_, Some(place)) => {
                self.containers.insert(id.clone(), Container::Made(place));
            }
            (Some(handle), None) => {
                self.containers.insert(id.clone(), Container::Seen(handle));
            }
            (None, None) => {}
        }
        let cleanup = own.places.get(ready..).unwrap_or_default().to_vec();
        let ready = ready.checked_sub(1).and_then(|place| own.places.get(place)).copied();
        match own.places.last() {
            Some(last) => {
                Fate::Changes { ready: ready.into_iter().collect(), cleanup, last: *last, restarts }
            }
            None => self.stays(needs),
        }
    }

    /// The step that waits for a needed container that stays as it is and is not ready.
    fn await_ready(&mut self, need: &'a ObjectId, to: &mut Vec<Place>) -> Option<Place> {
        if !matches!(self.fates.get(need), Some(Fate::Stays(_))) {
            return None;
        }
        let Some(Observation::Present(present)) = self.observed.objects.get(need) else { return None };
        let draft = docker::diff::await_ready(present)?;
        if let Some(place) = self.awaits.get(need) {
            return Some(*place);
        }
        let after = match self.fates.get(need) {
            Some(Fate::Stays(places)) => places.clone(),
            _ => BTreeSet::new(),
        };
        let place = self.steps.add(need, &present.host, draft, after);
        self.awaits.insert(need, place);
        to.push(place);
        Some(place)
    }

    /// Adds a change and its steps; the first waits for `before`.
    pub(super) fn push(
        &mut self,
        head: Head<'_>,
        proposal: Proposal,
        before: BTreeSet<Place>,
        mut places: Vec<Place>,
    ) -> Own {
        let consequence = proposal.consequence();
        let mut after = before;
        let mut own = Own { places: Vec::new(), made: None };
        for draft in proposal.drafts {
            let makes = draft.makes(head.id);
            let place = self.steps.add(head.id, head.host, draft, after);
            after = BTreeSet::from([place]);
            own.places.push(place);
            if makes {
                own.made = Some(place);
            }
        }
        places.extend(&own.places);
        self.changes.push(Pending {
            change: Change {
                id: head.id.clone(),
                address: head.address.to_owned(),
                physical: head.physical,
                owner: head.owner,
                host: head.host.to_owned(),
                action: proposal.action,
                consequence,
                fields: shown(proposal.action, proposal.fields),
                causes: head.causes,
                steps: Vec::new(),
            },
            places,
            first: own.places.first().copied(),
        });
        own
    }

    /// Whether so much of an object may be done without asking again.
    pub(super) fn is_approved(&self, id: &ObjectId, consequence: Consequence) -> bool {
        self.policy.approved.as_ref().is_none_or(|approved| approved.covers(id, consequence))
    }

    pub(super) fn refuse(&mut self, id: &ObjectId, diagnostic: Diagnostic) {
        self.plan.refusals.push(Refusal { diagnostic, object: Some(id.clone()), fatal: false });
    }

    pub(super) fn edge(&self, host: &str) -> Option<&'a ObjectId> {
        self.edges.get(host).copied()
    }

    pub(super) fn remember(&mut self, id: &ObjectId, present: Option<&Present>) {
        if let Some(present) = present.filter(|present| matches!(present.object, Object::Container(_))) {
            self.containers.insert(id.clone(), Container::Seen(present.handle.clone()));
        }
    }
}
