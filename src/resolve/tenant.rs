//! Tenants, and the limits by name that their sites and benches stand on.

use std::collections::BTreeMap;

use super::context::Context;
use super::limits::limits;
use super::names::Names;
use crate::model::{Layer, Meta, Plan, Tenant};
use crate::spec::{self, Spec};

/// What plans and tenants say about limits, by name; of two with one name the first.
pub(super) struct Limits<'s> {
    plans: BTreeMap<&'s str, &'s spec::Limits>,
    tenants: BTreeMap<&'s str, &'s spec::Limits>,
}

impl<'s> Limits<'s> {
    pub(super) fn new(spec: &'s Spec) -> Self {
        let mut found = Self { plans: BTreeMap::new(), tenants: BTreeMap::new() };
        for plan in &spec.plans {
            if let (Some(name), Some(limits)) = (&plan.name, &plan.limits) {
                found.plans.entry(name.value.as_str()).or_insert(limits);
            }
        }
        for tenant in &spec.tenants {
            if let (Some(name), Some(limits)) = (&tenant.name, &tenant.limits) {
                found.tenants.entry(name.value.as_str()).or_insert(limits);
            }
        }
        found
    }

    pub(super) fn plan(&self, name: &str) -> Option<&'s spec::Limits> {
        self.plans.get(name).copied()
    }

    pub(super) fn tenant(&self, name: &str) -> Option<&'s spec::Limits> {
        self.tenants.get(name).copied()
    }
}

pub(super) fn tenant<'s>(
    declared: &'s spec::Tenant,
    meta: Meta,
    fleet: Option<&'s spec::Limits>,
    owners: &Limits<'s>,
    plans: &Names<'_, Plan>,
    context: &mut Context<'_>,
) -> Option<Tenant> {
    let written = declared.plan.as_ref()?;
    let plan = plans.find(written, &meta, context)?;
    let layers = [
        (Layer::Fleet, fleet),
        (Layer::Plan, owners.plan(&written.value.name)),
        (Layer::Tenant, declared.limits.as_deref()),
    ];
    Some(Tenant {
        meta,
        plan,
        contact: declared.contact.clone().map(|contact| contact.map(Into::into)),
        suspended: declared.suspended.0,
        limits: limits(&layers, context),
    })
}
