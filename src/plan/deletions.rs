//! What bears our mark and nobody wants where it is: it goes after everything that uses it, or it stays and the plan says
//! why.

use std::collections::{BTreeMap, BTreeSet};

use super::build::Builder;
use super::facts::physical;
use super::guard;
use super::pending::{Fate, Head};
use super::steps::Place;
use super::uses::{Thing, Uses, thing};
use crate::desired::observed::{Observation, Observed, Present};
use crate::desired::{Object, ObjectId, ObjectKind, Owner};
use crate::provider::diff;

/// Adds the deletions, and the refusals of those that would take data with them.
pub(super) fn add(builder: &mut Builder<'_>) {
    let observed = builder.observed;
    let unwanted = unwanted(builder, observed);
    let (spared, unwanted): (BTreeMap<_, _>, BTreeMap<_, _>) =
        unwanted.into_iter().partition(|(thing, _)| diff::is_got_again(thing.id));
    for present in spared.values() {
        let name = physical(&present.object);
        builder.plan.notes.push(format!(
            "the volume `{name}` is no longer used and stays: it holds certificates, which are got again where they are \
             missing; when nobody needs them: `docker volume rm {name}`"
        ));
    }
    let retained = guard::tombstone::retain(builder.desired, observed, &unwanted, &builder.stays);
    for refusal in guard::tombstone::refuse(observed, &retained) {
        builder.plan.refusals.push(refusal);
    }
    builder.unwanted_unread();
    let uses = Uses::read(observed);
    let quiet = unwanted.keys().filter(|thing| builder.stays.keeps(&thing.id.of));
    let retained = retained.keys().chain(quiet).copied().collect();
    let mut deletions = Deletions { unwanted: &unwanted, retained, last: BTreeMap::new() };
    // Routes before what they lead to, containers before what they are on.
    for kind in [ObjectKind::Route, ObjectKind::Container, ObjectKind::Volume, ObjectKind::Network] {
        for (thing, present) in unwanted.iter().filter(|(thing, _)| thing.id.kind == kind) {
            if !deletions.retained.contains(thing) && !deletions.goes_with_its_edge(thing) {
                deletions.delete(builder, &uses, *thing, present);
            }
        }
    }
}

/// What nobody wants, and what is wanted and stands elsewhere as well.
fn unwanted<'a>(builder: &Builder<'a>, observed: &'a Observed) -> BTreeMap<Thing<'a>, &'a Present> {
    let here = observed.objects.iter().filter(|(id, _)| !builder.desired.objects.contains_key(*id));
    let here = here.filter_map(|(id, observation)| Some((id, observation.present()?)));
    let elsewhere = observed.elsewhere.iter().flat_map(|(id, all)| all.iter().map(move |one| (id, one)));
    here.chain(elsewhere)
        .filter(|(id, _)| id.kind != ObjectKind::Image)
        .map(|(id, present)| (thing(id, present), present))
        .collect()
}

struct Deletions<'a, 'u> {
    unwanted: &'u BTreeMap<Thing<'a>, &'a Present>,
    /// What stays because it is, or belongs to, data.
    retained: BTreeSet<Thing<'a>>,
    /// The last step of each deletion.
    last: BTreeMap<Thing<'a>, Place>,
}

