//! Apps, releases, sizes, benches.

use super::context::{Context, chosen, written};
use super::names::Names;
use crate::diag::{Code, Diagnostic};
use crate::model::{
    App, Bench, Database, Gunicorn, Host, Id, Layer, Layered, Meta, Plan, Queues, Ref, Release, Resources,
    Size, Table, Tenant,
};
use crate::source::Spanned;
use crate::spec::{self, Count, Reference};
use crate::value::{Bytes, Image, NanoCpus};

const GUNICORN: Gunicorn = Gunicorn { workers: 2, threads: 4 };
const QUEUES: Queues = Queues { short: 1, long: 1 };
const CACHE: u64 = 256 << 20;
const REDIS: &str = "redis:7.2";

/// An app. Apps refer to each other, so their ids are looked up among names that all are good.
pub(super) fn app(declared: &spec::App, meta: Meta, apps: &Names<'_, App>, context: &mut Context<'_>) -> App {
    App {
        repository: declared.repository.clone().map(|url| url.map(Into::into)),
        branch: declared.branch.clone().map(|branch| branch.map(Into::into)),
        requires: beside_frappe(&declared.requires, &meta, apps, context),
        meta,
    }
}

pub(super) fn release(
    declared: &spec::Release,
    meta: Meta,
    apps: &Names<'_, App>,
    context: &mut Context<'_>,
) -> Option<Release> {
    let found = beside_frappe(&declared.apps, &meta, apps, context);
    (found.len() == listed(&declared.apps)).then_some(())?;
    Some(Release {
        meta,
        frappe: declared.frappe.clone()?.map(Into::into),
        image: declared.image.clone()?.map(Into::into),
        apps: found,
    })
}

/// The apps of a list; `frappe` is everywhere and needs no place in it.
pub(super) fn beside_frappe(
    references: &[Spanned<Reference<spec::App>>],
    meta: &Meta,
    apps: &Names<'_, App>,
    context: &mut Context<'_>,
) -> Vec<Ref<App>> {
    let others: Vec<_> = references.iter().filter(|app| app.value.name != "frappe").cloned().collect();
    apps.find_all(&others, meta, context)
}

/// How many entries of a list `beside_frappe` should have found.
pub(super) fn listed(references: &[Spanned<Reference<spec::App>>]) -> usize {
    references.iter().filter(|app| app.value.name != "frappe").count()
}

/// What sizes and benches both may say.
#[derive(Clone, Copy)]
struct Given<'s> {
    layer: Layer,
    gunicorn: Option<&'s spec::Gunicorn>,
    queues: Option<&'s spec::Queues>,
    memory: Option<&'s Spanned<Bytes>>,
    cpus: Option<&'s Spanned<NanoCpus>>,
    processes: Option<&'s Spanned<Count>>,
    cache: Option<&'s Spanned<Bytes>>,
    sites_at_once: Option<&'s Spanned<Count>>,
}

macro_rules! given {
    ($layer:expr, $block:expr) => {
        Given {
            layer: $layer,
            gunicorn: $block.gunicorn.as_deref(),
            queues: $block.queues.as_deref(),
            memory: $block.memory.as_ref(),
            cpus: $block.cpus.as_ref(),
            processes: $block.processes.as_ref(),
            cache: $block.cache.as_ref(),
            sites_at_once: $block.sites_at_once.as_ref(),
        }
    };
}

fn gunicorn(below: &Layered<Gunicorn>, given: Given<'_>) -> Option<Layered<Gunicorn>> {
    let block = given.gunicorn?;
    let value = Gunicorn {
        workers: block.workers.as_ref().map_or(below.value.workers, |v| v.value.get()),
        threads: block.threads.as_ref().map_or(below.value.threads, |v| v.value.get()),
    };
    Some(Layered { value, layer: given.layer, span: block.whole })
}

