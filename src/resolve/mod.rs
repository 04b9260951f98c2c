//! 3. Spec to Model: names become ids, layers are applied, physical names are computed.
//!
//! A declaration with a broken reference is left out and its name stays known, so that one fault is one message.

mod bench;
mod certificates;
mod context;
mod explain;
mod limits;
mod names;
mod physical;
mod platform;
mod site;
mod tenant;

use std::collections::BTreeMap;

use crate::diag::Diagnostics;
use crate::model::Model;
use crate::source::Spanned;
use crate::spec::{self, Spec};
use crate::value::{AppName, Kind, Textual as _};
use context::Context;

pub use explain::{Field, Link, explain};

/// Resolves a whole fleet. `None` when there is no usable `fleet`; what is wrong elsewhere is reported all the same.
pub fn resolve(spec: &Spec, diagnostics: &mut Diagnostics) -> Option<Model> {
    resolve_in(spec, &mut Context::new(diagnostics))
}

fn resolve_in(spec: &Spec, context: &mut Context<'_>) -> Option<Model> {
    // Of the declarations of several fleets, or of a part of one, nobody can say which belong together.
    if !platform::is_one(&spec.fleets, context) {
        return None;
    }
    let fleet = platform::fleet(&spec.fleets, &spec.attached, context);
    let fleet_limits = spec.fleets.first().and_then(|fleet| fleet.limits.as_deref());
    let encrypted = spec
        .fleets
        .first()
        .is_some_and(|fleet| fleet.certificates.is_some() || fleet.broken.contains(&"certificates"));
    let owners = tenant::Limits::new(spec);
    let size_specs = by_name(&spec.sizes);

    let (hosts, host_names) = names::table(Kind::Host, &spec.hosts, context, platform::host);
    let (edges, _) = names::table(Kind::Edge, &spec.edges, context, |declared, meta, context| {
        platform::edge(declared, meta, encrypted, &host_names, context)
    });
    let (databases, database_names) =
        names::table(Kind::Database, &spec.databases, context, |declared, meta, context| {
            platform::database(declared, meta, &host_names, context)
        });
    let (plans, plan_names) = names::table(Kind::Plan, &spec.plans, context, limits::plan);
    let declared_apps = with_frappe(spec);
    let known_apps = names::positions(Kind::App, &declared_apps);
    let (apps, app_names) = names::table(Kind::App, &declared_apps, context, |declared, meta, context| {
        Some(bench::app(declared, meta, &known_apps, context))
    });
    let (releases, release_names) =
        names::table(Kind::Release, &spec.releases, context, |declared, meta, context| {
            bench::release(declared, meta, &app_names, context)
        });
    let (sizes, size_names) = names::table(Kind::Size, &spec.sizes, context, bench::size);
    let (tenants, tenant_names) =
        names::table(Kind::Tenant, &spec.tenants, context, |declared, meta, context| {
            tenant::tenant(declared, meta, fleet_limits, &owners, &plan_names, context)
        });
    let known = bench::Known {
        fleet_limits,
        releases: &release_names,
        sizes: &size_names,
        size_specs: &size_specs,
        hosts: &host_names,
        databases: &database_names,
        tenants: &tenant_names,
        owners: &owners,
        tenant_table: &tenants,
        plans: &plans,
    };
    let (benches, bench_names) =
        names::table(Kind::Bench, &spec.benches, context, |declared, meta, context| {
            bench::bench(declared, meta, &known, context)
        });
    let known = site::Known {
        fleet: fleet.as_ref().map_or("", |fleet| fleet.id.value.as_str()),
        sites_under: fleet
            .as_ref()
            .and_then(|fleet| fleet.sites_under.as_ref())
            .map(|domain| domain.value.as_str()),
        fleet_is_whole: fleet.is_some(),
        fleet_limits,
        tenants: &tenant_names,
        tenant_table: &tenants,
        plans: &plans,
        owners: &owners,
        benches: &bench_names,
        apps: &app_names,
    };
    let placed = site::sites(spec);
    let (sites, _) = names::table(Kind::Site, &placed, context, |declared, meta, context| {
        site::site(declared, meta, &known, context)
    });
    Some(Model {
        fleet: fleet?,
        hosts,
        edges,
        databases,
        plans,
        apps,
        releases,
        sizes,
        benches,
        tenants,
        sites,
    })
}

/// `frappe` is an app of every fleet. Where nobody declares it, its place is the fleet's.
fn with_frappe(spec: &Spec) -> Vec<spec::App> {
    let mut apps = spec.apps.clone();
    let declared =
        apps.iter().any(|app| app.name.as_ref().is_some_and(|name| name.value.as_str() == "frappe"));
    let place = spec.fleets.first().and_then(|fleet| fleet.name.as_ref()).map(|name| name.span);
    if let (false, Some(place), Ok(name)) = (declared, place, AppName::parse("frappe")) {
        apps.push(spec::App { name: Some(Spanned::new(name, place)), ..spec::App::default() });
    }
    apps
}

fn by_name(sizes: &[spec::Size]) -> BTreeMap<&str, &spec::Size> {
    let mut found = BTreeMap::new();
    for size in sizes {
        if let Some(name) = &size.name {
            found.entry(name.value.as_str()).or_insert(size);
        }
    }
    found
}
