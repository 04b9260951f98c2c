//! What each declaration says by itself, as words that can be compared: values of other layers are told where they are
//! written, once, and not with each of the thousands that inherit them.

mod certificates;

use std::borrow::Cow;
use std::fmt::Display;

use crate::model::{
    Bench, Database, Edge, Engine, Gunicorn, Host, Layer, Layered, Limits, Meta, Model, Plan, PullPolicy,
    Queues, Ref, Release, RequestRate, Resources, Site, Size, Table, Tenant,
};
use crate::source::{Span, Spanned};
use crate::value::{Bytes, NanoCpus, Seconds};
use crate::world::secret::SecretRef;

/// One thing that a declaration says.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fact {
    pub(super) name: Cow<'static, str>,
    pub(super) value: String,
    pub(super) span: Option<Span>,
    pub(super) weight: Weight,
}

/// When a fact is told of something new or gone. One that changes is always told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// Also of many at once, where it is the same for all of them.
    Shared,
    /// Of one: it has it alone.
    Own,
    /// Never: too much detail.
    Quiet,
}

/// A declaration.
pub(super) struct Declared<'m> {
    pub(super) kind: &'static str,
    pub(super) meta: &'m Meta,
    /// Identity of its tenant (sites).
    pub(super) tenant: Option<&'m str>,
    pub(super) facts: Vec<Fact>,
}

/// Collects the facts of one declaration.
#[derive(Default)]
struct Facts(Vec<Fact>);

impl Facts {
    fn put(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl Display,
        span: Option<Span>,
        weight: Weight,
    ) {
        self.0.push(Fact { name: name.into(), value: value.to_string(), span, weight });
    }

    fn spanned<T: Display>(&mut self, name: &'static str, value: Option<&Spanned<T>>, weight: Weight) {
        if let Some(value) = value {
            self.put(name, &value.value, Some(value.span), weight);
        }
    }

    /// A value that may come from elsewhere: only where this layer, or nobody, wrote it.
    fn layered<T>(
        &mut self,
        name: &'static str,
        value: Option<&Layered<T>>,
        layer: Layer,
        text: fn(&T) -> String,
    ) {
        if let Some(value) = value.filter(|value| value.layer == layer) {
            self.put(name, text(&value.value), value.span, Weight::Quiet);
        }
    }

    fn amounts(&mut self, memory: Option<&Spanned<u64>>, cpus: Option<&Spanned<u64>>) {
        if let Some(memory) = memory {
            self.put("memory", Bytes(memory.value), Some(memory.span), Weight::Own);
        }
        if let Some(cpus) = cpus {
            self.put("cpus", NanoCpus(cpus.value), Some(cpus.span), Weight::Own);
        }
    }

    fn resources(&mut self, of: &Resources, layer: Layer) {
        self.layered("memory", of.memory.as_ref(), layer, bytes);
        self.layered("cpus", of.nano_cpus.as_ref(), layer, |n| NanoCpus(*n).to_string());
        self.layered("processes", of.processes.as_ref(), layer, ToString::to_string);
    }

    fn limits(&mut self, of: &Limits, wanted: fn(Layer) -> bool) {
        for limit in limits(of, wanted) {
            self.put(limit.name, limit.value, limit.span, Weight::Quiet);
        }
    }
}

/// One limit that holds, and where it is written.
pub(super) struct Limit {
    pub(super) name: &'static str,
    pub(super) value: String,
    pub(super) span: Option<Span>,
}

/// The limits that hold and come from such a layer.
pub(super) fn limits(of: &Limits, wanted: fn(Layer) -> bool) -> Vec<Limit> {
    let mut to = Vec::new();
    let mut add = |name, limit: Option<(Option<Span>, String)>| {
        to.extend(limit.map(|(span, value)| Limit { name, value, span }));
    };
    add("sites", said(of.sites.as_ref(), wanted, u64::to_string));
    add("users", said(of.users.as_ref(), wanted, u64::to_string));
    add("database-size", said(of.database_size.as_ref(), wanted, bytes));
    add("files-size", said(of.files_size.as_ref(), wanted, bytes));
    add("connections", said(of.connections.as_ref(), wanted, u64::to_string));
    add("statement-time", said(of.statement_time.as_ref(), wanted, |n| Seconds(*n).to_string()));
    add("requests", said(of.requests.as_ref(), wanted, rate));
    add("memory", said(of.memory.as_ref(), wanted, bytes));
    add("cpus", said(of.nano_cpus.as_ref(), wanted, |n| NanoCpus(*n).to_string()));
    add("processes", said(of.processes.as_ref(), wanted, u64::to_string));
    to
}