fn queues(below: &Layered<Queues>, given: Given<'_>) -> Option<Layered<Queues>> {
    let block = given.queues?;
    let value = Queues {
        short: block.short.as_ref().map_or(below.value.short, |v| v.value.get()),
        long: block.long.as_ref().map_or(below.value.long, |v| v.value.get()),
    };
    Some(Layered { value, layer: given.layer, span: block.whole })
}

/// Fields of a block that a nearer layer leaves out are those of the layer below it.
fn stack<T: Clone>(
    first: Layered<T>,
    layers: &[Given<'_>],
    read: impl Fn(&Layered<T>, Given<'_>) -> Option<Layered<T>>,
) -> Vec<Option<Layered<T>>> {
    let mut stack = vec![Some(first.clone())];
    let mut below = first;
    for given in layers {
        if let Some(next) = read(&below, *given) {
            stack.push(Some(next.clone()));
            below = next;
        }
    }
    stack
}

struct Shape {
    gunicorn: Layered<Gunicorn>,
    queues: Layered<Queues>,
    cache: Layered<u64>,
    sites_at_once: Option<Layered<u64>>,
}

fn shape(layers: &[Given<'_>], context: &mut Context<'_>) -> Option<Shape> {
    let show_gunicorn = |g: &Gunicorn| format!("workers={} threads={}", g.workers, g.threads);
    let show_queues = |q: &Queues| format!("short={} long={}", q.short, q.long);
    let cache = std::iter::once(Some(chosen(CACHE)))
        .chain(layers.iter().map(|given| written(given.layer, given.cache, |v| v.0)));
    Some(Shape {
        gunicorn: context.nearest("gunicorn", show_gunicorn, stack(chosen(GUNICORN), layers, gunicorn))?,
        queues: context.nearest("queues", show_queues, stack(chosen(QUEUES), layers, queues))?,
        cache: context.nearest("cache", show_bytes, cache)?,
        sites_at_once: context.nearest(
            "sites-at-once",
            u64::to_string,
            layers.iter().map(|given| written(given.layer, given.sites_at_once, |v| v.get())),
        ),
    })
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the recorder shows values of any type")]
fn show_bytes(value: &u64) -> String {
    Bytes(*value).to_string()
}

/// Resources from every layer: sizes and benches as `Given`, plans and tenants as limits, in the order of layers.
fn resources<'s>(
    mut layers: Vec<Given<'s>>,
    limits: &[super::limits::Given<'s>],
    context: &mut Context<'_>,
) -> Resources {
    layers.extend(limits.iter().filter_map(|(layer, limits)| {
        let limits = (*limits)?;
        Some(Given {
            layer: *layer,
            gunicorn: None,
            queues: None,
            memory: limits.memory.as_ref(),
            cpus: limits.cpus.as_ref(),
            processes: limits.processes.as_ref(),
            cache: None,
            sites_at_once: None,
        })
    }));
    layers.sort_by_key(|given| given.layer);
    let show_cpus = |v: &u64| NanoCpus(*v).to_string();
    Resources {
        memory: context.nearest(
            "memory",
            show_bytes,
            layers.iter().map(|g| written(g.layer, g.memory, |v| v.0)),
        ),
        nano_cpus: context.nearest(
            "cpus",
            show_cpus,
            layers.iter().map(|g| written(g.layer, g.cpus, |v| v.0)),
        ),
        processes: context.nearest(
            "processes",
            u64::to_string,
            layers.iter().map(|g| written(g.layer, g.processes, |v| v.get())),
        ),
    }
}

pub(super) fn size(declared: &spec::Size, meta: Meta, context: &mut Context<'_>) -> Option<Size> {
    let layers = [given!(Layer::Size, declared)];
    let shape = shape(&layers, context)?;
    let resources = resources(layers.to_vec(), &[], context);
    Some(Size {
        meta,
        gunicorn: shape.gunicorn,
        queues: shape.queues,
        resources,
        cache: shape.cache,
        sites_at_once: shape.sites_at_once,
    })
}

/// What a bench refers to.
pub(super) struct Known<'a, 's> {
    pub(super) fleet_limits: Option<&'s spec::Limits>,
    pub(super) releases: &'a Names<'s, Release>,
    pub(super) sizes: &'a Names<'s, Size>,
    pub(super) size_specs: &'a std::collections::BTreeMap<&'s str, &'s spec::Size>,
    pub(super) hosts: &'a Names<'s, Host>,
    pub(super) databases: &'a Names<'s, Database>,
    pub(super) tenants: &'a Names<'s, Tenant>,
    pub(super) owners: &'a super::tenant::Limits<'s>,
    pub(super) tenant_table: &'a Table<Tenant>,
    pub(super) plans: &'a Table<Plan>,
}

pub(super) fn bench<'s>(
    declared: &'s spec::Bench,
    meta: Meta,
    known: &Known<'_, 's>,
    context: &mut Context<'_>,
) -> Option<Bench> {
    // Each is looked up before any is missed, so that all that is wrong is said at once.
    let host = declared.host.as_ref().map(|host| known.hosts.find(host, &meta, context));
    let release = declared.release.as_ref().map(|release| known.releases.find(release, &meta, context));
    let size = declared.size.as_ref().map(|size| known.sizes.find(size, &meta, context));
    let database = declared.database.as_ref().map(|database| known.databases.find(database, &meta, context));
    let tenant = declared.tenant.as_ref().map(|tenant| known.tenants.find(tenant, &meta, context));
    // What was written and cannot be read is not absent.
    if ["release", "database", "tenant", "size"].iter().any(|field| declared.broken.contains(field)) {
        return None;
    }
    if let (Some(release), None) = (&declared.release, &declared.database) {
        context.report(
            Diagnostic::error(
                Code::RESOLVE_NO_DATABASE,
                format!("`{}` runs a release and has no database", meta.address),
            )
            .at(meta.span, "needs `database`")
            .and(release.span, "its sites keep their data in MariaDB")
            .help("add `database`: the name of a server on the bench's host"),
        );
        return None;
    }
    let (release, size) = (wanted(release)?, wanted(size)?);
    let (database, tenant) = (wanted(database)?, wanted(tenant)?);
    let mut layers = Vec::new();
    let named = declared.size.as_ref().and_then(|size| known.size_specs.get(size.value.name.as_str()));
    if let Some(size) = named {
        layers.push(given!(Layer::Size, size));
    }
    layers.push(given!(Layer::Bench, declared));
    let shape = shape(&layers, context)?;
    let limits = tenant.map(|tenant: Ref<Tenant>| limits_of(tenant.id, known)).unwrap_or_default();
    let resources = resources(layers, &limits, context);
    let redis = [
        Some(chosen(REDIS.to_owned())),
        written(Layer::Bench, declared.redis_image.as_ref(), |image: &Image| image.to_string()),
    ];
    Some(Bench {
        release,
        size,
        host: host??,
        database,
        tenant,
        gunicorn: shape.gunicorn,
        queues: shape.queues,
        resources,
        cache: shape.cache,
        sites_at_once: shape.sites_at_once,
        redis_image: context.nearest("redis-image", String::clone, redis)?,
        meta,
    })
}

/// A reference that is not written is fine; one that is written must have been found.
#[expect(clippy::option_option, reason = "not written, written and not found, found: three things")]
fn wanted<T>(reference: Option<Option<Ref<T>>>) -> Option<Option<Ref<T>>> {
    match reference {
        Some(None) => None,
        Some(found) => Some(found),
        None => Some(None),
    }
}

/// The limits that hold a bench of a tenant's own.
fn limits_of<'s>(tenant: Id<Tenant>, known: &Known<'_, 's>) -> Vec<super::limits::Given<'s>> {
    let tenant = known.tenant_table.get(tenant);
    let plan = known.plans.get(tenant.plan.id);
    vec![
        (Layer::Fleet, known.fleet_limits),
        (Layer::Plan, known.owners.plan(&plan.meta.name)),
        (Layer::Tenant, known.owners.tenant(&tenant.meta.name)),
    ]
}
