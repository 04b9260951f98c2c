//! Any small fleet, applied to the sandbox, leaves nothing to do; killed at any step and planned again, it ends the same.

mod networks;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use serde_json::{Value, json};
use tenantry::apply::{self, Event, Events, FailPoint, Options, Outcome, Report, When};
use tenantry::desired::content::Content;
use tenantry::desired::docker::{Container, File, Image, Network, Volume, VolumeMount};
use tenantry::desired::graph::Graph;
use tenantry::desired::observed::Observation;
use tenantry::desired::traefik::Route;
use tenantry::desired::{Desired, Object, ObjectId, ObjectKind};
use tenantry::diag::Diagnostics;
use tenantry::plan::{self, Plan, Policy};
use tenantry::provider::Host;
use tenantry::sandbox::{Sandbox, State};
use tenantry::world::Memory;
use tenantry::world::secret::Opener;

use super::sandbox::{Fleet, Random, seed, sleeper};
use super::support::random;

const CASES: u64 = 60;

struct Silent;

impl Events for Silent {
    fn emit(&self, _: &Event) {}
}

fn id(kind: ObjectKind, role: &str) -> ObjectId {
    ObjectId::new("bench.a", kind, role)
}

/// Two fleets drawn from one universe differ in everything that may change.
fn fleet(random: &mut Random) -> Fleet {
    let mut fleet = Fleet::new("f");
    let text = str::to_owned;
    for image in ["busybox:1.37", "redis:7.2"] {
        let object = Object::Image(Image { reference: text(image), pull: true });
        fleet.add(id(ObjectKind::Image, image), object);
    }
    let volume = |name: &str| Volume {
        name: text(name),
        project: text("p"),
        key: text(name),
        driver: text("local"),
        options: BTreeMap::new(),
    };
    fleet.add(id(ObjectKind::Volume, "routes"), Object::Volume(volume("routes")));
    let networks: Vec<&str> = ["net0", "net1"].into_iter().filter(|_| random.below(4) > 0).collect();
    for name in &networks {
        let network = Network {
            name: text(name),
            project: text("p"),
            key: text(name),
            driver: text("bridge"),
            internal: random.below(3) == 0,
        };
        fleet.add(id(ObjectKind::Network, name), Object::Network(network));
    }
    let mount = VolumeMount { volume: text("routes"), read_only: false };
    let edge = Container {
        volumes: [(text("/etc/traefik/dynamic"), mount)].into(),
        ..container("edge", &networks, random)
    };
    let needs = needs(&edge);
    fleet.add_needing(id(ObjectKind::Container, "edge"), Object::Container(Box::new(edge)), needs);
    for name in ["web", "worker"] {
        if random.below(4) > 0 {
            let container = container(name, &networks, random);
            let needs = self::needs(&container);
            fleet.add_needing(id(ObjectKind::Container, name), Object::Container(Box::new(container)), needs);
        }
    }
    for site in ["a", "b", "c"] {
        if random.below(3) > 0 {
            let rule = format!("Host(`{site}{}`)", random.below(2));
            let route = Route {
                file: text(random.pick(&["one.yml", "two.yml"])),
                entries: [(format!("http.routers.site-{site}"), json!({ "rule": rule }))].into(),
            };
            let of = ObjectId::new(format!("site.{site}"), ObjectKind::Route, "");
            fleet.add_needing(of, Object::Route(route), [id(ObjectKind::Container, "edge")].into());
        }
    }
    fleet
}

fn container(name: &str, networks: &[&str], random: &mut Random) -> Container {
    let file = File { content: Content::Text(format!("v{}", random.below(2))), mode: 0o444, uid: 0, gid: 0 };
    let mut on = BTreeMap::new();
    for network in networks {
        let names = [name, "also"];
        let aliases = &names[..random.below(3)];
        if random.below(3) > 0 {
            on.insert((*network).to_owned(), aliases.iter().map(|alias| (*alias).to_owned()).collect());
        }
    }
    Container {
        image: random.pick(&["busybox:1.37", "redis:7.2"]).to_owned(),
        networks: on,
        memory: random.pick(&[None, Some(64 << 20), Some(128 << 20)]),
        files: if random.below(2) == 0 { [("/conf".to_owned(), file)].into() } else { BTreeMap::new() },
        environment: [("V".to_owned(), random.below(2).to_string())].into(),
        ..sleeper(name, "p", name)
    }
}

fn needs(container: &Container) -> BTreeSet<ObjectId> {
    let networks = container.networks.keys().map(|n| id(ObjectKind::Network, n));
    let volumes = container.volumes.values().map(|m| id(ObjectKind::Volume, &m.volume));
    networks.chain(volumes).chain([id(ObjectKind::Image, &container.image)]).collect()
}

/// A host and a clock to plan and apply with.
struct World {
    memory: Memory,
    runtime: tokio::runtime::Runtime,
}

