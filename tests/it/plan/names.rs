//! Names that go from one route to another: nobody answers at one before the other has given it up.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use tenantry::desired::call::Call;
use tenantry::desired::traefik::Route;
use tenantry::desired::{Object, ObjectId};
use tenantry::plan::Plan;

use super::fixture::{Fleet, id, volume};
use super::promises::settled;

/// A fleet whose sites `a`, `b`, `c` … answer at these names, each in a file of its own.
fn fleet(names: &[&str]) -> Fleet {
    let mut fleet = Fleet::new();
    for (site, names) in ["a", "b", "c"].iter().zip(names) {
        let rule: Vec<String> = names.split(' ').map(|name| format!("Host(`{name}`)")).collect();
        let router = json!({ "rule": rule.join(" || "), "service": "b" });
        let entries = BTreeMap::from([(format!("http.routers.site-{site}"), router)]);
        let route = Route { file: format!("bench-{site}.yml"), entries };
        let needs = ["edge.h/container/traefik", "bench.b/container/frontend"];
        fleet.put(&format!("site.{site}/route"), &needs, Object::Route(route));
    }
    fleet
}

/// Runs the steps in their order, and demands after each that no name has two who answer at it.
fn walk(before: &[&str], after: &[&str]) -> Plan {
    let observed = settled(&fleet(before)).observe();
    let plan = fleet(after).plan(&observed);
    assert!(plan.refusals.is_empty(), "{:#?}", plan.refusals);
    let mut rules: BTreeMap<String, String> = BTreeMap::new();
    for (site, names) in ["a", "b", "c"].iter().zip(before) {
        rules.insert(format!("http.routers.site-{site}"), names.replace(' ', "`) || Host(`"));
    }
    let mut done = BTreeSet::new();
    for step in &plan.steps {
        assert!(step.after.iter().all(|before| done.contains(before)), "{step:?}");
        done.insert(step.id);
        if let Call::Routes { set, remove, .. } = &step.call {
            rules.retain(|key, _| !remove.contains(key));
            for (key, entry) in set {
                rules.insert(key.clone(), entry["rule"].as_str().unwrap().to_owned());
            }
        }
        let mut who: BTreeMap<&str, &ObjectId> = BTreeMap::new();
        for rule in rules.values() {
            for name in rule.trim_start_matches("Host(`").trim_end_matches("`)").split("`) || Host(`") {
                let taken = who.insert(name, &step.object);
                assert!(taken.is_none(), "two answer at {name} after {step:#?}");
            }
        }
    }
    assert!(plan.steps.len() >= plan.changes.len());
    plan
}

/// The steps that a plan has, waits included: a step waits for all that must be done before it.
fn order(plan: &Plan, site: &str) -> Vec<Vec<u32>> {
    let own = plan.steps.iter().filter(|step| step.object == id(&format!("site.{site}/route")));
    own.map(|step| step.after.iter().map(|before| before.0).collect()).collect()
}

#[test]
fn a_name_is_given_up_before_it_is_taken() {
    // The one that takes comes first in the order of names.
    let plan = walk(&["one", "two n1"], &["one n1", "two"]);
    assert_eq!(plan.steps.len(), 2);
    assert_eq!(order(&plan, "a"), [vec![0]]);
    let told = plan.changes.iter().find(|change| change.id == id("site.a/route")).unwrap();
    assert!(told.fields.iter().any(|field| field.path == "n1" && field.before == "site.b"), "{told:#?}");
}

#[test]
fn two_that_swap_their_names_both_give_first() {
    let plan = walk(&["one n1", "two n2"], &["one n2", "two n1"]);
    assert_eq!(plan.steps.len(), 4, "{:#?}", plan.steps);
}

#[test]
fn names_go_round_among_three() {
    walk(&["n1", "n2", "n3"], &["n2", "n3", "n1"]);
    walk(&["one n1", "two n2", "three"], &["one", "two n1", "three n2"]);
}

#[test]
fn a_route_that_goes_gives_its_names_up_first() {
    let observed = settled(&fleet(&["n1", "two"])).observe();
    let mut to = fleet(&["gone", "two n1"]);
    to.drop("site.a/route");
    let plan = to.plan(&observed);
    assert!(plan.refusals.is_empty(), "{:#?}", plan.refusals);
    let step =
        |site: &str| plan.steps.iter().find(|step| step.object == id(&format!("site.{site}/route"))).unwrap();
    assert!(step("b").after.contains(&step("a").id), "{:#?}", plan.steps);
}

#[test]
fn who_takes_from_somebody_who_left_is_refused_and_so_is_who_takes_from_him() {
    let mut before = fleet(&["n1", "n2", "n3"]);
    before.put("site.a/volume/data", &[], Object::Volume(volume("data-of-a")));
    let observed = settled(&before).observe();
    let mut to = fleet(&["gone", "n1", "n2"]);
    to.drop("site.a/route");
    let plan = to.plan(&observed);
    let codes: Vec<&str> = plan.refusals.iter().map(|refusal| refusal.diagnostic.code.as_str()).collect();
    assert_eq!(codes, ["guard/name-not-free", "guard/name-not-free", "guard/data-without-tombstone"]);
    assert!(plan.changes.is_empty(), "{:#?}", plan.changes);
}
