//! Routers, services and middlewares: what answers at which name.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::lower::is_template;
use super::{own_certificates, site_routes, tls};
use crate::desired::traefik::Route;
use crate::desired::{Object, ObjectId, ObjectKind, Owner};
use crate::diag::{Code, Diagnostic};
use crate::model::{Bench, Edge, Host, Id};
use crate::provider::lower::{Lowering, Origin, owner};
use crate::provider::names::Project;
use crate::source::Span;

/// Priorities are written out: Traefik's own is the length of the rule, which a further domain changes.
pub(super) mod priority {
    pub(in crate::provider::traefik) const EVERYTHING: u32 = 1;
    pub(in crate::provider::traefik) const SITE: u32 = 1000;
    pub(in crate::provider::traefik) const UNCOUNTED: u32 = 1001;
    pub(in crate::provider::traefik) const SUSPENDED: u32 = 2000;
    pub(in crate::provider::traefik) const STATUS: u32 = 3000;
}

/// Port of a bench's nginx, and of the pages.
const PORT: u16 = 8080;

/// Adds the routes of every edge, of the benches behind it and of their sites.
pub(super) fn lower(to: &mut Lowering<'_>) {
    let model = to.model;
    let edges: BTreeMap<Id<Host>, &Edge> = model.edges.iter().map(|(_, edge)| (edge.host.id, edge)).collect();
    for (_, edge) in model.edges.iter() {
        let origin = Origin::new(model, &edge.meta, edge.host.id, Owner::Platform, &[]);
        edge_route(to, &origin, edge);
    }
    for (_, bench) in model.benches.iter().filter(|(_, bench)| bench.release.is_some()) {
        let Some(edge) = edges.get(&bench.host.id) else { continue };
        let origin = Origin::new(
            model,
            &bench.meta,
            bench.host.id,
            owner(model, bench.tenant.as_ref()),
            &[Some(edge.meta.span)],
        );
        let project = Project::bench(&to.desired.fleet, bench);
        let service = json!({ "loadBalancer": {
            "passHostHeader": true,
            "servers": [{ "url": format!("http://{}:{PORT}", project.alias("frontend")) }],
        } });
        let name = bench_name(bench);
        let page = format!("{name}.page");
        // Of its own: what of the edge fails holds up no bench.
        let entries = BTreeMap::from([
            (format!("http.services.{name}"), service),
            (format!("http.services.{page}"), pages_server()),
            // What nginx, or Traefik itself, answers while what is behind it is made anew. 504 is a page that takes too long.
            (format!("http.middlewares.{name}.busy"), instead(&page, "502", 503, "/busy.html")),
        ]);
        let needs = [traefik(edge), origin.id(ObjectKind::Container, "frontend")];
        put(to, &origin, bench_file(bench), entries, needs, bench.meta.span);
    }
    for (_, site) in model.sites.iter() {
        let bench = &model.benches[site.bench.id];
        let Some(edge) = edges.get(&bench.host.id).filter(|_| bench.release.is_some()) else { continue };
        site_routes::lower(to, edge, bench, site);
    }
}

pub(super) fn bench_name(bench: &Bench) -> String {
    format!("bench-{}", bench.meta.identity.id())
}

pub(super) fn bench_file(bench: &Bench) -> String {
    format!("{}.yml", bench_name(bench))
}

pub(super) fn edge_name(edge: &Edge) -> String {
    format!("edge-{}", edge.meta.identity.id())
}

pub(super) fn traefik(edge: &Edge) -> ObjectId {
    ObjectId::new(edge.meta.identity.as_str(), ObjectKind::Container, "traefik")
}

/// The catch-all, the edge's own name and the two pages that other routers show.
fn edge_route(to: &mut Lowering<'_>, origin: &Origin, edge: &Edge) {
    let name = edge_name(edge);
    let certificates = to.model.fleet.certificates.as_ref();
    let page = format!("{name}.page");
    // The pages' server answers 404 at a path that it does not have (501 to a POST).
    let anything = "400-599";
    let mut entries = BTreeMap::from([
        (format!("http.services.{page}"), pages_server()),
        (format!("http.middlewares.{name}.nowhere"), json!({ "replacePath": { "path": "/.nowhere" } })),
        (format!("http.middlewares.{name}.not-found"), instead(&page, anything, 404, "/not-found.html")),
        (format!("http.middlewares.{name}.suspended"), instead(&page, anything, 503, "/suspended.html")),
    ]);
    let router = |rule: &str, priority: u32, middlewares: Value, names: &[&str]| {
        let mut router = json!({
            "rule": rule,
            "priority": priority,
            "service": page,
            "middlewares": middlewares,
            "entryPoints": [tls::entry_point(certificates)],
        });
        if let Some(tls) = tls::block(&to.model.fleet, names) {
            router["tls"] = tls;
        }
        router
    };
    let nowhere = json!([format!("{name}.not-found"), format!("{name}.nowhere")]);
    entries.insert(
        format!("http.routers.{name}"),
        router("PathPrefix(`/`)", priority::EVERYTHING, nowhere, &[]),
    );
    if let Some(status) = edge.status.as_ref().filter(|status| is_name(to, &status.value, status.span)) {
        let index = format!("http.middlewares.{name}.index");
        entries.insert(index, json!({ "replacePath": { "path": "/index.html" } }));
        let rule = format!("Host(`{}`)", status.value);
        let mut middlewares = vec![format!("{name}.index")];
        if let Some(hsts) = &edge.hsts {
            entries.insert(format!("http.middlewares.{name}.hsts"), tls::hsts(hsts.value));
            middlewares.insert(0, format!("{name}.hsts"));
        }
        let middlewares = json!(middlewares);
        let router = router(&rule, priority::STATUS, middlewares, &[&status.value]);
        entries.insert(format!("http.routers.{name}.status"), router);
    }
    entries.extend(own_certificates::entries(to.model, edge));
    let needs = [traefik(edge), origin.id(ObjectKind::Container, "page")];
    put(to, origin, "edge.yml".to_owned(), entries, needs, edge.meta.span);
}

/// Where an edge's pages are served.
fn pages_server() -> Value {
    json!({ "loadBalancer": { "servers": [{ "url": format!("http://page:{PORT}") }] } })
}

/// Puts a page and its status in the place of an answer with a status of these.
fn instead(service: &str, of: &str, status: u16, page: &str) -> Value {
    json!({ "errors": {
        "status": [of],
        "statusRewrites": { of: status },
        "service": service,
        "query": page,
    } })
}

/// Whether a name may stand between the backticks of a rule; reports it where not.
pub(super) fn is_name(to: &mut Lowering<'_>, name: &str, span: Span) -> bool {
    let fits = !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'-');
    if !fits {
        to.diagnostics.push(
            Diagnostic::error(Code::LOWER_TRAEFIK_TEXT, format!("Traefik cannot route the name `{name}`"))
                .at(span, "not a name in lower case and punycode"),
        );
    }
    fits
}

pub(super) fn put(
    to: &mut Lowering<'_>,
    origin: &Origin,
    file: String,
    entries: BTreeMap<String, Value>,
    needs: impl IntoIterator<Item = ObjectId>,
    span: Span,
) {
    if let Some((name, _)) = entries.iter().find(|(name, value)| is_template(name, value)) {
        to.diagnostics.push(
            Diagnostic::error(Code::LOWER_TRAEFIK_TEXT, format!("`{name}` would hold `{{{{`"))
                .at(span, "comes from here")
                .note("Traefik runs every dynamic file as a template before it reads it"),
        );
        return;
    }
    to.put(origin, "", needs, Object::Route(Route { file, entries }));
}
