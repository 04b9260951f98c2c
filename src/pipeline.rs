//! compile, connect, observe, plan, apply: the only place where the phases meet.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use crate::apply::known::{Known, KnownHost};
use crate::apply::{self, Events, Report};
use crate::check::{self, Checked};
use crate::desired::graph::Graph;
use crate::desired::observed::{Holder, HostFacts, LeftHost, Observation, Observed};
use crate::desired::{Desired, ObjectId, ObjectKind};
use crate::diag::{Diagnostic, Diagnostics, Severity};
use crate::plan::{self, Plan, Policy};
use crate::provider::real::Connection;
use crate::provider::{self, Host};
use crate::sandbox::Sandbox;
use crate::source::SourceMap;
use crate::world::World;
use crate::world::secret::{Opener, Secret, open_plain};
use crate::{load, resolve, spec};

/// A fleet that compiles.
#[derive(Debug)]
pub struct Compiled {
    /// Its files.
    pub sources: SourceMap,
    /// What it means.
    pub model: Checked,
    /// What it wants of the world.
    pub desired: Desired,
    /// In which order.
    pub graph: Graph,
    /// What is worth a look.
    pub warnings: Vec<Diagnostic>,
}

/// A fleet that does not compile.
#[derive(Debug)]
pub struct Broken {
    /// Its files.
    pub sources: SourceMap,
    /// Everything that is wrong.
    pub diagnostics: Vec<Diagnostic>,
}

/// Files to Desired: everything that needs nothing but the files.
///
/// # Errors
/// All that is wrong with them.
pub fn compile(world: &dyn World) -> Result<Compiled, Box<Broken>> {
    let mut diagnostics = Diagnostics::default();
    let sources = load::read(world, &mut diagnostics);
    let spec = {
        let mut documents = load::parse(&sources, &mut diagnostics);
        if diagnostics.has_errors() {
            // What a broken file seems to say would only be told as further faults, and what it declares would be missed.
            let broken = diagnostics.sources();
            documents.retain(|document| !broken.contains(&document.source));
            spec::bind(&documents, &mut diagnostics);
            return Err(Box::new(Broken { sources, diagnostics: diagnostics.sorted() }));
        }
        spec::bind(&documents, &mut diagnostics)
    };
    let built = resolve::resolve(&spec, &mut diagnostics)
        .and_then(|model| {
            let partial = diagnostics.has_errors();
            let checked = check::check(model, &mut diagnostics);
            if partial {
                // What could not be resolved is missing, so that something else only seems to be of no use.
                diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error);
            }
            checked
        })
        .and_then(|model| {
            let desired = provider::lower::lower(&model, &mut diagnostics);
            let graph = Graph::build(&desired, &mut diagnostics)?;
            Some((model, desired, graph))
        });
    match built {
        Some((model, desired, graph)) if !diagnostics.has_errors() => {
            Ok(Compiled { sources, model, desired, graph, warnings: diagnostics.sorted() })
        }
        _ => Err(Box::new(Broken { sources, diagnostics: diagnostics.sorted() })),
    }
}

/// The key of fleets that have none: it serves sandboxes only, where there is nothing to protect.
const DEMO_KEY: &[u8] = b"tenantry demo key: for sandbox hosts only";

/// Whether a fleet is on no engine at all: then it may have passwords without a key of its own.
#[must_use]
pub fn only_sandboxes(desired: &Desired) -> bool {
    desired.hosts.values().all(|host| host.docker.is_none())
}

/// The opener of a fleet's secrets. A key that cannot be opened leaves what is derived from it unopened.
#[must_use]
pub fn opener<'w>(desired: &Desired, world: &'w dyn World) -> Opener<'w> {
    match &desired.key {
        Some(reference) => match open_plain(world, reference) {
            Ok(key) => Opener::new(world, &desired.fleet, Some(key)),
            Err(error) => Opener::without_key(world, &desired.fleet, error),
        },
        None if only_sandboxes(desired) => {
            Opener::new(world, &desired.fleet, Some(Secret::new(DEMO_KEY.to_vec())))
        }
        None => Opener::new(world, &desired.fleet, None),
    }
}

/// Hosts by identity.
pub type Hosts = BTreeMap<String, Arc<dyn Host>>;

/// Opens the way to every host; nothing is sent yet. Sandboxes are kept below `state`.
#[must_use]
pub fn connect(desired: &Desired, docker_host: Option<&str>, state: &std::path::Path) -> Hosts {
    desired
        .hosts
        .iter()
        .map(|(identity, target)| {
            let host: Arc<dyn Host> = match &target.docker {
                None => Arc::new(Sandbox::file(sandbox_file(state, &desired.fleet, identity))),
                Some(at) => Arc::new(Connection::new(at.as_deref().or(docker_host))),
            };
            (identity.clone(), host)
        })
        .collect()
}

/// Where a sandbox's world is kept.
#[must_use]
pub fn sandbox_file(state: &std::path::Path, fleet: &str, host: &str) -> PathBuf {
    state.join("sandbox").join(fleet).join(format!("{host}.json"))
}