/// A limit in words. Thousands inherit a value that nobody asks for here: it is not put in any.
fn said<T>(
    limit: Option<&Layered<T>>,
    wanted: fn(Layer) -> bool,
    text: impl Fn(&T) -> String,
) -> Option<(Option<Span>, String)> {
    let limit = limit.filter(|limit| wanted(limit.layer))?;
    Some((limit.span, text(&limit.value)))
}

/// Every declaration of a fleet, kind by kind.
pub(super) fn declarations(model: &Model) -> impl Iterator<Item = Declared<'_>> {
    let fleet = Declared { kind: "fleet", meta: &model.fleet.meta, tenant: None, facts: fleet(model) };
    let fleet = std::iter::once(fleet);
    let sites = model.sites.iter().map(|(_, one)| Declared {
        kind: "site",
        meta: &one.meta,
        tenant: Some(model.tenants[one.tenant.id].meta.identity.as_str()),
        facts: site(model, one),
    });
    fleet
        .chain(all(&model.hosts, "host", |one| &one.meta, host))
        .chain(all(&model.edges, "edge", |one| &one.meta, |one| edge(model, one)))
        .chain(all(&model.databases, "database", |one| &one.meta, |one| database(model, one)))
        .chain(all(&model.plans, "plan", |one| &one.meta, plan))
        .chain(all(
            &model.apps,
            "app",
            |one| &one.meta,
            |one| {
                let mut facts = Facts::default();
                facts.spanned("repository", one.repository.as_ref(), Weight::Own);
                facts.spanned("branch", one.branch.as_ref(), Weight::Own);
                refs(&mut facts, "requires", &one.requires, |id| &model.apps[id].meta.name);
                facts.0
            },
        ))
        .chain(all(&model.releases, "release", |one| &one.meta, |one| release(model, one)))
        .chain(all(&model.sizes, "size", |one| &one.meta, size))
        .chain(all(&model.benches, "bench", |one| &one.meta, |one| bench(model, one)))
        .chain(all(&model.tenants, "tenant", |one| &one.meta, |one| tenant(model, one)))
        .chain(sites)
}

fn all<'m, T>(
    table: &'m Table<T>,
    kind: &'static str,
    meta: fn(&T) -> &Meta,
    facts: impl Fn(&'m T) -> Vec<Fact>,
) -> impl Iterator<Item = Declared<'m>> {
    table.iter().map(move |(_, one)| Declared { kind, meta: meta(one), tenant: None, facts: facts(one) })
}

fn fleet(model: &Model) -> Vec<Fact> {
    let fleet = &model.fleet;
    let mut facts = Facts::default();
    facts.spanned("id", Some(&fleet.id), Weight::Own);
    facts.spanned("key", fleet.key.as_ref(), Weight::Own);
    facts.spanned("sites-under", fleet.sites_under.as_ref(), Weight::Own);
    if let Some(certificates) = &fleet.certificates {
        certificates::facts(certificates, &mut facts);
    }
    facts.limits(&fleet.limits, |layer| layer == Layer::Fleet);
    facts.0
}

fn host(host: &Host) -> Vec<Fact> {
    let mut facts = Facts::default();
    let engine = match &host.engine.value {
        Engine::Sandbox => "sandbox".to_owned(),
        Engine::Docker(None) => "docker".to_owned(),
        Engine::Docker(Some(at)) => format!("docker at {at}"),
    };
    facts.put("engine", engine, Some(host.engine.span), Weight::Own);
    facts.spanned("region", host.region.as_ref(), Weight::Own);
    facts.amounts(host.memory.as_ref(), host.nano_cpus.as_ref());
    let images = match host.images {
        PullPolicy::Missing => "missing",
        PullPolicy::Never => "never",
    };
    facts.put("images", images, None, Weight::Quiet);
    facts.0
}

