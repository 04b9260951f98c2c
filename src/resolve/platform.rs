//! Fleet, hosts, edges, database servers.

use super::certificates::certificates;
use super::context::{Context, written, written_or};
use super::limits::limits;
use super::names::{Declared as _, Names, meta};
use crate::diag::{Code, Diagnostic};
use crate::model::{Database, Edge, Engine, Fleet, Host, Layer, Meta, PullPolicy};
use crate::source::Spanned;
use crate::spec::attach::Attached;
use crate::spec::{self, Count, EngineKind, Images, Port};
use crate::value::Kind;
use crate::world::secret::SecretRef;

const TRAEFIK: &str = "traefik:v3.7";
const BUSYBOX: &str = "busybox:1.37";
const MAX_CONNECTIONS: u64 = 200;

/// Whether the files are one fleet's. Several are refused; none is reported unless something else may be the reason.
pub(super) fn is_one(declared: &[spec::Fleet], context: &mut Context<'_>) -> bool {
    match declared {
        [_] => true,
        [] => {
            // A `fleet` that cannot be read at all was reported.
            if !context.has_errors() {
                context.report(
                    Diagnostic::error(Code::RESOLVE_NO_FLEET, "there is no `fleet` in these files")
                        .note("without it nobody can say what else belongs to it: nothing more was looked at")
                        .help("point to the directory that has one: it may be the one above")
                        .help("or add `fleet \"acme-cloud\" { id \"acme\" }`"),
                );
            }
            false
        }
        [first, others @ ..] => {
            let count = declared.len();
            let message = format!("there are {count} fleets in one directory");
            let diagnostic = Diagnostic::error(Code::RESOLVE_MANY_FLEETS, message)
                .note("what else is in the files may be any one's: nothing more was looked at")
                .help("point to the directory of one of them, or keep one: each fleet has its own directory");
            let diagnostic = match place(first) {
                Some(first) => diagnostic.at(first, "first fleet"),
                None => diagnostic,
            };
            let others = others.iter().filter_map(place);
            context
                .report(others.fold(diagnostic, |diagnostic, other| diagnostic.and(other, "another fleet")));
            false
        }
    }
}

/// The fleet.
pub(super) fn fleet(
    declared: &[spec::Fleet],
    attached: &Attached,
    context: &mut Context<'_>,
) -> Option<Fleet> {
    let first = declared.first()?;
    let name = first.name()?;
    let meta = meta(Kind::Fleet, first, &name);
    let active = context.enter(&meta);
    let fleet = one_fleet(first, meta, attached, context);
    if active {
        context.leave(Kind::Fleet, first);
    }
    fleet
}

fn place(fleet: &spec::Fleet) -> Option<crate::source::Span> {
    fleet.name.as_ref().map(|name| name.span).or(fleet.whole)
}

fn one_fleet(
    declared: &spec::Fleet,
    meta: Meta,
    attached: &Attached,
    context: &mut Context<'_>,
) -> Option<Fleet> {
    // Without a field that was written and cannot be read it would be another fleet: one without a key or certificates.
    if ["key", "sites-under", "certificates"].iter().any(|field| declared.broken.contains(field)) {
        return None;
    }
    let certificates = match declared.certificates.as_deref() {
        Some(block) => Some(certificates(block, attached, context)?),
        None => None,
    };
    Some(Fleet {
        meta,
        id: declared.id.clone()?.map(Into::into),
        key: declared.key.clone(),
        sites_under: declared.sites_under.clone().map(text),
        certificates,
        limits: limits(&[(Layer::Fleet, declared.limits.as_deref())], context),
    })
}

pub(super) fn text<T: Into<String>>(value: Spanned<T>) -> Spanned<String> {
    value.map(Into::into)
}

pub(super) fn host(declared: &spec::Host, meta: Meta, context: &mut Context<'_>) -> Option<Host> {
    let block = declared.engine.as_deref()?;
    let kind = block.kind.as_ref()?;
    // With an address that cannot be read it is some other engine than the local one.
    if block.broken.contains(&"at") {
        return None;
    }
    let engine = match (kind.value, &block.at) {
        (EngineKind::Docker, at) => Engine::Docker(at.as_ref().map(|at| at.value.to_string())),
        (EngineKind::Sandbox, None) => Engine::Sandbox,
        (EngineKind::Sandbox, Some(at)) => {
            context.report(
                Diagnostic::error(
                    Code::RESOLVE_ENGINE_ADDRESS,
                    format!("the sandbox of `{}` has an address", meta.address),
                )
                .at(at.span, "a sandbox answers nowhere")
                .help("take `at` away, or make it the engine `docker`"),
            );
            return None;
        }
    };
    let images = match declared.images.as_ref().map(|images| images.value) {
        Some(Images::Never) => PullPolicy::Never,
        Some(Images::Missing) | None => PullPolicy::Missing,
    };
    Some(Host {
        meta,
        engine: Spanned::new(engine, kind.span),
        region: declared.region.clone().map(text),
        nano_cpus: declared.cpus.clone().map(|cpus| cpus.map(|c| c.0)),
        memory: declared.memory.clone().map(|memory| memory.map(|m| m.0)),
        images,
    })
}