/// Looks at every host at once.
pub async fn observe(desired: &Desired, hosts: &Hosts, opener: &Opener<'_>) -> Observed {
    let looks = hosts.iter().map(|(identity, host)| host.observe(identity, desired, opener));
    let mut observed = Observed::default();
    for seen in futures_util::future::join_all(looks).await {
        observed.hosts.extend(seen.hosts);
        observed.extend(desired, seen.objects);
        for (id, all) in seen.elsewhere {
            let all = all.into_iter().map(|one| (id.clone(), Observation::Present(Box::new(one))));
            observed.extend(desired, all);
        }
    }
    for (identity, target) in &desired.hosts {
        observed.hosts.entry(identity.clone()).or_insert_with(|| HostFacts {
            name: target.name.clone(),
            unreadable: Some("nothing is known of it".to_owned()),
            ..HostFacts::default()
        });
    }
    observed
}

/// Asks the locks who is at work, for those who only look: what looks like the rest of an interrupted run is then that run's
/// own work. A lock that cannot be asked changes nothing of what was seen.
pub async fn at_work(desired: &Desired, hosts: &Hosts, observed: &mut Observed) {
    let asked = hosts
        .iter()
        .map(|(identity, host)| async move { Some((identity, host.holder(&desired.fleet).await.ok()??)) });
    for (identity, info) in futures_util::future::join_all(asked).await.into_iter().flatten() {
        if let Some(facts) = observed.hosts.get_mut(identity) {
            let (run, who) = (info.id, info.who);
            facts.holder = Some(Holder { run, who, operation: info.operation, since: info.created });
        }
    }
    let busy = |behind: &ObjectId| {
        let present = observed.objects.get(behind)?.present()?;
        let holder = observed.hosts.get(&present.host)?.holder.as_ref()?;
        let own = format!("tenantry:{}:", holder.run);
        let works = present.status.busy.iter().any(|mark| mark.starts_with(&own));
        works.then(|| format!("`{}` of {} works on it", holder.operation, holder.who))
    };
    let words: Vec<(ObjectId, String)> = observed
        .objects
        .iter()
        .filter_map(|(id, observation)| match observation {
            Observation::Unreadable { behind: Some(behind), .. } => Some((id.clone(), busy(behind)?)),
            _ => None,
        })
        .collect();
    for (id, words) in words {
        if let Some(Observation::Unreadable { why, .. }) = observed.objects.get_mut(&id) {
            *why = words;
        }
    }
}

/// Looks at the hosts that are known from earlier and are not declared as they were: whether something of the fleet is left
/// there. A sandbox that became an engine was there to rehearse on.
pub async fn look_back(
    observed: &mut Observed,
    desired: &Desired,
    known: &Known,
    (docker_host, state): (Option<&str>, &std::path::Path),
    opener: &Opener<'_>,
) {
    for (identity, host) in known {
        let declared = desired.hosts.get(identity);
        let there = |observed: &Observed, host: &str| -> BTreeSet<ObjectId> {
            let marked = observed.present().filter(|(id, _)| id.kind != ObjectKind::Image);
            let ours = marked.filter(|(_, present)| present.host == host);
            ours.map(|(id, _)| id.clone()).collect()
        };
        let moved = host.docker && !there(observed, identity).is_empty();
        if declared.is_some_and(|target| host.is_at(target) || !host.docker || moved) {
            continue;
        }
        let heir = desired.hosts.iter().find(|(_, target)| host.docker && host.is_at(target));
        let mut left = LeftHost { name: host.name.clone(), place: place(host), ..LeftHost::default() };
        if let Some((heir, _)) = heir {
            left.objects = there(observed, heir);
        } else {
            let way: Arc<dyn Host> = if host.docker {
                Arc::new(Connection::new(host.at.as_deref().or(docker_host)))
            } else {
                Arc::new(Sandbox::file(sandbox_file(state, &desired.fleet, identity)))
            };
            let seen = way.observe(identity, desired, opener).await;
            left.unreadable = seen.hosts.get(identity).and_then(|facts| facts.unreadable.clone());
            left.objects = there(&seen, identity);
        }
        if left.unreadable.is_some() || !left.objects.is_empty() {
            observed.left.insert(identity.clone(), left);
        }
    }
}

fn place(host: &KnownHost) -> String {
    match &host.at {
        Some(at) => format!("the engine at {at}"),
        None if host.docker => "the local engine".to_owned(),
        None => format!("the sandbox `{}`", host.name),
    }
}

/// What must change.
#[must_use]
pub fn plan(compiled: &Compiled, observed: &Observed, policy: &Policy, opener: &Opener<'_>) -> Plan {
    plan::build(&compiled.desired, observed, &compiled.graph, policy, opener, &compiled.sources)
}

/// Executes a plan.
pub async fn apply(
    plan: &Plan,
    hosts: &Hosts,
    opener: &Opener<'_>,
    options: &apply::Options,
    events: &dyn Events,
) -> Report {
    apply::run(plan, hosts, opener, options, events).await
}