fn edge(model: &Model, edge: &Edge) -> Vec<Fact> {
    let mut facts = Facts::default();
    facts.put("host", &model.hosts[edge.host.id].meta.name, Some(edge.host.span), Weight::Shared);
    for (name, image) in [("image", &edge.image), ("page-image", &edge.page_image)] {
        facts.put(name, &image.value, image.span, Weight::Quiet);
    }
    facts.put("http", edge.http.value, edge.http.span, Weight::Quiet);
    if let Some(https) = &edge.https {
        facts.put("https", https.value, https.span, Weight::Quiet);
    }
    facts.put("bind", &edge.bind.value, edge.bind.span, Weight::Quiet);
    facts.spanned("status", edge.status.as_ref(), Weight::Own);
    if let Some(hsts) = &edge.hsts {
        facts.put("hsts", Seconds(hsts.value), Some(hsts.span), Weight::Own);
    }
    for proxy in &edge.proxies {
        facts.put(format!("proxy {}", proxy.value), "trusted", Some(proxy.span), Weight::Own);
    }
    facts.amounts(edge.memory.as_ref(), edge.nano_cpus.as_ref());
    facts.0
}

fn database(model: &Model, database: &Database) -> Vec<Fact> {
    let mut facts = Facts::default();
    facts.put("host", &model.hosts[database.host.id].meta.name, Some(database.host.span), Weight::Shared);
    facts.spanned("mariadb", Some(&database.version), Weight::Own);
    facts.put("image", &database.image.value, database.image.span, Weight::Quiet);
    facts.put("root", &database.root, None, Weight::Quiet);
    facts.amounts(database.memory.as_ref(), database.nano_cpus.as_ref());
    facts.put("connections", database.connections.value, database.connections.span, Weight::Quiet);
    facts.0
}

fn plan(plan: &Plan) -> Vec<Fact> {
    let mut facts = Facts::default();
    facts.spanned("price", plan.price.as_ref(), Weight::Own);
    facts.limits(&plan.limits, |layer| layer == Layer::Plan);
    if let Some(backup) = &plan.backup {
        facts.put("backup every", Seconds(backup.every.value), Some(backup.every.span), Weight::Quiet);
        facts.put("backup keep", backup.keep.value, Some(backup.keep.span), Weight::Quiet);
    }
    facts.0
}

fn release(model: &Model, release: &Release) -> Vec<Fact> {
    let mut facts = Facts::default();
    facts.spanned("frappe", Some(&release.frappe), Weight::Own);
    facts.spanned("image", Some(&release.image), Weight::Own);
    refs(&mut facts, "apps", &release.apps, |id| &model.apps[id].meta.name);
    facts.0
}

fn size(size: &Size) -> Vec<Fact> {
    let mut facts = Facts::default();
    facts.put("gunicorn", gunicorn(&size.gunicorn.value), size.gunicorn.span, Weight::Own);
    facts.put("queues", queues(&size.queues.value), size.queues.span, Weight::Own);
    facts.resources(&size.resources, Layer::Size);
    facts.put("cache", Bytes(size.cache.value), size.cache.span, Weight::Quiet);
    facts.layered("sites-at-once", size.sites_at_once.as_ref(), Layer::Size, u64::to_string);
    facts.0
}

fn bench(model: &Model, bench: &Bench) -> Vec<Fact> {
    let mut facts = Facts::default();
    if let Some(release) = &bench.release {
        facts.put("release", &model.releases[release.id].meta.name, Some(release.span), Weight::Shared);
    }
    if let Some(size) = &bench.size {
        facts.put("size", &model.sizes[size.id].meta.name, Some(size.span), Weight::Shared);
    }
    facts.put("host", &model.hosts[bench.host.id].meta.name, Some(bench.host.span), Weight::Shared);
    if let Some(database) = &bench.database {
        facts.put("database", &model.databases[database.id].meta.name, Some(database.span), Weight::Quiet);
    }
    if let Some(tenant) = &bench.tenant {
        facts.put("tenant", &model.tenants[tenant.id].meta.name, Some(tenant.span), Weight::Own);
    }
    facts.layered("gunicorn", Some(&bench.gunicorn), Layer::Bench, gunicorn);
    facts.layered("queues", Some(&bench.queues), Layer::Bench, queues);
    facts.resources(&bench.resources, Layer::Bench);
    facts.layered("cache", Some(&bench.cache), Layer::Bench, bytes);
    facts.layered("sites-at-once", bench.sites_at_once.as_ref(), Layer::Bench, u64::to_string);
    facts.layered("redis-image", Some(&bench.redis_image), Layer::Bench, String::clone);
    facts.0
}

