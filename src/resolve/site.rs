//! Sites: owner, bench, names, configuration.

use super::bench::{beside_frappe, listed};
use super::context::Context;
use super::limits::limits;
use super::names::{Declared, Names};
use super::physical::database_name;
use super::platform::secret_or_derived;
use crate::diag::{Code, Diagnostic};
use crate::model::{App, Bench, Domain, Layer, Layered, Meta, Plan, Ref, Site, Table, Tenant};
use crate::source::{Span, Spanned};
use crate::spec::{self, Spec};

/// A site and the tenant in whose block it stands.
pub(super) struct Placed<'s> {
    site: &'s spec::Site,
    within: Option<&'s spec::Tenant>,
}

impl Declared for Placed<'_> {
    fn name(&self) -> Option<Spanned<&str>> {
        self.site.name()
    }

    fn id(&self) -> Option<Spanned<&str>> {
        self.site.id()
    }

    fn whole(&self) -> Option<Span> {
        self.site.whole
    }

    fn tell(&self, listener: &mut dyn FnMut(&'static str, String, Span)) {
        self.site.tell(listener);
    }
}

/// Every site of the fleet, wherever it stands.
pub(super) fn sites(spec: &Spec) -> Vec<Placed<'_>> {
    let nested = spec
        .tenants
        .iter()
        .flat_map(|tenant| tenant.sites.iter().map(move |site| Placed { site, within: Some(tenant) }));
    nested.chain(spec.sites.iter().map(|site| Placed { site, within: None })).collect()
}

/// What a site refers to.
pub(super) struct Known<'a, 's> {
    /// The fleet's id; empty when the fleet is broken, and then nothing comes of the model.
    pub(super) fleet: &'a str,
    pub(super) sites_under: Option<&'a str>,
    /// Whether a missing `sites-under` may be believed.
    pub(super) fleet_is_whole: bool,
    pub(super) fleet_limits: Option<&'s spec::Limits>,
    pub(super) tenants: &'a Names<'s, Tenant>,
    pub(super) tenant_table: &'a Table<Tenant>,
    pub(super) plans: &'a Table<Plan>,
    pub(super) owners: &'a super::tenant::Limits<'s>,
    pub(super) benches: &'a Names<'s, Bench>,
    pub(super) apps: &'a Names<'s, App>,
}

pub(super) fn site<'s>(
    placed: &'s Placed<'s>,
    meta: Meta,
    known: &Known<'_, 's>,
    context: &mut Context<'_>,
) -> Option<Site> {
    let declared = placed.site;
    let tenant = owner(placed, &meta, known, context);
    let bench = declared.bench.as_ref().and_then(|bench| known.benches.find(bench, &meta, context));
    let apps = beside_frappe(&declared.apps, &meta, known.apps, context);
    let host_name = host_name(&meta, known, context);
    let domains = declared.domains.iter().map(domain).collect::<Option<Vec<_>>>();
    let (tenant, bench, host_name) = (tenant?, bench?, host_name?);
    (apps.len() == listed(&declared.apps)).then_some(())?;
    let owner = known.tenant_table.get(tenant.id);
    let plan = known.plans.get(owner.plan.id);
    let layers = [
        (Layer::Fleet, known.fleet_limits),
        (Layer::Plan, known.owners.plan(&plan.meta.name)),
        (Layer::Tenant, known.owners.tenant(&owner.meta.name)),
        (Layer::Site, declared.limits.as_deref()),
    ];
    let database_name = database_name(known.fleet, &meta.identity);
    context.computed("host-name", &host_name);
    context.computed("database-name", &database_name);
    let admin_password = secret_or_derived(declared.admin_password.as_ref(), "site-admin", &meta);
    context.computed("admin-password", &admin_password.to_string());
    let config = declared.config.entries.iter().map(|(key, value)| {
        (key.clone(), Layered { value: value.clone(), layer: Layer::Site, span: Some(key.span) })
    });
    Some(Site {
        tenant,
        bench,
        apps,
        host_name,
        domains: domains?,
        config: config.collect(),
        admin_password,
        limits: limits(&layers, context),
        database_name,
        suspended: declared.suspended.0.or(owner.suspended),
        meta,
    })
}

fn domain(declared: &spec::Domain) -> Option<Domain> {
    Some(Domain {
        name: declared.name.clone()?.map(Into::into),
        primary: declared.primary.as_ref().is_some_and(|primary| primary.value),
    })
}

fn owner(
    placed: &Placed<'_>,
    meta: &Meta,
    known: &Known<'_, '_>,
    context: &mut Context<'_>,
) -> Option<Ref<Tenant>> {
    match (placed.within, &placed.site.tenant) {
        // A tenant without a good name was reported; its sites cannot be placed.
        (Some(within), None) => {
            let name = within.name.as_ref()?;
            known.tenants.find_name(name.value.as_str(), name.span, meta, context)
        }
        (None, Some(written)) => known.tenants.find(written, meta, context),
        (Some(within), Some(written)) => {
            let diagnostic = Diagnostic::error(
                Code::RESOLVE_SITE_OWNER,
                format!("`{}` stands in a tenant and names one", meta.address),
            )
            .at(written.span, "names a tenant")
            .help("take `tenant` away, or move the site out of the block");
            context.report(match &within.name {
                Some(name) => diagnostic.and(name.span, "stands in this one"),
                None => diagnostic,
            });
            None
        }
        // Named in a way that cannot be read, which was reported.
        (None, None) if placed.site.broken.contains(&"tenant") => None,
        (None, None) => {
            context.report(
                Diagnostic::error(
                    Code::RESOLVE_SITE_OWNER,
                    format!("`{}` belongs to no tenant", meta.address),
                )
                .at(meta.span, "whose is it?")
                .help(meta.span.syntax().pick(
                    "add `tenant \"…\"`, or move the site into the block of its tenant",
                    "add `tenant: …` to it, or move the site below its tenant",
                )),
            );
            None
        }
    }
}

/// The identity with a dot is the name; without one it is a label below `sites-under`. It comes from the identity and
/// not from the name because it is also the directory's name.
fn host_name(meta: &Meta, known: &Known<'_, '_>, context: &mut Context<'_>) -> Option<String> {
    let id = meta.identity.id();
    if id.contains('.') {
        return Some(id.to_owned());
    }
    match known.sites_under {
        Some(domain) => Some(format!("{id}.{domain}")),
        None if known.fleet_is_whole => {
            context.report(
                Diagnostic::error(
                    Code::RESOLVE_NO_SITES_UNDER,
                    format!("`{}` has a short name and the fleet has no `sites-under`", meta.address),
                )
                .at(meta.span, "below which domain?")
                .help(format!("give the fleet a `sites-under`, such as `erp.example.com`, or write the whole name: `{id}.example.com`")),
            );
            None
        }
        None => None,
    }
}
