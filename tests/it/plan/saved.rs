//! Saved plans.

use tenantry::plan::file::{SavedPlan, stale};

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
    let text = SavedPlan::new(&plan, &observed).to_text().unwrap();
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
    let saved = SavedPlan::new(&to.plan(&observed), &observed);
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
    let mut saved = SavedPlan::new(&fleet.plan(&observed), &observed);
    saved.version = "0.0.1".to_owned();
    assert!(SavedPlan::parse(&saved.to_text().unwrap()).is_err());
    assert!(SavedPlan::parse("{}").is_err());
}