fn tenant(model: &Model, tenant: &Tenant) -> Vec<Fact> {
    let mut facts = Facts::default();
    let plan = &model.plans[tenant.plan.id].meta.name;
    facts.put("plan", plan, Some(tenant.plan.span), Weight::Shared);
    if let Some(span) = tenant.suspended {
        facts.put("suspended", "", Some(span), Weight::Shared);
    }
    facts.spanned("contact", tenant.contact.as_ref(), Weight::Quiet);
    facts.limits(&tenant.limits, |layer| layer == Layer::Tenant);
    facts.0
}

fn site(model: &Model, site: &Site) -> Vec<Fact> {
    let mut facts = Facts::default();
    let tenant = &model.tenants[site.tenant.id];
    facts.put("tenant", &tenant.meta.name, Some(site.tenant.span), Weight::Own);
    facts.put("bench", &model.benches[site.bench.id].meta.name, Some(site.bench.span), Weight::Shared);
    facts.put("answers at", &site.host_name, None, Weight::Own);
    refs(&mut facts, "apps", &site.apps, |id| &model.apps[id].meta.name);
    for domain in &site.domains {
        let name = format!("{DOMAIN}{}", domain.name.value).into();
        let value = if domain.primary { "primary" } else { "" }.to_owned();
        facts.0.push(Fact { name, value, span: Some(domain.name.span), weight: Weight::Own });
    }
    if let Some(span) = site.suspended.filter(|_| tenant.suspended.is_none()) {
        facts.put("suspended", "", Some(span), Weight::Shared);
    }
    for (key, value) in site.config.iter().filter(|(_, value)| value.layer == Layer::Site) {
        let name = format!("config.{}", key.value).into();
        // That a value changes which is not shown, the plan tells.
        let (value, span) = (value.value.told(&key.value), value.span);
        facts.0.push(Fact { name, value, span, weight: Weight::Quiet });
    }
    if !matches!(site.admin_password, SecretRef::Derived { .. }) {
        facts.put("admin-password", &site.admin_password, None, Weight::Quiet);
    }
    facts.limits(&site.limits, |layer| layer == Layer::Site);
    facts.0
}

/// What the name of a fact about a domain begins with.
pub(super) const DOMAIN: &str = "domain ";

fn refs<'m, T>(
    facts: &mut Facts,
    name: &'static str,
    refs: &[Ref<T>],
    named: impl Fn(crate::model::Id<T>) -> &'m String,
) {
    if let Some(first) = refs.first() {
        let names: Vec<&str> = refs.iter().map(|one| named(one.id).as_str()).collect();
        facts.put(name, names.join(" "), Some(first.span), Weight::Shared);
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as the other words are made")]
fn bytes(n: &u64) -> String {
    Bytes(*n).to_string()
}

fn gunicorn(of: &Gunicorn) -> String {
    format!("workers={} threads={}", of.workers, of.threads)
}

fn queues(of: &Queues) -> String {
    format!("short={} long={}", of.short, of.long)
}

fn rate(rate: &RequestRate) -> String {
    let mut text = match rate.period {
        1 => format!("{}/s", rate.average),
        60 => format!("{}/min", rate.average),
        period => format!("{} in {}", rate.average, Seconds(period)),
    };
    if let Some(burst) = rate.burst {
        text.push_str(&format!(" burst={burst}"));
    }
    if let Some(n) = rate.in_flight {
        text.push_str(&format!(" in-flight={n}"));
    }
    text
}
