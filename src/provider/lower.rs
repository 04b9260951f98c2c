//! Checked to Desired: each backend adds its objects.

use std::collections::{BTreeMap, BTreeSet};

use super::{docker, frappe, mariadb, traefik};
use crate::check::Checked;
use crate::desired::{Desired, Entry, HostTarget, Object, ObjectId, ObjectKind, Owner};
use crate::diag::Diagnostics;
use crate::model::{Engine, Host, Id, Meta, Model, Ref, Tenant};
use crate::source::Span;

/// Everything that a fleet wants. What a backend cannot express is reported and left out.
pub fn lower(checked: &Checked, diagnostics: &mut Diagnostics) -> Desired {
    let model: &Model = checked;
    let hosts = model.hosts.iter().map(|(_, host)| (host.meta.identity.to_string(), target(host))).collect();
    let desired = Desired {
        fleet: model.fleet.id.value.clone(),
        key: model.fleet.key.as_ref().map(|key| key.value.clone()),
        hosts,
        objects: BTreeMap::new(),
        lines: super::lines::of(model),
        versions: BTreeMap::new(),
        commands_at_once: BTreeMap::new(),
    };
    let mut to = Lowering { model, desired, diagnostics };
    traefik::lower::lower(&mut to);
    mariadb::lower::lower(&mut to);
    frappe::lower::lower(&mut to);
    // Last: it adds the images of the containers that the others want.
    docker::lower::lower(&mut to);
    to.desired
}

fn target(host: &Host) -> HostTarget {
    let docker = match &host.engine.value {
        Engine::Sandbox => None,
        Engine::Docker(at) => Some(at.clone()),
    };
    HostTarget { name: host.meta.name.clone(), docker, span: host.engine.span }
}

/// A fleet on its way to Desired.
pub struct Lowering<'a> {
    /// What is wanted, as it was written.
    pub model: &'a Model,
    /// What is wanted, as objects.
    pub desired: Desired,
    /// What a backend cannot express.
    pub diagnostics: &'a mut Diagnostics,
}

/// What the objects of one declaration have in common.
#[derive(Debug, Clone)]
pub struct Origin {
    identity: String,
    address: String,
    owner: Owner,
    host: String,
    causes: Vec<Span>,
}

impl Origin {
    /// The origin of objects on a host. `causes` are further declarations, nearest first; the host is always one.
    #[must_use]
    pub fn new(model: &Model, meta: &Meta, host: Id<Host>, owner: Owner, causes: &[Option<Span>]) -> Self {
        let host = &model.hosts[host].meta;
        let mut spans = vec![meta.span];
        for span in causes.iter().flatten().chain([&host.span]) {
            if !spans.contains(span) {
                spans.push(*span);
            }
        }
        Self {
            identity: meta.identity.to_string(),
            address: meta.address.to_string(),
            owner,
            host: host.identity.to_string(),
            causes: spans,
        }
    }

    /// The id of one of its objects.
    #[must_use]
    pub fn id(&self, kind: ObjectKind, role: &str) -> ObjectId {
        ObjectId::new(&self.identity, kind, role)
    }
}

/// The tenant, where there is one; else everybody.
#[must_use]
pub fn owner(model: &Model, tenant: Option<&Ref<Tenant>>) -> Owner {
    tenant.map_or(Owner::Platform, |tenant| Owner::Tenant(model.tenants[tenant.id].meta.name.clone()))
}

impl Lowering<'_> {
    /// Adds an object of a declaration.
    pub fn put(
        &mut self,
        origin: &Origin,
        role: &str,
        needs: impl IntoIterator<Item = ObjectId>,
        object: Object,
    ) -> ObjectId {
        let id = origin.id(kind(&object), role);
        let entry = Entry {
            address: ObjectId::new(&origin.address, id.kind, role).to_string(),
            owner: origin.owner.clone(),
            host: origin.host.clone(),
            causes: origin.causes.clone(),
            needs: needs.into_iter().collect::<BTreeSet<_>>(),
            object,
        };
        self.desired.objects.insert(id.clone(), entry);
        id
    }
}

const fn kind(object: &Object) -> ObjectKind {
    match object {
        Object::Image(_) => ObjectKind::Image,
        Object::Network(_) => ObjectKind::Network,
        Object::Volume(_) => ObjectKind::Volume,
        Object::Container(_) => ObjectKind::Container,
        Object::Route(_) => ObjectKind::Route,
        Object::Schema(_) => ObjectKind::Schema,
        Object::Account(_) => ObjectKind::Account,
        Object::BenchConfig(_) => ObjectKind::BenchConfig,
        Object::Site(_) => ObjectKind::Site,
    }
}
