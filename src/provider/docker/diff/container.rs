//! Containers. More than one may bear an object's mark when a recreate was interrupted: whatever was done is kept, and
//! the one that serves goes only after its successor is healthy.

use super::calls;
use super::fields::{Differences, changed_files, differences, unopened};
use super::remove::{discard, grace};
use crate::desired::call::{Arg, Call};
use crate::desired::change::{Action, FieldChange};
use crate::desired::docker::{Container, Health};
use crate::desired::fields::Consequence;
use crate::desired::observed::{Halt, Present};
use crate::desired::{Object, ObjectId};
use crate::provider::proposal::{Comparison, Draft, Proposal, Verdict};
use crate::world::secret::Opener;

/// A container under our mark, and how it differs.
struct Candidate<'a> {
    present: &'a Present,
    seen: &'a Container,
    differences: Differences,
}

impl Candidate<'_> {
    /// The best to keep in service: healthy before running before the rest, and of equals the one that was there first.
    fn serves(&self) -> u8 {
        u8::from(self.present.status.running) + u8::from(self.present.status.is_ready())
    }

    /// Whether it must be stopped before something else can have its place.
    const fn is_up(&self) -> bool {
        self.present.status.is_up()
    }

    fn handle(&self) -> Arg {
        Arg::Handle(self.present.handle.clone())
    }
}

/// What must be done so that exactly one container of this object is there, as wanted, and runs.
#[must_use]
pub fn container(
    id: &ObjectId,
    wanted: &Container,
    present: Option<&Present>,
    opener: &Opener<'_>,
) -> Comparison {
    let Some(present) = present else { return create(id, wanted, opener) };
    let mut candidates: Vec<Candidate<'_>> = std::iter::once(present)
        .chain(&present.spare)
        .filter_map(|one| match &one.object {
            Object::Container(seen) => {
                let differences = differences(wanted, seen, one, opener);
                Some(Candidate { present: one, seen, differences })
            }
            _ => None,
        })
        .collect();
    if let [only] = candidates.as_slice()
        && only.differences.fields.is_empty()
        && only.present.status.running
        && only.present.status.busy.is_empty()
    {
        let not_compared = candidates.pop().map(|c| c.differences.not_compared).unwrap_or_default();
        return Comparison { verdict: Verdict::Unchanged, not_compared };
    }
    let busy: Vec<Draft> = candidates.iter().flat_map(|c| calls::busy(c.present)).collect();
    let leaves = |c: &Candidate<'_>| c.present.status.halt == Some(Halt::Leaving);
    let fits = |c: &&Candidate<'_>| !c.differences.need_recreate() && !leaves(c);
    // Of those that can become what is wanted: one that runs, then the newest.
    let keeper = candidates
        .iter()
        .enumerate()
        .filter(|(_, c)| fits(c))
        .max_by_key(|(place, c)| (c.serves(), *place))
        .map(|(place, _)| place);
    let mut comparison = match keeper {
        Some(place) => {
            let keeper = candidates.remove(place);
            finish(wanted, &keeper, &candidates)
        }
        None => replace(id, wanted, &candidates, opener),
    };
    match &mut comparison.verdict {
        Verdict::Change(proposal) => {
            proposal.ready += busy.len();
            proposal.drafts.splice(0..0, busy);
        }
        // What still works in it may change what was seen: others wait for that as well.
        verdict if !busy.is_empty() => {
            let keeps = Some(present.handle.clone());
            *verdict = Verdict::Change(Proposal::new(Action::Update, Vec::new(), busy, keeps));
        }
        _ => {}
    }
    comparison
}

fn create(id: &ObjectId, wanted: &Container, opener: &Opener<'_>) -> Comparison {
    let this = || Arg::Object(id.clone());
    let mut drafts = calls::create(id, wanted, &wanted.name, "not there yet");
    drafts.push(calls::start(this()));
    drafts.push(calls::healthy(this(), wanted.health.as_ref()));
    Comparison {
        verdict: Verdict::Change(Proposal::new(Action::Create, Vec::new(), drafts, None)),
        not_compared: unopened(wanted, opener),
    }
}