impl World {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { memory: Memory::default(), runtime }
    }

    fn plan(&self, sandbox: &Arc<Sandbox>, fleet: &Fleet) -> Plan {
        let plan = self.any_plan(sandbox, fleet);
        assert!(plan.refusals.is_empty(), "{:?}", plan.refusals);
        plan
    }

    /// A plan that may refuse something.
    fn any_plan(&self, sandbox: &Arc<Sandbox>, fleet: &Fleet) -> Plan {
        let opener = Opener::new(&self.memory, "f", None);
        let observed = self.runtime.block_on(sandbox.observe("h", &fleet.desired, &opener));
        let mut diagnostics = Diagnostics::default();
        let graph = Graph::build(&fleet.desired, &mut diagnostics).expect("an order");
        let policy = Policy { new_fleet: true, max_destroy: Some(1000), ..Policy::default() };
        plan::build(&fleet.desired, &observed, &graph, &policy, &opener, &fleet.sources)
    }

    fn apply(&self, sandbox: &Arc<Sandbox>, plan: &Plan, options: &Options) -> Report {
        let opener = Opener::new(&self.memory, "f", None);
        let hosts = [("h".to_owned(), sandbox.clone() as Arc<dyn Host>)].into();
        self.runtime.block_on(apply::run(plan, &hosts, &opener, options, &Silent))
    }

    /// Plans and applies until nothing is left to do, within so many rounds.
    fn settle(&self, sandbox: &Arc<Sandbox>, fleet: &Fleet, rounds: usize, why: &str) {
        let mut said = Vec::new();
        for _ in 0..rounds {
            let plan = self.plan(sandbox, fleet);
            if plan.is_empty() {
                return;
            }
            said.extend(plan.steps.iter().map(|s| format!("{} after {:?}: {:?}", s.id, s.after, s.call)));
            let report = self.apply(sandbox, &plan, &Options::default());
            let failed: Vec<_> = report.steps.iter().filter(|s| s.outcome != Outcome::Done).collect();
            assert!(failed.is_empty(), "{why}: {failed:#?}\nof {:#?}", plan.steps);
        }
        let plan = self.plan(sandbox, fleet);
        let left: Vec<_> = plan.changes.iter().map(|c| (&c.id, c.action, &c.fields)).collect();
        assert!(plan.is_empty(), "{why}: after\n{}\nthere is still to do: {left:#?}", said.join("\n"));
    }

    /// What is there, whatever the engine calls it.
    fn seen(&self, sandbox: &Arc<Sandbox>, desired: &Desired) -> Value {
        let opener = Opener::new(&self.memory, "f", None);
        let observed = self.runtime.block_on(sandbox.observe("h", desired, &opener));
        let objects = observed.objects.iter().map(|(id, observation)| match observation {
            Observation::Present(p) => {
                (id.to_string(), json!([p.object, p.status.running, p.spare.len(), p.attached.len()]))
            }
            other => (id.to_string(), json!(format!("{other:?}"))),
        });
        Value::Object(objects.collect())
    }
}

#[test]
fn a_fleet_that_was_applied_leaves_nothing_to_do_and_one_killed_at_any_step_ends_the_same() {
    let seed = seed("TENANTRY_TEST_SEED");
    println!("seed {seed}; run it again with TENANTRY_TEST_SEED={seed}");
    let world = World::new();
    let mut kills = 0;
    for case in 0..CASES * u64::from(random::times()) {
        let mut random = Random::new(seed.wrapping_add(case));
        let (before, after) = (fleet(&mut random), fleet(&mut random));
        let start = Arc::new(Sandbox::default());
        let why = format!("seed {seed}, case {case}");
        world.settle(&start, &before, 1, &why);
        let state: State = start.state().unwrap();
        let whole = Arc::new(Sandbox::new(state.clone()));
        world.settle(&whole, &after, 1, &why);
        let expected = world.seen(&whole, &after.desired);
        let steps = world.plan(&start, &after).steps;
        for step in &steps {
            for when in [When::BeforeCall, When::AfterCall] {
                let sandbox = Arc::new(Sandbox::new(state.clone()));
                let deadly = FailPoint { step: step.id, when };
                let hook = move |point: FailPoint| {
                    if point == deadly { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                };
                let options = Options { fail_point: Some(Arc::new(hook)), ..Options::default() };
                let plan = world.plan(&sandbox, &after);
                world.apply(&sandbox, &plan, &options);
                let why = format!("{why}, killed {when:?} {}: {:?}", step.id, step.call);
                world.settle(&sandbox, &after, 3, &why);
                assert_eq!(world.seen(&sandbox, &after.desired), expected, "{why}");
                kills += 1;
            }
        }
    }
    println!("{kills} kills");
    assert!(kills > 100, "too few steps to prove anything");
}
