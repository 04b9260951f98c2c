//! The line that each field of an object comes from, where that is not its declaration: a limit of the plan, the workers of
//! a size, the image of a release. A plan names it as the cause of a change, whoever inherits it.

use std::collections::BTreeMap;

use crate::desired::{Lines, ObjectId, ObjectKind};
use crate::model::{Bench, Database, Edge, Layered, Model, Site};
use crate::provider::names;
use crate::source::Span;

/// The lines of every object that has some.
#[must_use]
pub fn of(model: &Model) -> BTreeMap<ObjectId, Lines> {
    let mut all = All::default();
    for (_, edge) in model.edges.iter() {
        self::edge(model, edge, &mut all);
    }
    for (_, database) in model.databases.iter() {
        self::database(database, &mut all);
    }
    for (_, bench) in model.benches.iter() {
        self::bench(model, bench, &mut all);
    }
    for (_, site) in model.sites.iter() {
        self::site(site, &mut all);
    }
    all.0
}

#[derive(Default)]
struct All(BTreeMap<ObjectId, Lines>);

impl All {
    fn put<'f>(&mut self, id: ObjectId, lines: impl IntoIterator<Item = (&'f str, Option<Span>)>) {
        let written = lines.into_iter().filter_map(|(field, span)| Some((field.to_owned(), span?)));
        let written: Lines = written.collect();
        if !written.is_empty() {
            self.0.entry(id).or_default().extend(written);
        }
    }
}

fn span<T>(value: Option<&Layered<T>>) -> Option<Span> {
    value.and_then(|value| value.span)
}

fn edge(model: &Model, edge: &Edge, all: &mut All) {
    let id = |role| ObjectId::new(edge.meta.identity.as_str(), ObjectKind::Container, role);
    let certificates = model.fleet.certificates.as_ref().map(|certificates| certificates.span);
    all.put(
        id("traefik"),
        [
            ("image", edge.image.span),
            ("memory", edge.memory.as_ref().map(|memory| memory.span)),
            ("nano_cpus", edge.nano_cpus.as_ref().map(|cpus| cpus.span)),
            ("ports", edge.http.span.or_else(|| span(edge.https.as_ref())).or(edge.bind.span)),
            ("files", certificates),
        ],
    );
    all.put(id("page"), [("image", edge.page_image.span)]);
    let status = edge.status.as_ref().map(|status| status.span);
    all.put(ObjectId::new(edge.meta.identity.as_str(), ObjectKind::Route, ""), [("entries", status)]);
}

fn database(database: &Database, all: &mut All) {
    let memory = database.memory.as_ref().map(|memory| memory.span);
    all.put(
        ObjectId::new(database.meta.identity.as_str(), ObjectKind::Container, names::MARIADB),
        [
            ("image", database.image.span.or(Some(database.version.span))),
            ("command", database.connections.span.or(memory)),
            ("memory", memory),
            ("nano_cpus", database.nano_cpus.as_ref().map(|cpus| cpus.span)),
        ],
    );
}

fn bench(model: &Model, bench: &Bench, all: &mut All) {
    let of = bench.meta.identity.as_str();
    let release = bench.release.as_ref().map(|release| &model.releases[release.id]);
    let image = release.map(|release| release.image.span);
    let resources = &bench.resources;
    let mut services = vec!["backend", "websocket", "frontend", "scheduler"];
    let queues: Vec<String> = ["short", "long"]
        .into_iter()
        .zip([bench.queues.value.short, bench.queues.value.long])
        .flat_map(|(queue, count)| {
            let own = move |n| format!("queue-{queue}-{n}");
            std::iter::once(format!("queue-{queue}")).chain((1..=count.min(100)).map(own))
        })
        .collect();
    services.extend(queues.iter().map(String::as_str));
    for (service, image, command) in services
        .into_iter()
        .map(|service| (service, image, (service == "backend").then_some(bench.gunicorn.span).flatten()))
        .chain(
            ["redis-cache", "redis-queue"].map(|service| (service, bench.redis_image.span, bench.cache.span)),
        )
    {
        all.put(
            ObjectId::new(of, ObjectKind::Container, service),
            [
                ("image", image),
                ("command", command),
                ("memory", span(resources.memory.as_ref())),
                ("nano_cpus", span(resources.nano_cpus.as_ref())),
                ("pids", span(resources.processes.as_ref())),
                // How they share: told as a cause where nothing nearer is.
                ("share", bench.gunicorn.span),
                ("share", bench.queues.span),
                ("share", bench.cache.span),
            ],
        );
    }
    all.put(
        ObjectId::new(of, ObjectKind::BenchConfig, ""),
        [
            ("image", image),
            ("frappe", release.map(|release| release.frappe.span)),
            ("apps", release.and_then(|release| release.apps.last()).map(|app| app.span)),
        ],
    );
}

fn site(site: &Site, all: &mut All) {
    let id = |kind| ObjectId::new(site.meta.identity.as_str(), kind, "");
    let limits = &site.limits;
    all.put(
        id(ObjectKind::Account),
        [
            ("connections", span(limits.connections.as_ref())),
            ("statement_time", span(limits.statement_time.as_ref())),
            ("locked", site.suspended),
        ],
    );
    let keys: Vec<(String, Span)> =
        site.config.iter().map(|(key, _)| (format!("config.{}", key.value), key.span)).collect();
    let secrets = keys.iter().map(|(key, span)| (format!("secret_{key}"), *span)).collect::<Vec<_>>();
    let primary = site.domains.iter().find(|domain| domain.primary).map(|domain| domain.name.span);
    all.put(
        id(ObjectKind::Site),
        keys.iter().chain(&secrets).map(|(key, span)| (key.as_str(), Some(*span))).chain([
            ("config.host_name", primary),
            ("apps", site.apps.last().map(|app| app.span)),
            ("suspended", site.suspended),
        ]),
    );
    let name = site.meta.identity.id();
    let requests = span(limits.requests.as_ref());
    let rate = ["rate", "inflight"].map(|end| format!("entries.http.middlewares.site-{name}.{end}"));
    let routers = format!("entries.http.routers.site-{name}");
    let domains: Vec<(String, Span)> = site
        .domains
        .iter()
        .map(|domain| (format!("Host(`{}`)", domain.name.value), domain.name.span))
        .collect();
    all.put(
        id(ObjectKind::Route),
        domains
            .iter()
            .map(|(rule, span)| (rule.as_str(), Some(*span)))
            .chain(rate.iter().map(|field| (field.as_str(), requests)))
            .chain([(routers.as_str(), site.suspended)]),
    );
}