pub(super) fn edge(
    declared: &spec::Edge,
    meta: Meta,
    encrypted: bool,
    hosts: &Names<'_, Host>,
    context: &mut Context<'_>,
) -> Option<Edge> {
    if let (false, Some(https)) = (encrypted, &declared.https) {
        context.report(
            Diagnostic::error(
                Code::RESOLVE_NO_CERTIFICATES,
                format!("`{}` has a port for HTTPS and the fleet has no `certificates`", meta.address),
            )
            .at(https.span, "nothing would answer here")
            .help("give the fleet `certificates`, or take `https` away"),
        );
    }
    if let (false, Some(hsts)) = (encrypted, &declared.hsts) {
        context.report(
            Diagnostic::error(
                Code::RESOLVE_NO_CERTIFICATES,
                format!("`{}` demands HTTPS of browsers and the fleet has no `certificates`", meta.address),
            )
            .at(hsts.span, "nothing would answer them")
            .help("give the fleet `certificates`, or take `hsts` away"),
        );
    }
    let host = hosts.find(declared.host.as_ref()?, &meta, context)?;
    let mut image = |name, value: Option<&Spanned<crate::value::Image>>, default: &str| {
        let layers = [
            Some(super::context::chosen(default.to_owned())),
            written(Layer::Fleet, value, ToString::to_string),
        ];
        context.nearest(name, String::clone, layers)
    };
    let traefik = image("image", declared.image.as_ref(), TRAEFIK)?;
    let page_image = image("page-image", declared.page_image.as_ref(), BUSYBOX)?;
    let port = |value: Option<&Spanned<Port>>, default| {
        let span = value.map(|port| port.span);
        written_or(Layer::Fleet, span, value.map(|port| port.value.get()), default)
    };
    let bind = declared.bind.as_ref();
    Some(Edge {
        meta,
        host,
        image: traefik,
        page_image,
        http: port(declared.http.as_ref(), 80),
        https: encrypted.then(|| port(declared.https.as_ref(), 443)),
        bind: written_or(
            Layer::Fleet,
            bind.map(|bind| bind.span),
            bind.map(|bind| bind.value.to_string()),
            String::new(),
        ),
        status: declared.status.clone().map(text),
        hsts: declared.hsts.clone().map(|hsts| hsts.map(|seconds| seconds.0)),
        proxies: declared
            .proxies
            .iter()
            .filter_map(|proxy| proxy.address.clone())
            .map(|address| address.map(|address| address.to_string()))
            .collect(),
        memory: declared.memory.clone().map(|memory| memory.map(|m| m.0)),
        nano_cpus: declared.cpus.clone().map(|cpus| cpus.map(|c| c.0)),
    })
}

pub(super) fn database(
    declared: &spec::Database,
    meta: Meta,
    hosts: &Names<'_, Host>,
    context: &mut Context<'_>,
) -> Option<Database> {
    let host = hosts.find(declared.host.as_ref()?, &meta, context)?;
    let version = text(declared.mariadb.clone()?);
    let layers = [
        Some(super::context::chosen(format!("mariadb:{}", version.value))),
        written(Layer::Fleet, declared.image.as_ref(), ToString::to_string),
    ];
    let image = context.nearest("image", String::clone, layers)?;
    let layers = [
        Some(super::context::chosen(MAX_CONNECTIONS)),
        written(Layer::Fleet, declared.connections.as_ref(), |c: &Count| c.get()),
    ];
    let connections = context.nearest("connections", u64::to_string, layers)?;
    let root = secret_or_derived(declared.root.as_ref(), "database-root", &meta);
    context.computed("root", &root.to_string());
    Some(Database {
        meta,
        host,
        version,
        image,
        root,
        memory: declared.memory.clone().map(|memory| memory.map(|m| m.0)),
        nano_cpus: declared.cpus.clone().map(|cpus| cpus.map(|c| c.0)),
        connections,
    })
}

/// The written reference, else one that is derived from the fleet's key.
pub(super) fn secret_or_derived(
    written: Option<&Spanned<SecretRef>>,
    purpose: &str,
    meta: &Meta,
) -> SecretRef {
    written.map_or_else(
        || SecretRef::Derived {
            purpose: purpose.to_owned(),
            identity: meta.identity.to_string(),
            generation: 0,
        },
        |written| written.value.clone(),
    )
}
