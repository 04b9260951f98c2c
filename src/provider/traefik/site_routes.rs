//! The routers and middlewares of a site.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::dynamic;
use super::routes::{bench_file, bench_name, edge_name, is_name, priority, put, traefik};
use super::tls;
use crate::desired::{ObjectId, ObjectKind, Owner};
use crate::model::{Bench, Edge, Site};
use crate::provider::lower::{Lowering, Origin};

/// What is held to no limit: files that nginx serves and browsers keep, of which a desk loads dozens at once, and the connection
/// that each open desk holds, which would use up `in-flight` alone. No part of the path begins with a dot: nginx would take
/// `/assets/../api` for something else than Traefik does.
const UNCOUNTED: &str = r"PathRegexp(`^/(assets|socket\.io)(/[^/.][^/]*)*/?$`)";

/// Adds the route of a site that lies behind an edge.
pub(super) fn lower(to: &mut Lowering<'_>, edge: &Edge, bench: &Bench, site: &Site) {
    let model = to.model;
    let tenant = &model.tenants[site.tenant.id];
    let name = dynamic::name("site", site.meta.identity.id());
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
    let (service, priority, mut middlewares) = if site.suspended.is_some() {
        let page = edge_name(edge);
        let middlewares = vec![format!("{page}.suspended"), format!("{page}.nowhere")];
        (format!("{page}.page"), priority::SUSPENDED, middlewares)
    } else {
        let mut middlewares = vec![format!("{}.busy", bench_name(bench))];
        middlewares.extend(host(&name, site, &mut entries));
        (bench_name(bench), priority::SITE, middlewares)
    };
    if let Some(hsts) = &edge.hsts {
        entries.insert(format!("http.middlewares.{name}.hsts"), tls::hsts(hsts.value));
        middlewares.insert(0, format!("{name}.hsts"));
    }
    // Those behind this one count requests.
    let counted = middlewares.len();
    if site.suspended.is_none() {
        middlewares.extend(limits(&name, site, &mut entries));
    }
    let limited = middlewares.len() > counted;
    for (suffix, names) in tls::groups(&model.fleet, &names) {
        let hosts: Vec<String> = names.iter().map(|name| format!("Host(`{name}`)")).collect();
        let router = |rule: String, priority: u32, middlewares: &[String]| {
            let mut router = json!({
                "rule": rule,
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
            router
        };
        if limited {
            // One term a name, as in the other router: a name is given up by taking its term away.
            let rule: Vec<String> = hosts.iter().map(|host| format!("{host} && {UNCOUNTED}")).collect();
            let free = router(rule.join(" || "), priority::UNCOUNTED, &middlewares[..counted]);
            entries.insert(format!("http.routers.{name}.uncounted{suffix}"), free);
        }
        entries.insert(
            format!("http.routers.{name}{suffix}"),
            router(hosts.join(" || "), priority, &middlewares),
        );
    }
    let behind = if site.suspended.is_some() { &edge.meta } else { &bench.meta };
    let mut needs = vec![traefik(edge), ObjectId::new(behind.identity.as_str(), ObjectKind::Route, "")];
    if site.suspended.is_none() && bench.database.is_some() {
        // Before there is a site the bench answers 404 at its name.
        needs.push(origin.id(ObjectKind::Site, ""));
    }
    put(to, &origin, bench_file(bench), entries, needs, site.meta.span);
}

/// The middleware by which a site's own domains reach it: Frappe finds a site by the name in `Host`. It comes first, so that
/// what follows counts all names of a site as one.
fn host(name: &str, site: &Site, entries: &mut BTreeMap<String, Value>) -> Vec<String> {
    if site.domains.is_empty() {
        return Vec::new();
    }
    let headers = json!({ "headers": { "customRequestHeaders": { "Host": site.host_name } } });
    entries.insert(format!("http.middlewares.{name}.host"), headers);
    vec![format!("{name}.host")]
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
