//! compile, connect, observe, plan, apply: the only place where the phases meet.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::apply::{self, Events, Report};
use crate::check::{self, Checked};
use crate::desired::Desired;
use crate::desired::graph::Graph;
use crate::desired::observed::Observed;
use crate::diag::{Diagnostic, Diagnostics, Severity};
use crate::plan::{self, Plan, Policy};
use crate::provider::real::Connection;
use crate::provider::{self, Host};
use crate::sandbox::Sandbox;
use crate::source::SourceMap;
use crate::world::World;
use crate::world::secret::{Opener, Secret, open_plain};
use crate::{load, resolve, spec};

pub mod certificates;
mod look;

pub use look::{Ways, at_work, disks, look, observe};

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
    let mut sources = load::read(world, &mut diagnostics);
    let mut spec = {
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
    spec::attach::attach(&mut spec, world, &mut sources, &mut diagnostics);
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
