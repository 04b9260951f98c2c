//! The routers and middlewares of a site.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::routes::{bench_file, bench_name, edge_name, is_name, priority, put, traefik};
use super::tls;
use crate::desired::{ObjectId, ObjectKind, Owner};
use crate::model::{Bench, Edge, Site};
use crate::provider::lower::{Lowering, Origin};

/// Adds the route of a site that lies behind an edge.
pub(super) fn lower(to: &mut Lowering<'_>, edge: &Edge, bench: &Bench, site: &Site) {
    let model = to.model;
    let tenant = &model.tenants[site.tenant.id];
    let name = format!("site-{}", site.meta.identity.id());
    let rate = site.limits.requests.as_ref();
    let origin = Origin::new(
        model,
        &site.meta,
        bench.host.id,
        Owner::Tenant(tenant.meta.name.clone()),
        &[site.suspended, rate.and_then(|rate| rate.span), Some(tenant.meta.span), Some(bench.meta.span)],
    );
    let mut names = Vec::new();
    if is_name(to, &site.host_name, site.meta.span) {
        names.push(site.host_name.as_str());
    }
    for domain in &site.domains {
        if is_name(to, &domain.name.value, domain.name.span) {
            names.push(&domain.name.value);
        }
    }
    let mut entries = BTreeMap::new();
    let (service, priority, middlewares) = if site.suspended.is_some() {
        let page = edge_name(edge);
        let middlewares = vec![format!("{page}.suspended"), format!("{page}.nowhere")];
        (format!("{page}.page"), priority::SUSPENDED, middlewares)
    } else {
        (bench_name(bench), priority::SITE, limits(&name, site, &mut entries))
    };
    for (suffix, names) in tls::groups(&model.fleet, &names) {
        let rule: Vec<String> = names.iter().map(|name| format!("Host(`{name}`)")).collect();
        let mut router = json!({
            "rule": rule.join(" || "),
            "priority": priority,
            "service": service,
            "entryPoints": [tls::entry_point(model.fleet.certificates.as_ref())],
        });
        if !middlewares.is_empty() {
            router["middlewares"] = json!(middlewares);
        }
        if let Some(tls) = tls::block(&model.fleet, &names) {
            router["tls"] = tls;
        }
        entries.insert(format!("http.routers.{name}{suffix}"), router);
    }
    let behind = if site.suspended.is_some() { &edge.meta } else { &bench.meta };
    let needs = [traefik(edge), ObjectId::new(behind.identity.as_str(), ObjectKind::Route, "")];
    put(to, &origin, bench_file(bench), entries, needs, site.meta.span);
}

/// The middlewares that hold a site to its requests, by name; their definitions go into `entries`.
fn limits(name: &str, site: &Site, entries: &mut BTreeMap<String, Value>) -> Vec<String> {
    let Some(rate) = site.limits.requests.as_ref().map(|rate| &rate.value) else { return Vec::new() };
    let mut middlewares = vec![format!("{name}.rate")];
    entries.insert(
        format!("http.middlewares.{name}.rate"),
        json!({ "rateLimit": {
            "average": rate.average,
            "period": format!("{}s", rate.period),
            // Traefik's own default is 1, which refuses the second file of a page.
            "burst": rate.burst.unwrap_or(rate.average),
            "sourceCriterion": { "requestHost": true },
        } }),
    );
    if let Some(amount) = rate.in_flight {
        middlewares.push(format!("{name}.inflight"));
        entries.insert(
            format!("http.middlewares.{name}.inflight"),
            json!({ "inFlightReq": { "amount": amount, "sourceCriterion": { "requestHost": true } } }),
        );
    }
    middlewares
}
