//! Saved plans.

use std::collections::BTreeMap;

use tenantry::desired::call::{Arg, Call};
use tenantry::plan::Plan;
use tenantry::plan::file::{SavedPlan, rewritten, stale};

use super::fixture::{Fleet, id};
use super::promises::settled;

#[test]
fn a_saved_plan_is_the_plan_and_holds_no_secret() {
    let fleet = Fleet::new();
    let mut to = Fleet::new();
    to.container("traefik").environment.insert("A".to_owned(), "b".to_owned());
    let world = settled(&fleet);
    let observed = world.observe();
    let plan = to.plan(&observed);
    let text = SavedPlan::new(&plan, &observed, &to.desired).to_text().unwrap();
    assert!(!text.contains("hunter2"));
    let back = SavedPlan::parse(&text).unwrap().into_plan();
    assert_eq!(back.changes, plan.changes);
    assert_eq!(back.steps, plan.steps);
}

#[test]
fn what_moved_since_is_named_object_by_object() {
    let fleet = Fleet::new();
    let mut to = Fleet::new();
    to.container("traefik").environment.insert("A".to_owned(), "b".to_owned());
    to.container("backend").image = "traefik".to_owned();
    let mut world = settled(&fleet);
    let observed = world.observe();
    let saved = SavedPlan::new(&to.plan(&observed), &observed, &to.desired);
    assert!(stale(&saved, &world.observe()).is_empty());
    world.one("queue-short").running = false;
    assert!(stale(&saved, &world.observe()).is_empty(), "it is not in the plan");
    world.one("backend").fields.memory = Some(1);
    assert_eq!(stale(&saved, &world.observe()), [id("bench.b/container/backend")]);
}

#[test]
fn another_versions_plan_is_not_executed() {
    let fleet = Fleet::new();
    let observed = settled(&fleet).observe();
    let mut saved = SavedPlan::new(&fleet.plan(&observed), &observed, &fleet.desired);
    saved.version = "0.0.1".to_owned();
    assert!(SavedPlan::parse(&saved.to_text().unwrap()).is_err());
    assert!(SavedPlan::parse("{}").is_err());
}

#[test]
fn declarations_that_the_files_changed_since_are_named() {
    let fleet = Fleet::new();
    let observed = settled(&fleet).observe();
    let saved = SavedPlan::new(&fleet.plan(&observed), &observed, &fleet.desired);
    assert!(rewritten(&saved, &fleet.desired).is_empty());
    let mut to = Fleet::new();
    to.container("backend").memory = Some(1);
    to.drop("site.x/route");
    assert_eq!(rewritten(&saved, &to.desired).into_iter().collect::<Vec<_>>(), ["bench.b", "site.x"]);
}

/// Every step waits for steps of the plan that stand before it, and uses no other's output.
fn demand_whole(plan: &Plan) {
    for (place, step) in plan.steps.iter().enumerate() {
        assert_eq!(step.id.0 as usize, place);
        assert!(step.after.iter().all(|after| after < &step.id), "{step:?}");
        if let Some(Arg::Output(of)) = step.call.clone().container_mut() {
            assert!(matches!(plan.step(*of).unwrap().call, Call::CreateContainer { .. }), "{step:?}");
        }
    }
    for change in &plan.changes {
        assert!(change.steps.iter().all(|id| plan.step(*id).is_some()) && !change.steps.is_empty());
    }
}

#[test]
fn a_plan_without_what_moved_is_whole_and_leaves_out_what_waits_for_it() {
    let fleet = Fleet::new();
    let mut to = Fleet::new();
    for role in ["backend", "queue-short"] {
        to.container(role).environment.insert("A".to_owned(), "b".to_owned());
    }
    let observed = settled(&fleet).observe();
    let plan = to.plan(&observed);
    let out = BTreeMap::from([(id("bench.b/container/backend"), "it has changed since".to_owned())]);
    let rest = plan.clone().without(&out);
    let roles = |plan: &Plan| plan.changes.iter().map(|c| c.id.role.clone()).collect::<Vec<_>>();
    assert_eq!(roles(&plan), ["backend", "frontend", "queue-short"]);
    assert_eq!(roles(&rest), ["queue-short"], "the frontend restarts for the backend alone");
    assert_eq!(rest.refusals.len(), 1);
    assert_eq!(rest.refusals[0].diagnostic.code.as_str(), "guard/moved-since");
    assert_eq!(rest.waiting.iter().collect::<Vec<_>>(), [&id("bench.b/container/frontend")]);
    demand_whole(&rest);
    let mut world = settled(&fleet);
    world.run(&rest, usize::MAX, &to.opener());
    assert_eq!(roles(&to.plan(&world.observe())), ["backend", "frontend"]);
    assert_eq!(plan.clone().without(&BTreeMap::new()).steps, plan.steps);
}

#[test]
fn of_a_call_that_serves_several_only_the_part_of_what_moved_is_left_out() {
    let fleet = Fleet::new();
    let mut world = settled(&fleet);
    world.routes.clear();
    let plan = fleet.plan(&world.observe());
    assert_eq!((plan.changes.len(), plan.steps.len()), (2, 1));
    let rest = plan.without(&BTreeMap::from([(id("site.x/route"), "gone".to_owned())]));
    demand_whole(&rest);
    assert_eq!(rest.changes.len(), 1);
    let Call::Routes { set, .. } = &rest.steps[0].call else { panic!("{:?}", rest.steps) };
    assert_eq!(set.keys().collect::<Vec<_>>(), ["http.routers.site-y"]);
}
