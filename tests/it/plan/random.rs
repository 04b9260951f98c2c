//! Whatever is wanted and whatever is there: plans are in order, and touch nothing that is not ours.

use std::collections::BTreeSet;

use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::{collection, proptest, sample};
use tenantry::desired::call::{Arg, Call};
use tenantry::desired::observed::{Observation, Observed};
use tenantry::desired::{Object, ObjectId};
use tenantry::plan::Plan;

use super::fixture::{Fleet, id};
use super::promises::settled;
use crate::support::random;

#[derive(Debug, Clone)]
enum Twist {
    Absent,
    Foreign,
    Behind,
    Stopped,
    Busy,
    Differs,
    Spare,
}

fn twist() -> impl Strategy<Value = Twist> {
    prop_oneof![
        Just(Twist::Absent),
        Just(Twist::Foreign),
        Just(Twist::Behind),
        Just(Twist::Stopped),
        Just(Twist::Busy),
        Just(Twist::Differs),
        Just(Twist::Spare),
    ]
}

fn apply(observed: &mut Observed, id: &ObjectId, twist: &Twist) {
    let Some(observation) = observed.objects.get_mut(id) else { return };
    match (twist, observation) {
        (Twist::Absent, one) => *one = Observation::Absent,
        (Twist::Foreign, one) => *one = Observation::Foreign { evidence: "theirs".to_owned() },
        (Twist::Behind, one) => {
            let behind = Some(super::fixture::id("edge.h/container/traefik"));
            *one = Observation::Unreadable { behind, why: "down".to_owned() };
        }
        (Twist::Stopped, Observation::Present(present)) => present.status.running = false,
        (Twist::Busy, Observation::Present(present)) => present.status.busy = vec!["run/s-1".to_owned()],
        (Twist::Differs, Observation::Present(present)) => match &mut present.object {
            Object::Container(container) => "older".clone_into(&mut container.image),
            Object::Network(network) => network.internal = true,
            Object::Volume(volume) => "nfs".clone_into(&mut volume.driver),
            Object::Route(route) => "other.yml".clone_into(&mut route.file),
            _ => {}
        },
        (Twist::Spare, Observation::Present(present)) => {
            let mut spare = present.clone();
            spare.handle = format!("{}-spare", spare.handle);
            present.spare.push(*spare);
        }
        _ => {}
    }
}

/// Steps have dense ids, wait for earlier ones only, and name containers that were seen or are made before them.
fn sound(plan: &Plan, observed: &Observed) {
    let mut foreign: BTreeSet<&ObjectId> = BTreeSet::new();
    for (id, observation) in &observed.objects {
        if matches!(observation, Observation::Foreign { .. } | Observation::Unreadable { .. }) {
            foreign.insert(id);
        }
    }
    for (place, step) in plan.steps.iter().enumerate() {
        assert_eq!(step.id.0 as usize, place);
        assert!(step.after.iter().all(|before| before < &step.id), "{step:?}");
        assert!(!foreign.contains(&step.object), "{step:?}");
        assert!(!matches!(&step.call, Call::RemoveVolume { handle } if handle != "dynamic"));
        let mut call = step.call.clone();
        match call.container_mut() {
            Some(Arg::Object(id)) => panic!("{id} was not resolved in {step:?}"),
            Some(Arg::Output(made)) => {
                assert!(matches!(plan.step(*made).unwrap().call, Call::CreateContainer { .. }));
                assert!(reaches(plan, step.id.0, made.0), "{step:?} does not wait for {made}");
            }
            _ => {}
        }
    }
    let mut told: Vec<u32> = plan.changes.iter().flat_map(|change| &change.steps).map(|id| id.0).collect();
    told.sort_unstable();
    told.dedup();
    assert_eq!(told.len(), plan.steps.len(), "every step belongs to a change");
    assert!(plan.changes.iter().all(|change| !change.steps.is_empty()));
}

fn reaches(plan: &Plan, from: u32, to: u32) -> bool {
    let mut open = vec![from];
    let mut seen = BTreeSet::new();
    while let Some(at) = open.pop() {
        if at == to {
            return true;
        }
        if seen.insert(at) {
            open.extend(plan.steps[at as usize].after.iter().map(|id| id.0));
        }
    }
    false
}

proptest! {
    #![proptest_config(random::cases(96))]
    #[test]
    fn any_plan_is_sound_and_always_the_same(
        twists in collection::vec((0_usize..16, twist()), 0..8),
        dropped in sample::subsequence(
            vec!["bench.b/container/queue-short", "site.x/route", "edge.h/volume/dynamic", "bench.b/network/default"], 0..3),
    ) {
        let mut fleet = Fleet::new();
        let mut observed = settled(&fleet).observe();
        let ids: Vec<ObjectId> = observed.objects.keys().cloned().collect();
        for (place, twist) in &twists {
            apply(&mut observed, &ids[place % ids.len()], twist);
        }
        for text in dropped {
            fleet.drop(text);
        }
        let plan = fleet.plan(&observed);
        sound(&plan, &observed);
        let again = fleet.plan(&observed);
        assert_eq!(&plan.steps, &again.steps);
        assert_eq!(&plan.changes, &again.changes);
    }
}

/// How long this thread has worked.
fn processor() -> std::time::Duration {
    #[expect(clippy::disallowed_methods, reason = "the kernel's own account")]
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    std::time::Duration::from_nanos(text.split(' ').next().unwrap().parse().unwrap())
}

/// What could not be read because of itself, and who needs it.
#[test]
fn a_route_never_goes_to_a_traefik_that_nobody_could_see() {
    let fleet = Fleet::new();
    let mut observed = settled(&fleet).observe();
    apply(&mut observed, &id("edge.h/container/traefik"), &Twist::Behind);
    apply(&mut observed, &id("site.x/route"), &Twist::Stopped);
    let plan = fleet.plan(&observed);
    sound(&plan, &observed);
    assert!(plan.steps.is_empty(), "{:#?}", plan.steps);
    assert_eq!(plan.refusals.len(), 1);
}

#[test]
fn a_hundred_thousand_routes_are_compared_in_a_moment() {
    let mut fleet = Fleet::new();
    for n in 0..100_000 {
        let entries = std::collections::BTreeMap::from([(
            format!("http.routers.site-s{n}"),
            serde_json::json!({ "rule": format!("Host(`s{n}`)"), "service": "b" }),
        )]);
        let route = tenantry::desired::traefik::Route { file: "bench-b.yml".to_owned(), entries };
        fleet.put(&format!("site.s{n}/route"), &["edge.h/container/traefik"], Object::Route(route));
    }
    fleet.container("traefik").files.remove("/token");
    let mut observed = Observed::assume(&fleet.desired);
    let first = id("site.s7/route");
    if let Some(Observation::Present(present)) = observed.objects.get_mut(&first)
        && let Object::Route(route) = &mut present.object
    {
        route.entries.clear();
    }
    let began = processor();
    let plan = fleet.plan(&observed);
    assert_eq!(plan.changes.len(), 1);
    // Of the processor, whoever else was at work meanwhile.
    let took = processor().saturating_sub(began);
    assert!(!took.is_zero() && took.as_secs() < 10, "an unoptimised build took {took:?}");
}