impl<'a> Deletions<'a, '_> {
    /// Whether a route lies behind an edge that nobody wants there: with that it goes or stays.
    fn goes_with_its_edge(&self, thing: &Thing<'a>) -> bool {
        thing.id.kind == ObjectKind::Route
            && thing.within.is_some_and(|edge| {
                self.unwanted.contains_key(&Thing { id: edge, host: thing.host, within: None })
            })
    }

    fn delete(&mut self, builder: &mut Builder<'a>, uses: &Uses<'a>, thing: Thing<'a>, present: &'a Present) {
        let id = thing.id;
        let mut after = BTreeSet::new();
        let mut guests = Vec::new();
        for user in uses.of(id, present) {
            if id.kind == ObjectKind::Network
                && diff::is_guest(user.id)
                && matches!(builder.fates.get(user.id), Some(Fate::Stays(_)))
            {
                guests.extend(builder.observed.objects.get(user.id).and_then(Observation::present));
                continue;
            }
            match self.leaves(builder, user, present) {
                Leaves::At(places) => after.extend(places),
                Leaves::Never => return self.keep(builder, thing, &format!("{} still", user.id)),
            }
        }
        if let Some(unread) = builder.may_use(&present.host, id) {
            return self.keep(builder, thing, &format!("`{unread}`, which could not be read, may"));
        }
        if let Some(stranger) = uses.stranger(present) {
            return self.keep(builder, thing, &format!("container {stranger}, which is not ours, still"));
        }
        let edge = match id.kind {
            ObjectKind::Route => builder.edge(&present.host),
            _ => None,
        };
        if let Some(edge) = edge {
            match builder.fates.get(edge) {
                Some(Fate::Out(root)) => {
                    let root = root.clone();
                    builder.waiting.entry(root).or_default().insert(id.clone());
                    self.retained.insert(thing);
                    return;
                }
                Some(Fate::Changes { ready, .. } | Fate::Stays(ready)) => after.extend(ready),
                None => {
                    let seen = builder.observed.objects.get(edge).and_then(Observation::present);
                    builder.remember(edge, seen);
                }
            }
        }
        if id.kind == ObjectKind::Container {
            after.extend(self.turned_away(builder, id, present));
        }
        let heirs = heirs(builder, present);
        if !heirs.is_empty() {
            // It must go first. What would go before it waits for those that wait for it.
            after.clear();
        }
        let Some(proposal) = diff::unwanted(id, present, edge, &guests) else { return };
        if !builder.is_approved(id, proposal.consequence()) {
            builder.refuse(id, guard::ceiling::refuse(&id.to_string(), None, proposal.consequence()));
            self.retained.insert(thing);
            return;
        }
        let head = Head {
            id,
            address: &id.to_string(),
            physical: physical(&present.object),
            owner: Owner::Platform,
            host: &present.host,
            causes: Vec::new(),
        };
        let own = builder.push(head, proposal, after, Vec::new());
        if let Some(last) = own.places.last() {
            self.last.insert(thing, *last);
            for heir in heirs {
                builder.steps.wait(heir, [*last]);
            }
        }
    }

    /// The steps after which an object no longer uses another.
    fn leaves(&self, builder: &Builder<'_>, user: Thing<'a>, of: &Present) -> Leaves {
        if let Some(place) = self.last.get(&user) {
            return Leaves::At(BTreeSet::from([*place]));
        }
        if user.id.kind == ObjectKind::Route && !self.retained.contains(&user) {
            // It is wanted behind another edge, or nowhere.
            return match builder.fates.get(user.id) {
                Some(Fate::Changes { last, .. }) => Leaves::At(BTreeSet::from([*last])),
                _ => Leaves::At(BTreeSet::new()),
            };
        }
        if self.unwanted.contains_key(&user) {
            return Leaves::Never;
        }
        let Some(entry) = builder.desired.objects.get(user.id) else { return Leaves::Never };
        let still = match (&entry.object, &of.object) {
            (Object::Container(container), Object::Network(network)) => {
                container.networks.contains_key(&network.name)
            }
            (Object::Container(container), Object::Volume(volume)) => {
                container.volumes.values().any(|mount| mount.volume == volume.name)
            }
            _ => false,
        };
        match builder.fates.get(user.id) {
            Some(Fate::Changes { last, .. }) if !still => Leaves::At(BTreeSet::from([*last])),
            _ => Leaves::Never,
        }
    }

    /// What may still lead to a container: the routes of its host, and its own declaration's containers.
    fn turned_away(&self, builder: &Builder<'_>, id: &ObjectId, present: &Present) -> BTreeSet<Place> {
        let wanted = builder.fates.iter().filter_map(|(other, fate)| match fate {
            Fate::Changes { last, .. } => Some((*other, *last)),
            _ => None,
        });
        let host = |other: &ObjectId| builder.desired.objects.get(other).map(|entry| entry.host.as_str());
        let mut places: BTreeSet<Place> = wanted
            .filter(|(other, _)| {
                host(other) == Some(present.host.as_str())
                    && (other.kind == ObjectKind::Route
                        || (other.kind == ObjectKind::Container && other.of == id.of))
            })
            .map(|(_, place)| place)
            .collect();
        places.extend(
            self.last.iter().filter(|(other, _)| other.id.kind == ObjectKind::Route).map(|(_, place)| *place),
        );
        places
    }

    fn keep(&mut self, builder: &mut Builder<'a>, thing: Thing<'a>, user: &str) {
        self.retained.insert(thing);
        let id = thing.id;
        let s = if user.ends_with("may") { "" } else { "s" };
        builder.plan.notes.push(format!("`{id}` is no longer wanted and stays: {user} use{s} it"));
    }
}

/// The steps that start containers on ports of the host that another one still holds.
fn heirs(builder: &Builder<'_>, present: &Present) -> Vec<Place> {
    let Object::Container(old) = &present.object else { return Vec::new() };
    if old.ports.is_empty() || !present.status.is_up() {
        return Vec::new();
    }
    let takes = |id: &ObjectId| match builder.desired.objects.get(id) {
        Some(entry) if entry.host == present.host => match &entry.object {
            Object::Container(new) => new.ports.iter().any(|port| {
                old.ports
                    .iter()
                    .any(|held| held.host_port == port.host_port && held.protocol == port.protocol)
            }),
            _ => false,
        },
        _ => false,
    };
    let pending = builder.changes.iter().filter(|pending| takes(&pending.change.id));
    pending
        .flat_map(|pending| pending.places.iter().copied())
        .filter(|place| builder.steps.starts(*place))
        .collect()
}

enum Leaves {
    At(BTreeSet<Place>),
    Never,
}
