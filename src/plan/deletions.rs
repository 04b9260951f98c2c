//! What bears our mark and nobody wants: it goes after everything that uses it, or it stays and the plan says why.

use std::collections::{BTreeMap, BTreeSet};

use super::build::{Builder, Fate};
use super::facts::physical;
use super::guard;
use super::pending::Head;
use super::steps::Place;
use crate::desired::observed::{Observation, Observed, Present};
use crate::desired::{Object, ObjectId, ObjectKind, Owner};
use crate::provider::diff;

/// Adds the deletions, and the refusals of those that would take data with them.
pub(super) fn add(builder: &mut Builder<'_>) {
    let observed = builder.observed;
    let unwanted = unwanted(builder, observed);
    let (spared, unwanted): (BTreeMap<_, _>, BTreeMap<_, _>) =
        unwanted.into_iter().partition(|(id, _)| diff::is_got_again(id));
    for present in spared.values() {
        let name = physical(&present.object);
        builder.plan.notes.push(format!(
            "the volume `{name}` is no longer used and stays: it holds certificates, which are got again where they are \
             missing; when nobody needs them: `docker volume rm {name}`"
        ));
    }
    let retained = guard::tombstone::retain(builder.desired, observed, &unwanted);
    for refusal in guard::tombstone::refuse(observed, &retained) {
        builder.plan.refusals.push(refusal);
    }
    builder.unwanted_unread();
    let uses = Uses::read(observed);
    let mut deletions = Deletions { retained: retained.keys().copied().collect(), last: BTreeMap::new() };
    // Routes before what they lead to, containers before what they are on.
    for kind in [ObjectKind::Route, ObjectKind::Container, ObjectKind::Volume, ObjectKind::Network] {
        for (id, present) in unwanted.iter().filter(|(id, _)| id.kind == kind) {
            if !deletions.retained.contains(*id) {
                deletions.delete(builder, &uses, id, present);
            }
        }
    }
}

fn unwanted<'a>(builder: &Builder<'a>, observed: &'a Observed) -> BTreeMap<&'a ObjectId, &'a Present> {
    let ours = observed.objects.iter().filter(|(id, _)| !builder.desired.objects.contains_key(*id));
    ours.filter_map(|(id, observation)| match observation {
        Observation::Present(present) => Some((id, present.as_ref())),
        _ => None,
    })
    .filter(|(id, _)| id.kind != ObjectKind::Image)
    .collect()
}

struct Deletions<'a> {
    /// What stays because it is, or belongs to, data.
    retained: BTreeSet<&'a ObjectId>,
    /// The last step of each deletion.
    last: BTreeMap<&'a ObjectId, Place>,
}

impl<'a> Deletions<'a> {
    fn delete(&mut self, builder: &mut Builder<'a>, uses: &Uses<'a>, id: &'a ObjectId, present: &'a Present) {
        let users = uses.of(id, present);
        let mut after = BTreeSet::new();
        for user in users {
            match self.leaves(builder, user, present) {
                Leaves::At(places) => after.extend(places),
                Leaves::Never => return self.keep(builder, id, &format!("{user} still")),
            }
        }
        if let Some(unread) = builder.may_use(&present.host, id) {
            return self.keep(builder, id, &format!("`{unread}`, which could not be read, may"));
        }
        if let Some(stranger) = uses.stranger(present) {
            return self.keep(builder, id, &format!("container {stranger}, which is not ours, still"));
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
                    self.retained.insert(id);
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
        let Some(proposal) = diff::unwanted(present, edge) else { return };
        if !builder.is_approved(id, proposal.consequence()) {
            builder.refuse(id, guard::ceiling::refuse(&id.to_string(), None, proposal.consequence()));
            self.retained.insert(id);
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
            self.last.insert(id, *last);
            for heir in heirs {
                builder.steps.wait(heir, [*last]);
            }
        }
    }

    /// The steps after which an object no longer uses another.
    fn leaves(&self, builder: &Builder<'_>, user: &ObjectId, of: &Present) -> Leaves {
        if let Some(place) = self.last.get(user) {
            return Leaves::At(BTreeSet::from([*place]));
        }
        let Some(entry) = builder.desired.objects.get(user) else { return Leaves::Never };
        let still = match (&entry.object, &of.object) {
            (Object::Container(container), Object::Network(network)) => {
                container.networks.contains_key(&network.name)
            }
            (Object::Container(container), Object::Volume(volume)) => {
                container.volumes.values().any(|mount| mount.volume == volume.name)
            }
            // A route that is still wanted goes to the wanted edge, which is another one.
            _ => false,
        };
        match builder.fates.get(user) {
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
            self.last.iter().filter(|(other, _)| other.kind == ObjectKind::Route).map(|(_, place)| *place),
        );
        places
    }

    fn keep(&mut self, builder: &mut Builder<'a>, id: &'a ObjectId, user: &str) {
        self.retained.insert(id);
        let s = if user.ends_with("may") { "" } else { "s" };
        builder.plan.notes.push(format!("`{id}` is no longer wanted and stays: {user} use{s} it"));
    }
}

/// The steps that start containers on ports of the host that another one still holds.
fn heirs(builder: &Builder<'_>, present: &Present) -> Vec<Place> {
    let Object::Container(old) = &present.object else { return Vec::new() };
    if old.ports.is_empty() || !present.status.running {
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

/// Who uses what, as it was read back.
struct Uses<'a> {
    /// Containers by the network they are on.
    networks: BTreeMap<&'a str, BTreeSet<&'a ObjectId>>,
    /// Containers by the volume they mount.
    volumes: BTreeMap<&'a str, BTreeSet<&'a ObjectId>>,
    /// Routes by the host they are on.
    routes: BTreeMap<&'a str, BTreeSet<&'a ObjectId>>,
    /// Our containers by the engine's id.
    handles: BTreeSet<&'a str>,
}

impl<'a> Uses<'a> {
    fn read(observed: &'a Observed) -> Self {
        let mut uses = Self {
            networks: BTreeMap::new(),
            volumes: BTreeMap::new(),
            routes: BTreeMap::new(),
            handles: BTreeSet::new(),
        };
        for (id, observation) in &observed.objects {
            let Some(present) = observation.present() else { continue };
            for one in std::iter::once(present).chain(&present.spare) {
                match &one.object {
                    Object::Container(container) => {
                        uses.handles.insert(&one.handle);
                        for network in container.networks.keys() {
                            uses.networks.entry(network).or_default().insert(id);
                        }
                        for mount in container.volumes.values() {
                            uses.volumes.entry(&mount.volume).or_default().insert(id);
                        }
                    }
                    Object::Route(_) => {
                        uses.routes.entry(&one.host).or_default().insert(id);
                    }
                    _ => {}
                }
            }
        }
        uses
    }

    fn of(&self, id: &ObjectId, present: &Present) -> Vec<&'a ObjectId> {
        let users = match &present.object {
            Object::Network(network) => self.networks.get(network.name.as_str()),
            Object::Volume(volume) => self.volumes.get(volume.name.as_str()),
            Object::Container(_) if diff::serves_routes(id) => self.routes.get(present.host.as_str()),
            _ => None,
        };
        users.into_iter().flatten().copied().collect()
    }

    /// A container on a network that does not bear our mark.
    fn stranger<'p>(&self, present: &'p Present) -> Option<&'p str> {
        present.attached.keys().map(String::as_str).find(|handle| !self.handles.contains(handle))
    }
}