/// Makes a new one beside the one that serves; it alone is stopped, and only when the new one is there to start.
fn replace(
    id: &ObjectId,
    wanted: &Container,
    candidates: &[Candidate<'_>],
    opener: &Opener<'_>,
) -> Comparison {
    let this = || Arg::Object(id.clone());
    let mut drafts = Vec::new();
    // The first of equals: the primary one.
    let serving =
        candidates.iter().enumerate().rev().max_by_key(|(_, c)| c.serves()).map_or(0, |(place, _)| place);
    for (place, other) in candidates.iter().enumerate() {
        if place != serving {
            drafts.extend(discard(other.present, "left behind by an interrupted run", Consequence::None));
        }
    }
    let Some(old) = candidates.get(serving) else { return create(id, wanted, opener) };
    let name =
        if old.seen.name == wanted.name { format!("{}.next", wanted.name) } else { wanted.name.clone() };
    drafts.extend(calls::create(id, wanted, &name, "made while the old one still serves"));
    if old.present.status.running {
        let reason = "makes way for the new one: downtime begins";
        drafts.push(calls::stop(old.present, grace(old.present), reason, Consequence::Recreate));
    } else if old.is_up() {
        let reason = "makes way for the new one";
        drafts.push(calls::stop(old.present, grace(old.present), reason, Consequence::None));
    }
    drafts.push(calls::start(this()).felt(Consequence::Recreate));
    drafts.push(calls::healthy(this(), wanted.health.as_ref()));
    let ready = drafts.len();
    drafts.push(calls::remove(old.present, "the new one is healthy"));
    if name != wanted.name {
        drafts.push(calls::rename(this(), &wanted.name));
    }
    let mut not_compared = old.differences.not_compared.clone();
    not_compared.extend(unopened(wanted, opener));
    not_compared.sort();
    not_compared.dedup_by(|a, b| a.0 == b.0);
    let fields = old.differences.fields.clone();
    let proposal = Proposal { action: Action::Replace, fields, drafts, ready, keeps: None };
    Comparison { verdict: Verdict::Change(proposal), not_compared }
}

/// Brings the one that can be kept to what is wanted, then removes the others.
fn finish(wanted: &Container, keeper: &Candidate<'_>, others: &[Candidate<'_>]) -> Comparison {
    let this = || keeper.handle();
    let fields = &keeper.differences.fields;
    let mut drafts = Vec::new();
    let mut stopped = !keeper.present.status.running;
    let in_service = !stopped;
    let mut halt = keeper.present.status.halt;
    // The engine waits longer and longer between its attempts; what is stopped starts at once, with what it is given here.
    if halt == Some(Halt::Restarting) {
        let reason = "ends as soon as it starts: stopped, to be started afresh";
        drafts.push(calls::stop(keeper.present, grace(keeper.present), reason, Consequence::None));
    }
    networks(wanted, keeper, &mut drafts);
    let limits = ["restart", "memory", "nano_cpus", "pids"];
    if fields.iter().any(|field| limits.contains(&field.path.as_str())) {
        drafts.push(Draft::new(
            Call::UpdateContainer {
                container: this(),
                memory: wanted.memory,
                nano_cpus: wanted.nano_cpus,
                pids: wanted.pids,
                restart: wanted.restart,
            },
            "changes while it runs",
        ));
    }
    let changed = changed_files(wanted, fields);
    if !changed.is_empty() {
        // Stopped before they are written: were it restarted after, a run interrupted in between would leave the new
        // files and the old process, and nothing to tell it by.
        if in_service {
            let reason = "reads its files only at start: downtime begins";
            drafts.push(calls::stop(keeper.present, grace(keeper.present), reason, Consequence::Restart));
            stopped = true;
        } else if halt == Some(Halt::Paused) {
            let reason = "reads its files only at start";
            drafts.push(calls::stop(keeper.present, grace(keeper.present), reason, Consequence::None));
            halt = None;
        }
        let files = wanted.files.iter().filter(|(path, _)| changed.contains(&path.as_str()));
        drafts.push(calls::put(this(), files.map(|(path, file)| (path.clone(), file.clone())).collect()));
    }
    // One that runs beside others takes none of their ports and volumes: they stop when it is healthy. One that has yet
    // to start may have to take them over.
    let replaces = others.iter().any(Candidate::is_up) && !in_service;
    if replaces {
        for other in others.iter().filter(|other| other.is_up()) {
            let reason = "makes way for its successor: downtime begins";
            drafts.push(calls::stop(other.present, grace(other.present), reason, Consequence::Recreate));
        }
    }
    if stopped {
        let felt = match (replaces, in_service) {
            (true, _) => Consequence::Recreate,
            (false, true) => Consequence::Restart,
            (false, false) => Consequence::None,
        };
        drafts.push(
            match halt {
                Some(Halt::Paused) => calls::unpause(this()),
                _ => calls::start(this()),
            }
            .felt(felt),
        );
    }
    if stopped || !others.is_empty() {
        drafts.push(calls::healthy(this(), health(wanted, keeper.present)));
    }
    let ready = drafts.len();
    for other in others {
        if !replaces && other.is_up() {
            drafts.push(calls::stop(
                other.present,
                grace(other.present),
                "its successor is healthy",
                Consequence::None,
            ));
        }
        drafts.push(calls::remove(other.present, "its successor is healthy"));
    }
    if keeper.seen.name != wanted.name {
        drafts.push(calls::rename(this(), &wanted.name));
    }
    let ready = if others.is_empty() { drafts.len() } else { ready };
    let action = if replaces { Action::Replace } else { Action::Update };
    let fields = shown(keeper, others);
    let keeps = Some(keeper.present.handle.clone());
    let proposal = Proposal { action, fields, drafts, ready, keeps };
    let verdict = if proposal.drafts.is_empty() && proposal.fields.is_empty() {
        Verdict::Unchanged
    } else {
        Verdict::Change(proposal)
    };
    Comparison { verdict, not_compared: keeper.differences.not_compared.clone() }
}

