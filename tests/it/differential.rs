//! The same random calls on the sandbox and on a real Docker Engine: the same errors, and the same to be seen after each.
//!
//! What is left out: the engine's own words, image contents, pulls (this needs a registry), and how long a health check
//! takes to come round.

mod side;
mod universe;

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;
use tenantry::provider::real::Connection;
use tenantry::sandbox::{Sandbox, State};
use tenantry::world::Memory;
use tenantry::world::secret::Opener;

use self::side::Side;
use self::universe::Universe;
use super::sandbox::Random;
use super::support::used;

const SEQUENCES: u64 = 200;
const AT_ONCE: u64 = 4;

/// The objects that are not seen alike.
fn differences(engine: &Value, sandbox: &Value) -> String {
    let none = serde_json::Map::new();
    let (a, b) = (engine.as_object().unwrap_or(&none), sandbox.as_object().unwrap_or(&none));
    let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    let differing = keys.into_iter().filter(|key| a.get(*key) != b.get(*key));
    let null = Value::Null;
    differing
        .map(|key| {
            let (a, b) = (a.get(key).unwrap_or(&null), b.get(key).unwrap_or(&null));
            format!("{key}\n    engine:  {a}\n    sandbox: {b}\n")
        })
        .collect()
}

fn docker(arguments: &[&str]) -> String {
    let output = Command::new("docker").args(arguments).output().expect("docker runs");
    assert!(output.status.success(), "docker {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Removes what a sequence leaves behind, also when it fails: by name, since each question to the engine costs as much as a removal.
struct Sweep<'a>(&'a Universe);

impl Drop for Sweep<'_> {
    fn drop(&mut self) {
        let Self(universe) = *self;
        let containers =
            (0..3).flat_map(|i| ["", "-old"].map(|end| format!("{}{end}", universe.container(i))));
        let both = |name: fn(&Universe, usize) -> String| (0..2).map(|i| name(universe, i)).collect();
        let all: [(&[&str], Vec<String>); 3] = [
            (&["rm", "-fv"], containers.collect()),
            (&["network", "rm"], both(Universe::network)),
            (&["volume", "rm", "-f"], both(Universe::volume)),
        ];
        for (remove, names) in all {
            let _ = Command::new("docker").args(remove).args(names).output();
        }
    }
}

async fn sequence(seed: u64, number: u64, cpus: u64) -> Result<BTreeMap<String, usize>, String> {
    let mut random = Random::new(seed.wrapping_add(number));
    let port = 21_000 + u16::try_from(number % 1000).unwrap();
    let universe = Universe { prefix: format!("tndiff{}x{number}", std::process::id()), port };
    used::names(&universe.prefix);
    let _sweep = Sweep(&universe);
    let mut state = State { cpus, ..State::default() };
    state.images.extend(["busybox:1.37".to_owned(), "redis:7.2".to_owned()]);
    if random.below(5) == 0 {
        docker(&["network", "create", &universe.network(1)]);
        state.stranger_network(&universe.network(1));
    }
    if random.below(5) == 0 {
        docker(&["volume", "create", &universe.volume(1)]);
        state.stranger_volume(&universe.volume(1));
    }
    if random.below(5) == 0 {
        docker(&["create", "--name", &universe.container(2), "busybox:1.37", "true"]);
        state.stranger_container(&universe.container(2), "busybox:1.37").phase =
            tenantry::sandbox::state::Phase::Created;
    }
    let desired = universe.fleet();
    let world = Memory::default();
    let opener = Opener::new(&world, universe.prefix.as_str(), None);
    let mut model = Side::new(Box::new(Sandbox::new(state)));
    let mut real = Side::new(Box::new(Connection::new(None)));
    let mut told = Vec::new();
    let mut kinds = BTreeMap::new();
    for step in 0..(8 + random.below(8)) {
        let made: Vec<usize> = real.slots.keys().copied().collect();
        let op = universe.op(step, &made, &mut random);
        let step = u32::try_from(step).unwrap();
        let expected = real.execute(&universe, step, &op, &opener).await;
        let got = model.execute(&universe, step, &op, &opener).await;
        told.push(format!("{op:?}\n    engine:  {expected:?}\n    sandbox: {got:?}"));
        let (a, b) = (expected.map_err(|e| e.0), got.map_err(|e| e.0));
        *kinds.entry(format!("{a:?}")).or_insert(0) += 1;
        let seen = real.look(&desired, &opener).await;
        let modelled = model.look(&desired, &opener).await;
        if a != b || seen != modelled {
            let differing = differences(&seen, &modelled);
            let told = told.join("\n  ");
            return Err(format!("seed {seed}, sequence {number}, call {step}:\n  {told}\n{differing}"));
        }
    }
    Ok(kinds)
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn the_sandbox_and_the_engine_agree_call_by_call() {
    let seed = super::sandbox::seed("TENANTRY_TEST_SEED");
    println!("seed {seed}; run it again with TENANTRY_TEST_SEED={seed}");
    let cpus = docker(&["info", "--format", "{{.NCPU}}"]).trim().parse().expect("a number of processors");
    let workers: Vec<_> = (0..AT_ONCE)
        .map(|worker| {
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                let numbers = (worker..SEQUENCES).step_by(usize::try_from(AT_ONCE).unwrap());
                numbers.map(|n| runtime.block_on(sequence(seed, n, cpus))).collect::<Vec<_>>()
            })
        })
        .collect();
    let results: Vec<_> = workers.into_iter().flat_map(|w| w.join().expect("a worker ends")).collect();
    let mut kinds = BTreeMap::<String, usize>::new();
    let mut failures = Vec::new();
    for result in results {
        match result {
            Ok(seen) => seen.into_iter().for_each(|(kind, n)| *kinds.entry(kind).or_default() += n),
            Err(failure) => failures.push(failure),
        }
    }
    println!("what the engine said, and how often: {kinds:?}");
    assert!(
        failures.is_empty(),
        "{} of {SEQUENCES} differ; the first:\n{}",
        failures.len(),
        failures.join("\n\n")
    );
    // Sequences that never meet an error would prove little.
    for kind in ["NotFound", "NameTaken", "Conflict", "Invalid", "ImageMissing", "StartFailed"] {
        assert!(kinds.contains_key(&format!("Err({kind})")), "no call met {kind}");
    }
}