/// Joins before it leaves; a changed alias is the one case that can't.
fn networks(wanted: &Container, keeper: &Candidate<'_>, drafts: &mut Vec<Draft>) {
    let this = || keeper.handle();
    for (network, aliases) in &wanted.networks {
        match keeper.seen.networks.get(network) {
            Some(seen) if seen == aliases => {}
            Some(_) => {
                let mut leave = calls::disconnect(this(), network);
                leave.reason = format!("gets other names on {network}: off and on again");
                let felt =
                    if keeper.present.status.running { Consequence::Reload } else { Consequence::None };
                drafts.push(leave.felt(felt));
                drafts.push(calls::connect(this(), network, aliases));
            }
            None => drafts.push(calls::connect(this(), network, aliases)),
        }
    }
    for network in keeper.seen.networks.keys().filter(|network| !wanted.networks.contains_key(*network)) {
        drafts.push(calls::disconnect(this(), network));
    }
}

/// What people see of it: its fields, that it did not run, and what an interrupted run left behind.
fn shown(keeper: &Candidate<'_>, others: &[Candidate<'_>]) -> Vec<FieldChange> {
    let mut fields = keeper.differences.fields.clone();
    if !keeper.present.status.running {
        let text = &keeper.present.status.text;
        let before = if text.is_empty() { "not running" } else { text };
        fields.insert(0, field("state".to_owned(), before.into(), "running".into()));
    }
    if !others.is_empty() {
        let names: Vec<&str> = others.iter().map(|other| other.seen.name.as_str()).collect();
        fields.push(field("left_behind".to_owned(), names.into(), serde_json::Value::Null));
    }
    fields
}

const fn field(path: String, before: serde_json::Value, after: serde_json::Value) -> FieldChange {
    FieldChange { path, before, after, consequence: Consequence::None }
}

fn health<'a>(wanted: &'a Container, present: &'a Present) -> Option<&'a Health> {
    wanted.health.as_ref().or(present.provided.health.as_ref())
}
